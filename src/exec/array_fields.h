#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exec/batch.h"

namespace logwood::exec {

/// The columns `name[0]`, `name[1]`, ... as far as any row has them. In a row the array ends at its
/// first missing element (reference 1.12).
Result<std::vector<model::Column>> array_columns(Batch& batch, std::string_view name);

/// How many elements the row's array has.
std::size_t array_length(const std::vector<model::Column>& columns, std::size_t row);

}  // namespace logwood::exec
