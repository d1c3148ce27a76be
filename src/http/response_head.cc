#include "http/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <iterator>
#include <utility>

namespace logwood::http {
namespace {

constexpr std::pair<int, std::string_view> kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

std::string_view reason_of(int status) {
    auto at = std::ranges::find(kReasons, status, [](auto& entry) { return entry.first; });
    return at == std::end(kReasons) ? "Status" : at->second;
}

void append_date(std::string& out, UtcTime now) {
    auto seconds = static_cast<std::time_t>(now.ms() / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text;
    out.append(text.data(),
               std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
}

}  // namespace

std::string render_head(const Response& response, const ResponseFraming& framing) {
    std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
    out += reason_of(response.status);
    out += "\r\nDate: ";
    append_date(out, framing.now);
    for (const auto& [name, value] : response.headers.entries()) {
        out += "\r\n" + name + ": ";
        for (char c : value)  // a line break in a value must not become a header of its own
            out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    }
    bool has_body = response.status != 204 && response.status != 304 && response.status >= 200;
    if (response.stream && framing.minor_version == 1)
        out += "\r\nTransfer-Encoding: chunked";
    else if (!response.stream && has_body)
        out += "\r\nContent-Length: " + std::to_string(response.body.size());
    if (!framing.keep_alive)
        out += "\r\nConnection: close";
    else if (framing.minor_version == 0)
        out += "\r\nConnection: keep-alive";
    out += "\r\nX-Content-Type-Options: nosniff\r\nX-XSS-Protection: 1;mode=block\r\n\r\n";
    return out;
}

std::string chunk_head(std::size_t size) {
    std::array<char, 16> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

}  // namespace logwood::http
