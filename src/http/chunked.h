#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/message.h"

namespace logwood::http {

/// Takes a chunked body apart as its bytes come (RFC 9112, section 7.1). Extensions and trailers
/// are checked and thrown away.
class ChunkDecoder {
 public:
    /// 413 as soon as the body passes `body_bytes_max`.
    explicit ChunkDecoder(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

    /// Appends data to `body`; returns how many bytes were consumed: all, unless it is done.
    std::expected<std::size_t, Refusal> feed(std::string_view bytes, std::string& body);
    bool done() const { return state_ == State::kDone; }

 private:
    enum class State : std::uint8_t { kSize, kData, kDataEnd, kTrailer, kDone };

    std::expected<void, Refusal> take_line(std::string_view line);
    std::expected<void, Refusal> take_size(std::string_view line);
    std::expected<void, Refusal> take_trailer(std::string_view line);

    State state_ = State::kSize;
    std::size_t body_bytes_max_;
    std::uint64_t data_left_ = 0;
    std::size_t body_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
    std::string line_;
};

}  // namespace logwood::http
