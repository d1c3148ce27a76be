#include "cli/line_batches.h"

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

LineBatches::LineBatches(std::FILE* file, std::size_t batch_bytes)
    : file_(file), batch_bytes_(batch_bytes) {}

LineBatches::~LineBatches() { std::fclose(file_); }

Result<std::optional<std::vector<std::string>>> LineBatches::next() {
    std::string text = std::move(rest_);
    rest_.clear();
    std::size_t last_end = std::string::npos;
    while (last_end == std::string::npos || text.size() < batch_bytes_) {
        auto before = text.size();
        text.resize(before + batch_bytes_);
        auto got = std::fread(text.data() + before, 1, batch_bytes_, file_);
        text.resize(before + got);
        if (got == 0) {
            if (std::ferror(file_)) return fail(Code::kIo, "reading failed");
            last_end = text.size();
            break;
        }
        if (auto end = text.rfind('\n'); end != std::string::npos) last_end = end + 1;
    }
    if (text.empty()) return std::nullopt;
    rest_ = text.substr(last_end);
    std::vector<std::string> lines;
    std::string_view left = std::string_view(text).substr(0, last_end);
    while (!left.empty()) {
        auto line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(line.size() + 1, left.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) lines.emplace_back(line);
    }
    return lines;
}

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
