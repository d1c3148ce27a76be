#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace logwood::http {

enum class Coding : std::uint8_t { kIdentity, kGzip, kDeflate, kZstd, kSnappy };

/// What a Content-Encoding names; 415 for others and for more than one.
std::expected<Coding, Refusal> coding_of(std::string_view content_encoding);

/// Decompresses a whole body: gzip of one or more members, zlib or bare deflate, zstd of one or
/// more frames, one block of snappy. kInvalidArgument for damaged, truncated or trailing bytes;
/// kTooLarge as soon as the output passes `bytes_max`. CPU work, any thread.
Result<std::string> decompress(Coding coding, std::string_view bytes, std::size_t bytes_max);

/// One gzip member, fast rather than small. CPU work, any thread.
std::string compress_gzip(std::string_view bytes);

/// Whether an Accept-Encoding permits gzip.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace logwood::http
