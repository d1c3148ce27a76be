// chunk = size-in-hex [;extension] CR LF data CR LF, ..., 0 CR LF, trailer lines, CR LF.
#include "http/chunked.h"

#include <algorithm>
#include <charconv>

#include "http/limits.h"
#include "http/request_head.h"

namespace logwood::http {
namespace {

auto refuse(const char* text) { return std::unexpected(Refusal{400, text}); }

}  // namespace

std::expected<std::size_t, Refusal> ChunkDecoder::feed(std::string_view bytes, std::string& body) {
    std::size_t at = 0;
    while (at < bytes.size() && !done()) {
        if (state_ == State::kData) {
            auto size = std::min<std::uint64_t>(data_left_, bytes.size() - at);
            body.append(bytes.substr(at, size));
            at += size;
            data_left_ -= size;
            if (data_left_ == 0) state_ = State::kDataEnd;
            continue;
        }
        auto end = bytes.find('\n', at);
        auto part = bytes.substr(at, end == std::string_view::npos ? end : end - at + 1);
        auto line_max = state_ == State::kTrailer ? kHeadBytesMax : kChunkLineBytesMax;
        if (line_.size() + part.size() > line_max) return refuse("A line of a chunk is too long.");
        line_ += part;
        at += part.size();
        if (!line_.ends_with('\n')) continue;
        if (!line_.ends_with("\r\n")) return refuse("A line of a chunk does not end with CR LF.");
        if (auto ok = take_line(std::string_view(line_).substr(0, line_.size() - 2)); !ok)
            return std::unexpected(ok.error());
        line_.clear();
    }
    return at;
}

std::expected<void, Refusal> ChunkDecoder::take_line(std::string_view line) {
    switch (state_) {
        case State::kSize:
            return take_size(line);
        case State::kDataEnd:
            if (!line.empty()) return refuse("A chunk is longer than its size.");
            state_ = State::kSize;
            return {};
        default:
            return take_trailer(line);
    }
}

std::expected<void, Refusal> ChunkDecoder::take_size(std::string_view line) {
    auto digits = line.substr(0, line.find_first_of("; \t"));
    auto extension = line.substr(digits.size());
    auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), data_left_, 16);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.starts_with('-'))
        return refuse("The size of a chunk is malformed.");
    auto is_visible = [](char c) { return c >= ' ' && c < 0x7F; };
    if (!extension.empty() && (extension[0] != ';' || !std::ranges::all_of(extension, is_visible)))
        return refuse("The extension of a chunk is malformed.");
    if (data_left_ > body_bytes_max_ - body_bytes_)
        return std::unexpected(Refusal{413, "The request is too large."});
    body_bytes_ += data_left_;
    state_ = data_left_ == 0 ? State::kTrailer : State::kData;
    return {};
}

std::expected<void, Refusal> ChunkDecoder::take_trailer(std::string_view line) {
    if (line.empty()) {
        state_ = State::kDone;
        return {};
    }
    trailer_bytes_ += line.size();
    if (trailer_bytes_ > kHeadBytesMax)
        return std::unexpected(Refusal{431, "The trailers are too long."});
    auto field = parse_header_line(line);
    if (!field) return std::unexpected(field.error());
    for (std::string_view name :
         {"content-length", "transfer-encoding", "host", "authorization", "content-encoding"})
        if (equals_ignoring_case(field->first, name))
            return refuse("A trailer holds a field that belongs into the head.");
    return {};
}

}  // namespace logwood::http
