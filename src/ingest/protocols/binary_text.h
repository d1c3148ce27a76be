#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace logwood::ingest {

/// Reads base64, plain or URL-safe, with or without padding; nothing for other characters.
std::optional<std::string> decode_base64(std::string_view text);
/// Appends base64 with padding.
void append_base64(std::string& out, std::string_view bytes);

/// Reads pairs of hex digits; nothing for other texts.
std::optional<std::string> decode_hex(std::string_view text);
/// Appends two lower-case hex digits a byte.
void append_hex(std::string& out, std::string_view bytes);

}  // namespace logwood::ingest
