#pragma once

#include <cstdint>
#include <string_view>

namespace logwood::exec {

/// A number that lines of one form share. Tokens between blanks count by their shape: what has
/// digits is a number, the rest words (capitalised or not); names before `=` or `:` and
/// punctuation at either end count as they are. Shapes are added, so their order does not matter.
std::uint32_t token_hash(std::string_view text);

}  // namespace logwood::exec
