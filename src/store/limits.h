#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace logwood::store {

/// Sections of a checkpoint file: more repositories than this in one range are refused when read,
/// so that a damaged count cannot make us allocate (40 bytes each).
inline constexpr std::uint32_t kSectionsMax = 1U << 20;

/// Above this share of the disk a node stops taking data, so that metadata, snapshots and the
/// deletion of expired data still find room.
inline constexpr double kFillLimit = 0.95;
/// It starts again below this share: not at the limit, or it would flap.
inline constexpr double kFillResume = 0.94;
/// How often free space is looked at: at 500 MB/s, 1 GB is written in between.
inline constexpr Duration kSpaceCheckInterval = 2s;

/// Open readers kept for re-use; each holds a segment's tail and dictionaries.
inline constexpr std::size_t kCachedReadersMax = 256;
/// ... while all of them hold at most this much.
inline constexpr std::size_t kCachedReaderBytesMax = 256U << 20;

/// One merge takes at most this much: the dictionaries of its inputs are all in memory, and outputs
/// stay below a size that is moved and expired whole.
inline constexpr std::uint64_t kMergeRawBytesMax = 512ULL << 20;
/// A repository's minis are merged when there are this many, however small: each costs every query
/// an open.
inline constexpr std::size_t kMergeInputsMin = 64;
/// ... or when the oldest of them is this old.
inline constexpr Duration kMergeWindow = 24h;
/// ... or when nothing was added to the repository for this long: a load that has ended should not
/// stay in minis until the window closes.
inline constexpr Duration kMergeQuiet = 5min;

/// Replaced, expired and deleted files stay on disk this long, for queries that were planned with
/// them.
inline constexpr Duration kDeletionGrace = 60s;
/// How often they are looked for.
inline constexpr Duration kSweepInterval = 5s;
/// How often merges and retention look for work when nothing wakes them.
inline constexpr Duration kMergeInterval = 1s;
inline constexpr Duration kRetentionInterval = 30s;

/// Segments in one change of retention: a merge that takes one of them fails only that batch.
inline constexpr std::size_t kExpiredAtOnceMax = 500;
/// A move of the civil clock by this much is a jump, and then it is not believed for so long.
inline constexpr Duration kClockJump = 10min;
inline constexpr Duration kClockDistrust = 1h;

}  // namespace logwood::store
