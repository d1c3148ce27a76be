#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace logwood::digest {

/// Original bytes of a partition that are sealed into one checkpoint file: large enough for the
/// codec, small enough to hold in memory twice while it is written.
inline constexpr std::uint64_t kCheckpointRawBytes = 64ULL << 20;
/// Heap bytes of all open blocks, above which the largest partition is sealed early.
inline constexpr std::uint64_t kOpenMemoryMax = 256ULL << 20;
/// Above this no partition that has open blocks consumes more: what is being sealed, and as much
/// again on its way.
inline constexpr std::uint64_t kOpenMemoryHardMax = 384ULL << 20;
/// When memory presses, a partition with this part of a checkpoint does not wait for the interval.
inline constexpr std::uint64_t kLargePart = 4;
/// A partition stops consuming while its open blocks hold more than this many checkpoints.
inline constexpr std::uint64_t kBacklogCheckpoints = 2;
/// Open blocks are sealed when their oldest event has been open this long (FLUSH_BLOCK_SECONDS).
inline constexpr Duration kFlushInterval = 60s;
/// Checkpoints of a partition are at least this far apart: each is a file, a change of Global and
/// a segment a repository.
inline constexpr Duration kCheckpointInterval = 5s;
/// Bytes read from the log at once. They are compressed, by 50 at times, and decoded all together.
inline constexpr std::size_t kReadBytes = 1 << 20;
/// How long one read waits for records before the state is looked at again.
inline constexpr Duration kReadWait = 200ms;
/// Request keys of a partition that are remembered: 7 MB of memory, and 2.6 MB written beside each
/// checkpoint. Enough for 70 keyed requests a second; above, the oldest are forgotten early.
inline constexpr std::size_t kRequestKeysMax = 65'536;
/// Bytes of a key file that is read: all keys and its frame.
inline constexpr std::uint64_t kKeyFileBytesMax = kRequestKeysMax * 40 + 64;
/// Between attempts after a failure.
inline constexpr Duration kRetryPause = 1s;

}  // namespace logwood::digest
