#pragma once

#include <cstddef>
#include <cstdint>

namespace logwood::segment {

/// A row group is the unit of decoding: it must fit in memory many times over, and its per-group
/// costs must not count.
inline constexpr std::uint32_t kRowGroupRowsMax = 65'536;
inline constexpr std::uint64_t kRowGroupRawBytesMax = 16 << 20;
/// The raw text, all fields beside it, and room: for events without a raw text, or many fields.
inline constexpr std::uint64_t kRowGroupValueBytesMax = 64 << 20;
/// What a row group of one oversized event may decode to: the hard limit of a record (8 MB raw),
/// its fields beside it, and room.
inline constexpr std::uint64_t kChunkRawBytesMax = 256 << 20;
/// A tail holds a directory entry a field and a row group; 454 fields in 64 groups take 0.3 MB.
inline constexpr std::uint64_t kTailBytesMax = 64 << 20;
/// Read at once when the caller does not know the tail's length; most tails are smaller.
inline constexpr std::uint64_t kTailGuessBytes = 64 << 10;

/// Columns smaller than this share a chunk, so that 400 sparse fields do not cost 400 chunks.
inline constexpr std::size_t kPackedColumnBytesMax = 16 << 10;
/// A shared chunk is closed at this size: reading one small column decodes it all.
inline constexpr std::size_t kPackBytes = 128 << 10;

/// A field's dictionary is read whole to read any of its codes; beyond this, new values go to
/// string pages.
inline constexpr std::size_t kDictionaryBytesMax = 8 << 20;
inline constexpr std::uint32_t kDictionaryValuesMax = 1 << 20;
/// All dictionaries of a segment are in memory while it is written, and those of all inputs while
/// they are merged.
inline constexpr std::size_t kDictionariesBytesMax = 24 << 20;
/// Value lists up to this size stand in the tail, with counts.
inline constexpr std::size_t kListedValuesMax = 64;
inline constexpr std::size_t kListedBytesMax = 4096;
inline constexpr std::size_t kListedTotalBytesMax = 128 << 10;

/// Decoded columns that a merge keeps, beside the one under way: a row group or two of each of a
/// few partitions. A node's memory must not depend on what it merges.
inline constexpr std::uint64_t kMergeColumnsBytesMax = 128 << 20;

/// Event shapes known to the whole segment; rows of further shapes name their fields themselves.
inline constexpr std::uint32_t kShapesMax = 1 << 16;
inline constexpr std::size_t kShapeFieldsMax = 1 << 20;

/// The summary is registered for every segment of the cluster and must stay small.
inline constexpr std::size_t kSummaryTagsMax = 8;
inline constexpr std::size_t kSummaryTagValuesMax = 16;
inline constexpr std::size_t kSummaryTagBytesMax = 64;

/// A day of at least this size is an output of its own: it then expires by the day.
inline constexpr std::uint64_t kDayOutputRawBytesMin = 64 << 20;
/// Events further than this ahead of their arrival have a wrong clock and are kept apart, so that
/// they do not keep good data from expiring.
inline constexpr std::int32_t kFutureDays = 2;

}  // namespace logwood::segment
