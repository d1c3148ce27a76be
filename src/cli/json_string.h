#pragma once

#include <string>
#include <string_view>

namespace logwood::cli {

/// The text as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, and
/// `was_changed` is set.
void append_json_string(std::string& out, std::string_view text, bool& was_changed);

}  // namespace logwood::cli
