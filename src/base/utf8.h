#pragma once

#include <cstddef>
#include <string_view>

namespace logwood {

/// Bytes of the well-formed UTF-8 sequence at the front of a text that is not empty, 1 to 4; 0 when
/// there is none. No overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629).
std::size_t utf8_sequence(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace logwood
