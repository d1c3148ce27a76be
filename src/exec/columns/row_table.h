#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exec/query.h"
#include "model/column.h"
#include "model/coordinates.h"

namespace logwood::exec {

/// Rows in memory, by column: what an aggregate gives and what the result phase works on.
struct RowTable {
    std::size_t rows = 0;
    std::vector<std::pair<std::string, model::Column>> columns;  ///< Distinct names.
    /// Empty, or one a row: its place in the total order, for rows that are stored events.
    std::vector<std::optional<model::OrderKey>> orders;

    std::vector<std::string> field_order;
    std::map<std::string, std::string> extra_data;
    std::vector<Warning> warnings;

    const model::Column* find(std::string_view field) const {
        for (auto& [name, column] : columns)
            if (name == field) return &column;
        return nullptr;
    }
};

/// Rows of several groups: those of group 0 first, then those of group 1, and so on.
struct GroupedRows {
    RowTable table;
    std::vector<std::uint32_t> groups;  ///< One a row, never decreasing.
};

/// The rows of one group, alone.
RowTable rows_of_group(const GroupedRows& rows, std::uint32_t group);

}  // namespace logwood::exec
