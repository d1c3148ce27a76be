#include "cli/json_string.h"

#include <cstdint>

namespace logwood::cli {
namespace {

/// Length of the UTF-8 sequence at the front, 0 when it is none (RFC 3629: no overlong forms, no
/// surrogates, nothing above U+10FFFF).
std::size_t sequence_length(std::string_view text) {
    auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    auto continues = [&](std::size_t i, std::uint8_t low, std::uint8_t high) {
        return i < text.size() && at(i) >= low && at(i) <= high;
    };
    auto lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        std::uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
        std::uint8_t high = lead == 0xED ? 0x9F : 0xBF;
        return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        std::uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
        std::uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4
                                                                                               : 0;
    }
    return 0;
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    auto byte = static_cast<std::uint8_t>(c);
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text, bool& was_changed) {
    out += '"';
    while (!text.empty()) {
        // A run that needs no change is copied whole.
        std::size_t plain = 0;
        std::size_t length = 0;
        while (plain < text.size()) {
            auto byte = static_cast<std::uint8_t>(text[plain]);
            if (byte < 0x20 || byte == '"' || byte == '\\') break;
            length = byte < 0x80 ? 1 : sequence_length(text.substr(plain));
            if (length == 0) break;
            plain += length;
        }
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (static_cast<std::uint8_t>(text[0]) < 0x80) {
            append_escaped(out, text[0]);
        } else {
            out += "\xEF\xBF\xBD";
            was_changed = true;
        }
        text.remove_prefix(1);
    }
    out += '"';
}

}  // namespace logwood::cli
