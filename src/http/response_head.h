#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace logwood::http {

struct ResponseFraming {
    bool keep_alive = true;
    int minor_version = 1;
    UtcTime now;
};

/// What is answered when the server holds too many bytes of requests: nothing was stored.
inline constexpr std::string_view kBusyText =
    R"({"stored":"no","message":"The server is busy. Try again later."})";

/// Status line and headers with the empty line: the response's own, framing, date and the standard
/// security headers.
std::string render_head(const Response& response, const ResponseFraming& framing);

/// `size-in-hex CR LF`.
std::string chunk_head(std::size_t size);

}  // namespace logwood::http
