#include "http/target.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace logwood::http {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

auto refuse() { return std::unexpected(Refusal{400, "The request target is malformed."}); }

std::expected<void, Refusal> parse_query(std::string_view text, Parameters& out) {
    while (!text.empty()) {
        auto end = std::min(text.find('&'), text.size());
        auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        auto equals = std::min(pair.find('='), pair.size());
        auto name = decode_component(pair.substr(0, equals), true);
        auto value = decode_component(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value) return refuse();
        out.emplace_back(*std::move(name), *std::move(value));
    }
    return {};
}

}  // namespace

std::optional<std::string> decode_component(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_blank) {
            out += ' ';
        } else if (text[i] == '%') {
            int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
            int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    if (out.contains('\0') || !is_utf8(out)) return std::nullopt;
    return out;
}

std::string encode_component(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (is_plain) {
            out += c;
            continue;
        }
        auto byte = static_cast<std::uint8_t>(c);
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

std::expected<void, Refusal> parse_target(Request& request) {
    std::string_view target = request.target;
    auto mark = std::min(target.find('?'), target.size());
    auto raw = target.substr(0, mark);
    auto path = decode_component(raw, false);
    if (!path) return refuse();
    request.path = *std::move(path);
    raw.remove_prefix(raw.starts_with('/') ? 1 : 0);
    while (true) {
        auto slash = std::min(raw.find('/'), raw.size());
        // Clients join a base that ends with a slash to a path that begins with one.
        bool is_last = slash == raw.size();
        if (slash > 0 || is_last) request.segments.emplace_back(raw.substr(0, slash));
        if (is_last) break;
        raw.remove_prefix(slash + 1);
    }
    return parse_query(target.substr(std::min(mark + 1, target.size())), request.query);
}

}  // namespace logwood::http
