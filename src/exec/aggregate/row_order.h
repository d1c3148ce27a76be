#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exec/aggregate/aggregate.h"

namespace logwood::exec {

enum class SortType : std::uint8_t { kNumber, kString, kHex };

struct SortField {
    std::string field;
    SortType type = SortType::kNumber;
    bool descending = true;
};

/// The first `limit` rows in some order: head, tail, sort, table.
struct RowOrderOptions {
    enum class By : std::uint8_t { kOldest, kNewest, kFields };
    By by = By::kNewest;
    std::vector<SortField> sort;       ///< For kFields; missing values and non-numbers go last.
    std::vector<std::string> columns;  ///< Fields kept; empty: all.
    std::uint64_t limit = 0;
    /// Says that there were more rows; empty: says nothing.
    std::string limit_warning;
};

AggregatePtr row_order_aggregate(RowOrderOptions options);

}  // namespace logwood::exec
