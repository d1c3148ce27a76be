#include "ingest/credentials.h"

#include <cstdint>
#include <optional>

#include "http/message.h"

namespace logwood::ingest {
namespace {

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

std::optional<std::string> decode_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (char c : text) {
        int value = base64_value(c);
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFF);
    }
    return out;
}

}  // namespace

std::vector<std::string> token_candidates(std::string_view authorization) {
    std::vector<std::string> candidates;
    auto add = [&](std::string_view token) {
        if (!token.empty()) candidates.emplace_back(token);
    };
    auto blank = authorization.find(' ');
    if (blank == std::string_view::npos) {
        add(authorization);
        return candidates;
    }
    auto scheme = authorization.substr(0, blank);
    auto rest = authorization.substr(blank);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (!http::equals_ignoring_case(scheme, "basic")) {
        add(rest);
        return candidates;
    }
    auto pair = decode_base64(rest);
    if (!pair) return candidates;
    auto colon = std::min(pair->find(':'), pair->size());
    add(std::string_view(*pair).substr(std::min(colon + 1, pair->size())));
    add(std::string_view(*pair).substr(0, colon));
    return candidates;
}

}  // namespace logwood::ingest
