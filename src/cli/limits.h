#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every limit of the module, with its reason.
namespace logwood::cli {

/// Text of one request: large enough that a request's overhead does not count, well below the
/// server's limit even when escaping doubles it.
inline constexpr std::size_t kIngestBatchBytes = 2 << 20;
/// Requests under way at once; more do not make one server faster.
inline constexpr std::size_t kIngestConnections = 2;
/// Text that one thread of `grep` takes at a time: its columns stay in the cache.
inline constexpr std::size_t kGrepChunkBytes = 1 << 20;
/// Chunks that may be done before an earlier one is printed; bounds what waits in memory.
inline constexpr std::size_t kGrepChunksAhead = 8;
/// A longer line is not text. The server takes 1 MiB and marks what it cuts.
inline constexpr std::size_t kLineBytesMax = 64 << 20;
/// How long lines of a pipe wait for more before they are sent.
inline constexpr int kPipeLingerMs = 200;
/// A busy server asks to try again; after so many times a one-time run gives up.
inline constexpr int kSendTriesMax = 60;
inline constexpr auto kSendPauseMin = std::chrono::milliseconds(100);
inline constexpr auto kSendPauseMax = std::chrono::milliseconds(5000);
/// How long an event of joined lines at the end of a file waits for more of them: a program writes
/// all lines of one at once.
inline constexpr auto kTailLinger = std::chrono::milliseconds(1000);
/// How often followed files are looked at when nothing comes.
inline constexpr auto kFollowPause = std::chrono::milliseconds(250);
/// Bytes at the start of a file that tell it from others.
inline constexpr std::size_t kFingerprintBytes = 1024;
/// A checkpoint file of thousands of followed files is far smaller.
inline constexpr std::uint64_t kCheckpointBytesMax = 64 << 20;
/// Rows that decide the widths of a table; those that follow are printed as they come.
inline constexpr std::size_t kTableRowsMeasured = 1000;
/// A column is not made narrower than this to fit a table to a terminal.
inline constexpr std::size_t kTableColumnMin = 6;
/// Events that a follower remembers to have printed: several times what a live query shows.
inline constexpr std::size_t kFollowedIdsMax = 10'000;
/// Where a level stands in a line that has one.
inline constexpr std::size_t kLevelBytesMax = 200;
/// A file of profiles: thousands of them.
inline constexpr std::uint64_t kProfilesBytesMax = 1 << 20;
/// A script or a query that is read from a file or standard input.
inline constexpr std::uint64_t kScriptBytesMax = 16 << 20;

}  // namespace logwood::cli
