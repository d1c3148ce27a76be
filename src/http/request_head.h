#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace logwood::http {

struct RequestHead {
    std::string method;
    std::string target;  ///< Origin form: an absolute one was cut to it.
    int minor_version = 1;
    Headers headers;
    bool is_chunked = false;
    std::uint64_t content_length = 0;  ///< 0 when the request has none, or is chunked.
    bool keeps_alive = true;
    bool expects_continue = false;
};

/// The length of the head at the front of `bytes`, its empty line included; 0 = not all there yet.
/// A head that can only be refused may end early, at its first bad line.
std::size_t head_size(std::string_view bytes);

/// Parses a whole head (RFC 9112) more strictly than the RFC asks of a server: whatever two parsers
/// could frame differently is refused. 400, 414, 417, 431, 501, 505.
std::expected<RequestHead, Refusal> parse_head(std::string_view head);

/// Splits `Name: value` and checks both; also for trailers.
std::expected<std::pair<std::string_view, std::string_view>, Refusal> parse_header_line(
    std::string_view line);

}  // namespace logwood::http
