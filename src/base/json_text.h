#pragma once

#include <string>
#include <string_view>

namespace logwood {

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so that
/// the document is valid whatever was logged; then it returns false.
bool append_json_string(std::string& out, std::string_view text);

/// As append_json_string(), but bytes that are not UTF-8 stay.
void append_json_bytes(std::string& out, std::string_view text);

/// The text as append_json_string() writes it.
std::string quoted_json(std::string_view text);

}  // namespace logwood
