#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exec/columns/batch.h"

namespace logwood::exec {

/// The columns `name[0]`, `name[1]`, ... as far as any row has them. In a row the array ends at its
/// first missing element (reference 1.12).
Result<std::vector<model::Column>> array_columns(Batch& batch, std::string_view name);

/// How many elements the row's array has.
std::size_t array_length(const std::vector<model::Column>& columns, std::size_t row);

/// A field `array[3].x` taken apart: 3 and `.x`; nullopt: it is of no element.
std::optional<std::pair<std::uint32_t, std::string_view>> element_of(std::string_view array,
                                                                     std::string_view field);

/// An array whose elements are objects or arrays: for each member (`.x`, `[0]`, or empty for plain
/// values) its columns by element. In a row an element is there when one of its members is.
using ArrayMembers = std::map<std::string, std::vector<model::Column>, std::less<>>;
Result<ArrayMembers> array_members(Batch& batch, std::string_view array);
std::uint32_t member_length(const ArrayMembers& members, std::size_t row);

}  // namespace logwood::exec
