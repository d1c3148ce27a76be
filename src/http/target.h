#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace logwood::http {

/// Decodes `%xx`, and `+` as a blank when asked; nothing when a `%` is not followed by two hex
/// digits, or the result is not UTF-8 or holds a NUL.
std::optional<std::string> decode_component(std::string_view text, bool plus_is_blank);

/// Encodes all but letters, digits and `-._~`.
std::string encode_component(std::string_view text);

/// Fills path, segments and query of the request from its target. 400 for bad escapes.
std::expected<void, Refusal> parse_target(Request& request);

}  // namespace logwood::http
