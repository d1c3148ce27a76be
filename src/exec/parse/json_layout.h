#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood::exec {

/// Appends the JSON text with one member or element a line, indented by `step` blanks a level;
/// spellings of values stay. kInvalidArgument as JsonFlattener::flatten(); nothing is appended
/// then.
Result<void> lay_out_json(std::string& out, std::string_view json, std::size_t step);

/// Is the text, all of it, a number as JSON spells them?
bool is_json_number(std::string_view text);

}  // namespace logwood::exec
