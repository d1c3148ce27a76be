// One pass over the lines, then the rules about framing. Lines end with CR LF only; a bare LF ends
// the head early, so that it is refused at once and not waited for.
#include "http/request_head.h"

#include <algorithm>
#include <array>

#include "http/limits.h"

namespace logwood::http {
namespace {

auto refuse(int status, std::string text) {
    return std::unexpected(Refusal{status, std::move(text)});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").contains(c));
}
bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

/// Visible, blank, tab, or above ASCII.
bool is_value_char(char c) { return (c >= ' ' && c != 0x7F) || c == '\t' || (c & 0x80) != 0; }

std::string_view trim(std::string_view text) {
    auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return text.substr(text.size());
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// Fields that decide framing, routing or identity: a second one is somebody's trick.
constexpr std::array<std::string_view, 7> kOnlyOnce = {
    "host",          "content-length", "transfer-encoding",
    "authorization", "content-type",   "content-encoding",
    "expect"};

std::expected<void, Refusal> parse_request_line(std::string_view line, RequestHead& head) {
    auto first = line.find(' ');
    auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return refuse(400, "The request line is malformed.");
    auto method = line.substr(0, first);
    auto target = line.substr(first + 1, last - first - 1);
    auto version = line.substr(last + 1);
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7]))
        return refuse(400, "The request line is malformed.");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refuse(505, "The HTTP version is not supported.");
    if (method.size() > kMethodBytesMax) return refuse(501, "The method is not known.");
    if (!is_token(method)) return refuse(400, "The method is malformed.");
    if (target.size() > kTargetBytesMax) return refuse(414, "The URI is too long.");
    auto is_target_char = [](char c) { return c > ' ' && c < 0x7F && c != '#'; };
    if (target.empty() || !std::ranges::all_of(target, is_target_char))
        return refuse(400, "The request target is malformed.");
    head.method = method;
    head.target = target;
    head.minor_version = version[7] - '0';
    return {};
}

std::expected<void, Refusal> parse_lines(std::string_view text, RequestHead& head) {
    for (std::size_t number = 0; !text.empty(); ++number) {
        auto end = text.find('\n');
        if (end == std::string_view::npos || end == 0 || text[end - 1] != '\r')
            return refuse(400, "A line does not end with CR LF.");
        auto line = text.substr(0, end - 1);
        text.remove_prefix(end + 1);
        if (line.empty()) break;
        if (number == 0) {
            if (auto ok = parse_request_line(line, head); !ok) return ok;
            continue;
        }
        if (number > kHeadersMax) return refuse(431, "There are too many header fields.");
        auto field = parse_header_line(line);
        if (!field) return std::unexpected(field.error());
        head.headers.add(std::string(field->first), std::string(field->second));
    }
    if (head.method.empty()) return refuse(400, "The request line is missing.");
    return {};
}

std::expected<void, Refusal> check_transfer_encoding(RequestHead& head) {
    auto encoding = head.headers.get("transfer-encoding");
    if (!encoding.data()) return {};
    if (head.minor_version == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (!equals_ignoring_case(encoding, "chunked"))
        return refuse(501, "The Transfer-Encoding is not supported.");
    if (head.headers.has("content-length"))
        return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
    head.is_chunked = true;
    return {};
}

std::expected<void, Refusal> check_content_length(RequestHead& head) {
    auto length = head.headers.get("content-length");
    if (!length.data()) return {};
    constexpr std::size_t kDigitsMax = 18;
    if (length.empty() || length.size() > kDigitsMax || !std::ranges::all_of(length, is_digit))
        return refuse(400, "The Content-Length is malformed.");
    for (char c : length)
        head.content_length = head.content_length * 10 + static_cast<std::uint64_t>(c - '0');
    return {};
}

/// Cuts `http://host/path` to `/path`; its host must be the Host field's.
std::expected<void, Refusal> check_target(RequestHead& head) {
    auto host = head.headers.get("host");
    if (!host.data() && head.minor_version == 1) return refuse(400, "The Host field is missing.");
    if (host.find_first_of(" \t,/@?#") != std::string_view::npos)
        return refuse(400, "The Host field is malformed.");
    std::string_view target = head.target;
    for (std::string_view scheme : {"http://", "https://"}) {
        if (target.size() < scheme.size() ||
            !equals_ignoring_case(target.substr(0, scheme.size()), scheme))
            continue;
        auto rest = target.substr(scheme.size());
        auto path = std::min(rest.find_first_of("/?"), rest.size());
        if (!equals_ignoring_case(rest.substr(0, path), host))
            return refuse(400, "The target's host is not the Host field's.");
        auto origin = std::string(rest.substr(path));
        if (!origin.starts_with('/')) origin.insert(0, 1, '/');
        head.target = std::move(origin);
        return {};
    }
    if (!target.starts_with('/') && !(target == "*" && head.method == "OPTIONS"))
        return refuse(400, "The request target is malformed.");
    return {};
}

std::expected<void, Refusal> check_connection(RequestHead& head) {
    head.keeps_alive = head.minor_version == 1;
    for (const auto& [name, value] : head.headers.entries()) {
        if (!equals_ignoring_case(name, "connection")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            auto comma = std::min(rest.find(','), rest.size());
            auto option = trim(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            if (equals_ignoring_case(option, "close")) {
                head.keeps_alive = false;
                return {};
            }
            if (equals_ignoring_case(option, "keep-alive")) head.keeps_alive = true;
        }
    }
    return {};
}

std::expected<void, Refusal> check_expect(RequestHead& head) {
    auto expect = head.headers.get("expect");
    if (!expect.data() || head.minor_version == 0) return {};
    if (!equals_ignoring_case(expect, "100-continue"))
        return refuse(417, "The expectation cannot be met.");
    head.expects_continue = true;
    return {};
}

}  // namespace

std::size_t head_size(std::string_view bytes) {
    for (std::size_t at = 0; (at = bytes.find('\n', at)) != std::string_view::npos; ++at) {
        if (at == 0 || bytes[at - 1] != '\r') return at + 1;
        if (at >= 3 && bytes.substr(at - 3, 2) == "\r\n") return at + 1;
    }
    return 0;
}

std::expected<std::pair<std::string_view, std::string_view>, Refusal> parse_header_line(
    std::string_view line) {
    auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return refuse(400, "A header field is malformed.");
    auto name = line.substr(0, colon);
    auto raw = line.substr(colon + 1);
    if (!std::ranges::all_of(raw, is_value_char))
        return refuse(400, "A header field holds a control character.");
    bool is_framing = equals_ignoring_case(name, "transfer-encoding") ||
                      equals_ignoring_case(name, "content-length");
    if (is_framing && raw.contains('\t')) return refuse(400, "A header field is malformed.");
    return std::pair(name, trim(raw));
}

std::expected<RequestHead, Refusal> parse_head(std::string_view bytes) {
    RequestHead head;
    if (auto ok = parse_lines(bytes, head); !ok) return std::unexpected(ok.error());
    for (auto name : kOnlyOnce)
        if (head.headers.count(name) > 1)
            return refuse(400, "The header field " + std::string(name) + " stands twice.");
    for (auto* check : {check_transfer_encoding, check_content_length, check_target,
                        check_connection, check_expect})
        if (auto ok = check(head); !ok) return std::unexpected(ok.error());
    return head;
}

}  // namespace logwood::http
