#include "base/json_text.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace logwood {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_plain(unsigned char c) { return c >= 0x20 && c != '"' && c != '\\'; }

void append_escape(std::string& out, unsigned char c) {
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

bool append_json_string(std::string& out, std::string_view text) {
    bool is_whole = true;
    out += '"';
    std::size_t copied = 0;
    std::size_t at = 0;
    auto copy_up_to = [&](std::size_t end) {
        out.append(text, copied, end - copied);
        copied = end;
    };
    while (at < text.size()) {
        auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x80 && is_plain(c)) {
            ++at;
            continue;
        }
        auto length = c >= 0x80 ? utf8_sequence(text.substr(at)) : 0;
        if (length > 0) {
            at += length;
            continue;
        }
        copy_up_to(at);
        if (c >= 0x80) {
            out += kReplacement;
            is_whole = false;
        } else {
            append_escape(out, c);
        }
        copied = ++at;
    }
    copy_up_to(at);
    out += '"';
    return is_whole;
}

void append_json_bytes(std::string& out, std::string_view text) {
    out += '"';
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        is_plain(byte) ? out.push_back(c) : append_escape(out, byte);
    }
    out += '"';
}

std::string quoted_json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace logwood
