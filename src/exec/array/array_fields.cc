// Arrays are fields with an index in their names.
#include "exec/array/array_fields.h"

#include <charconv>

#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

Result<std::vector<Column>> array_columns(Batch& batch, std::string_view name) {
    std::vector<Column> columns;
    while (columns.size() < kArrayElementsMax) {
        auto element = std::string(name) + "[" + std::to_string(columns.size()) + "]";
        TRY(auto column, batch.column(element));
        if (column.kind() == Column::Kind::kMissing) break;
        columns.push_back(std::move(column));
    }
    return columns;
}

std::size_t array_length(const std::vector<Column>& columns, std::size_t row) {
    std::size_t length = 0;
    while (length < columns.size() && !model::is_missing(columns[length][row])) ++length;
    return length;
}

std::optional<std::pair<std::uint32_t, std::string_view>> element_of(std::string_view array,
                                                                     std::string_view field) {
    if (!field.starts_with(array) || !field.substr(array.size()).starts_with('['))
        return std::nullopt;
    auto rest = field.substr(array.size() + 1);
    std::uint32_t index = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (error != std::errc() || !rest.starts_with(']') || index >= kArrayElementsMax)
        return std::nullopt;
    return std::pair(index, rest.substr(1));
}

Result<ArrayMembers> array_members(Batch& batch, std::string_view array) {
    ArrayMembers members;
    TRY(auto fields, batch.fields());
    for (auto& field : fields) {
        auto element = element_of(array, field);
        if (!element) continue;
        auto& columns = members[std::string(element->second)];
        if (columns.size() <= element->first)
            columns.resize(element->first + 1, Column::missing(batch.rows()));
        TRY(columns[element->first], batch.column(field));
    }
    return members;
}

std::uint32_t member_length(const ArrayMembers& members, std::size_t row) {
    std::uint32_t length = 0;
    for (bool has_more = true; has_more; length += has_more) {
        has_more = false;
        for (auto& [name, columns] : members)
            has_more =
                has_more || (length < columns.size() && !model::is_missing(columns[length][row]));
    }
    return length;
}

}  // namespace logwood::exec
