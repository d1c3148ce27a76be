// urlDecode(), urlEncode(), base64Decode(), base64Encode(), parseHexString(), stripAnsiCodes():
// bytes in other spellings.
#include <algorithm>
#include <cstdint>

#include "exec/plan/registry_values.h"
#include "exec/text/digest.h"
#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789ABCDEF";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Keeps what is UTF-8; puts U+FFFD for each other byte.
void append_valid(std::string& out, std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) append_code_point(out, next_code_point(bytes, at));
}

void append_utf16(std::string& out, std::string_view bytes, bool is_big) {
    auto unit = [&](std::size_t at) {
        auto a = static_cast<std::uint32_t>(bytes[at] & 0xFF);
        auto b = static_cast<std::uint32_t>(bytes[at + 1] & 0xFF);
        return is_big ? a << 8 | b : b << 8 | a;
    };
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        auto c = unit(at);
        if (c >= 0xD800 && c < 0xDC00 && at + 3 < bytes.size()) {
            auto low = unit(at + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        append_code_point(out, c);
    }
    if (bytes.size() % 2 != 0) append_code_point(out, 0xFFFD);
}

enum class Charset : std::uint8_t { kUtf8, kLatin1, kUtf16Little, kUtf16Big };

Charset charset_of(std::string_view name) {
    if (name == "ISO-8859-1") return Charset::kLatin1;
    if (name == "UTF-16LE") return Charset::kUtf16Little;
    return name == "UTF-16BE" ? Charset::kUtf16Big : Charset::kUtf8;
}

void append_in(Charset charset, std::string& out, std::string_view bytes) {
    if (charset == Charset::kUtf8) return append_valid(out, bytes);
    if (charset != Charset::kLatin1) return append_utf16(out, bytes, charset == Charset::kUtf16Big);
    for (char c : bytes) append_code_point(out, static_cast<std::uint32_t>(c & 0xFF));
}

/// False when the text cannot be the encoding of whole bytes. Other characters are skipped.
bool decode_base64(std::string_view text, std::string& bytes) {
    std::uint32_t bits = 0;
    int count = 0;
    for (char c : text) {
        if (c == '=') break;
        if (c == '-') c = '+';
        if (c == '_') c = '/';
        auto value = kBase64.find(c);
        if (value == std::string_view::npos) continue;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (++count == 4) {
            for (int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift);
            bits = 0;
            count = 0;
        }
    }
    if (count == 2) bytes += static_cast<char>(bits >> 4);
    if (count == 3)
        for (int shift : {10, 2}) bytes += static_cast<char>(bits >> shift);
    return count != 1;
}

std::string_view encode_base64(std::string_view text, std::string& out) {
    out.clear();
    append_base64(out, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, true);
    return out;
}

std::string_view decode_url(std::string_view text, std::string& out) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size()) {
            int high = hex_digit(text[at + 1]);
            int low = hex_digit(text[at + 2]);
            if (high >= 0 && low >= 0) {
                bytes += static_cast<char>(high * 16 + low);
                at += 2;
                continue;
            }
        }
        bytes += text[at] == '+' ? ' ' : text[at];
    }
    out.clear();
    append_valid(out, bytes);
    return out;
}

std::string_view encode_url(std::string_view text, std::string& out) {
    out.clear();
    for (char c : text) {
        if (is_alphanumeric(c) || c == '.' || c == '-' || c == '*' || c == '_') {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += kHex[static_cast<std::size_t>(c >> 4 & 15)];
            out += kHex[static_cast<std::size_t>(c & 15)];
        }
    }
    return out;
}

/// Leaves out `ESC [ parameters letter`.
std::string_view without_ansi_codes(std::string_view text, std::string& out) {
    constexpr char kEscape = 0x1B;
    if (text.find(kEscape) == std::string_view::npos) return text;
    out.clear();
    for (std::size_t at = 0; at < text.size();) {
        auto escape = std::min(text.find(kEscape, at), text.size());
        out += text.substr(at, escape - at);
        at = escape;
        if (at == text.size()) break;
        auto end = at + 2;
        while (end < text.size() && text[end] >= 0x20 && text[end] < 0x40) ++end;
        bool is_code = at + 1 < text.size() && text[at + 1] == '[' && end < text.size() &&
                       text[end] >= 0x40 && text[end] < 0x7F;
        if (!is_code) out += kEscape;
        at = is_code ? end + 1 : at + 1;
    }
    return out;
}

}  // namespace

lang::Checked<Compute> make_url_decode(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), text_function(call.text("field"), decode_url)};
}

lang::Checked<Compute> make_url_encode(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), text_function(call.text("field"), encode_url)};
}

lang::Checked<Compute> make_base64_decode(const lang::BoundCall& call, Compiler&) {
    auto decode = [charset = charset_of(call.text("charset"))](std::string_view text,
                                                               std::string& out) {
        std::string bytes;
        if (!decode_base64(text, bytes)) return model::kMissing;
        out.clear();
        append_in(charset, out, bytes);
        return std::string_view(out);
    };
    return Compute{call.text("as"), text_function(call.text("field"), decode)};
}

lang::Checked<Compute> make_base64_encode(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), text_function(call.text("field"), encode_base64)};
}

lang::Checked<Compute> make_parse_hex_string(const lang::BoundCall& call, Compiler&) {
    auto decode = [charset = charset_of(call.text("charset"))](std::string_view text,
                                                               std::string& out) {
        for (std::string_view prefix : {"0x", "0X", "16#"})
            if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
        std::string bytes;
        int high = -1;
        for (char c : text) {
            int digit = hex_digit(c);
            if (digit < 0) continue;
            if (high >= 0) bytes += static_cast<char>(high * 16 + digit);
            high = high >= 0 ? -1 : digit;
        }
        out.clear();
        append_in(charset, out, bytes);
        return std::string_view(out);
    };
    return Compute{call.text("as"), text_function(call.text("field"), decode)};
}

lang::Checked<Compute> make_strip_ansi_codes(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    return Compute{call.text("as", field), text_function(field, without_ansi_codes)};
}

}  // namespace logwood::exec
