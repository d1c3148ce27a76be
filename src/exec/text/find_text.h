#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace logwood::exec {

inline char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
std::string fold(std::string_view text);

/// Position of the first `needle` at or after `from`, or npos. With ignore_case ASCII letters are
/// alike, and the needle is folded already.
std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from,
                      bool ignore_case);
/// Do the texts agree, under the same rules?
bool same_text(std::string_view text, std::string_view other, bool ignore_case);

}  // namespace logwood::exec
