#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logwood::exec {

class LookupTable;

/// How a value is compared with those of a column.
enum class LookupMode : std::uint8_t {
    kString,  ///< Equal.
    kCidr,    ///< An address in one of the column's networks.
    kGlob,    ///< Contains one of the column's patterns, in which `*` stands for any run.
};

/// What an index is of.
struct LookupKey {
    std::vector<std::size_t> columns;  ///< One for kCidr.
    LookupMode mode = LookupMode::kString;
    bool ignore_case = false;
    friend auto operator<=>(const LookupKey&, const LookupKey&) = default;
};

/// Finds the rows of a table by values. Immutable, any thread.
class LookupIndex {
 public:
    virtual ~LookupIndex() = default;
    /// Appends at most `rows_max` rows, the first to be taken first: of equal keys the last row of
    /// the file, of networks the smallest, of patterns by their texts. `values` has one text for
    /// each column of the key, none of them missing.
    virtual void find(std::span<const std::string_view> values, std::size_t rows_max,
                      std::vector<std::uint32_t>& rows) const = 0;
    virtual std::size_t memory() const = 0;
    /// See Filter::cost().
    virtual int cost() const { return 2; }
};

/// Of each mode; borrow the table.
std::unique_ptr<const LookupIndex> string_index(const LookupTable& table, const LookupKey& key);
std::unique_ptr<const LookupIndex> cidr_index(const LookupTable& table, const LookupKey& key);
/// kInvalidArgument when the table has more than kGlobRowsMax rows.
Result<std::unique_ptr<const LookupIndex>> glob_index(const LookupTable& table,
                                                      const LookupKey& key);

}  // namespace logwood::exec
