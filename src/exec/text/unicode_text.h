#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace logwood::exec {

/// Appends the code point as UTF-8; surrogates and what is above U+10FFFF become U+FFFD.
void append_code_point(std::string& out, std::uint32_t code_point);

/// Reads the code point at `at` and moves behind it. A byte that starts none counts as U+FFFD.
std::uint32_t next_code_point(std::string_view text, std::size_t& at);

/// Letters in lower or upper case, one code point for one, whatever the language; appends.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);

/// UTF-16 code units that the text would take.
std::size_t utf16_length(std::string_view text);

/// End of the user-perceived character that starts at `at` (UAX #29: combining marks, joined and
/// modified emoji, flags, Hangul syllables, CR LF).
std::size_t next_grapheme(std::string_view text, std::size_t at);
std::size_t grapheme_count(std::string_view text);

/// Is it white space by Unicode?
bool is_unicode_space(std::uint32_t code_point);

}  // namespace logwood::exec
