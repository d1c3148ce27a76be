#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace logwood::log {

/// Raw bytes of a record that ingest aims at: large enough for zstd and for one fsync to carry
/// much, small enough that a partition has many of them in flight.
inline constexpr std::size_t kRecordRawBytesAimed = 1U << 20;
/// Raw bytes of a record at most: what a reader must be ready to allocate for one.
inline constexpr std::size_t kRecordRawBytesMax = 8U << 20;
/// Bytes of one payload of the log: a record that zstd could not shrink, and its header.
inline constexpr std::size_t kPayloadBytesMax = kRecordRawBytesMax + (1U << 20);

/// Payload bytes that wait for a stream's next fsync; more is refused, so that a slow disk turns
/// into 503 and not into memory. At least two of the largest payloads.
inline constexpr std::size_t kQueueBytesMax = 32U << 20;
/// Payload bytes that one write and one fsync carry; bounds the torn tail that recovery rewrites.
inline constexpr std::size_t kGroupBytesMax = 16U << 20;
/// A log file is closed once it is this long: the unit of trimming, and of memory in recovery.
inline constexpr std::uint64_t kFileBytes = 8U << 20;
/// A trim of all records gives up the last file too once it is this long, for an empty one: worth
/// its four syncs. What stays on disk of a log that needs no record any more is less than this a
/// stream.
inline constexpr std::uint64_t kTurnOverBytes = 256U << 10;
/// A longer file was not written by us: positions are kept in 32 bits.
inline constexpr std::uint64_t kFileBytesMax = 1ULL << 30;
/// Newest payloads kept in memory a stream: digest reads what was just written.
inline constexpr std::size_t kTailCacheBytes = 16U << 20;
/// Appends are refused this long after a second failure in a row, before a new file is tried.
inline constexpr Duration kRetryPause = 5s;

/// A request that comes again with its Idempotency-Key within this time is known: clients that lost
/// an answer try for minutes, not hours, and all keys of the time are in memory.
inline constexpr Duration kRequestKeyWindow = 15min;

}  // namespace logwood::log
