// Arrays are fields with an index in their names.
#include "exec/array_fields.h"

#include "exec/limits.h"

namespace logwood::exec {

Result<std::vector<model::Column>> array_columns(Batch& batch, std::string_view name) {
    std::vector<model::Column> columns;
    while (columns.size() < kArrayElementsMax) {
        auto element = std::string(name) + "[" + std::to_string(columns.size()) + "]";
        TRY(auto column, batch.column(element));
        if (column.kind() == model::Column::Kind::kMissing) break;
        columns.push_back(std::move(column));
    }
    return columns;
}

std::size_t array_length(const std::vector<model::Column>& columns, std::size_t row) {
    std::size_t length = 0;
    while (length < columns.size() && !model::is_missing(columns[length][row])) ++length;
    return length;
}

}  // namespace logwood::exec
