#include "base/json_text.h"

#include <fmt/format.h>

namespace logwood {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the well-formed UTF-8 sequence (2 to 4 bytes) at the start of `text`, or 0 (Unicode
/// standard, table 3-7).
std::size_t sequence_length(std::string_view text) {
    auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    auto first = byte(0);
    auto second = byte(1);
    if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (first == 0xE0 && second < 0xA0) return 0;
        if (first == 0xED && second > 0x9F) return 0;
        return is_tail(1) && is_tail(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (first == 0xF0 && second < 0x90) return 0;
        if (first == 0xF4 && second > 0x8F) return 0;
        return is_tail(1) && is_tail(2) && is_tail(3) ? 4 : 0;
    }
    return 0;
}

void append_control(std::string& out, unsigned char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t copied = 0;
    std::size_t at = 0;
    auto copy_up_to = [&](std::size_t end) {
        out.append(text, copied, end - copied);
        copied = end;
    };
    while (at < text.size()) {
        auto c = static_cast<unsigned char>(text[at]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++at;
            continue;
        }
        auto length = c >= 0x80 ? sequence_length(text.substr(at)) : 0;
        if (length > 0) {
            at += length;
            continue;
        }
        copy_up_to(at);
        if (c >= 0x80)
            out += kReplacement;
        else
            append_control(out, c);
        copied = ++at;
    }
    copy_up_to(at);
    out += '"';
}

}  // namespace logwood
