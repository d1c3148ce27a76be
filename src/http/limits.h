#pragma once

#include <cstddef>

#include "base/time.h"

namespace logwood::http {

/// Request line and headers: what common clients and proxies send at most, cookies included.
inline constexpr std::size_t kHeadBytesMax = 16U << 10;
inline constexpr std::size_t kHeadersMax = 100;
/// The target of the request line; longer ones are 414.
inline constexpr std::size_t kTargetBytesMax = 8U << 10;
/// Longer than any registered method.
inline constexpr std::size_t kMethodBytesMax = 32;
/// A request's body, on the wire and after decompression: the documented ingest limit.
inline constexpr std::size_t kBodyBytesMax = 32U << 20;
/// Bodies that all connections together hold; more is answered 503.
inline constexpr std::size_t kBodiesBytesMax = 512U << 20;
/// The line of a chunk's size with its extensions, which nobody needs.
inline constexpr std::size_t kChunkLineBytesMax = 256;
/// zstd frames may ask for a window of 2^23 bytes, as browsers allow; the decoder allocates it.
inline constexpr int kZstdWindowLogMax = 23;

/// Open connections; each costs a descriptor and some tens of kilobytes.
inline constexpr std::size_t kConnectionsMax = 4096;
/// From the first byte of a head to its end.
inline constexpr Duration kHeadTimeout = 10s;
/// Without a byte of a body, or without progress of a response.
inline constexpr Duration kStallTimeout = 30s;
/// A body must come at this many bytes a second on average, after kStallTimeout of grace.
inline constexpr std::size_t kBodyBytesPerSecondMin = 1U << 10;
/// Between two requests of a connection.
inline constexpr Duration kIdleTimeout = 60s;
/// How long bytes are thrown away after an early answer, so that the client can read it.
inline constexpr Duration kLingerTimeout = 2s;

/// Asked of the kernel for a UDP port, which gives less unless it was told otherwise: bursts wait
/// there while events are on their way to the log.
inline constexpr int kUdpReceiveBufferBytes = 128 << 20;

/// Smaller bodies gain nothing from compression.
inline constexpr std::size_t kCompressBytesMin = 1U << 10;

}  // namespace logwood::http
