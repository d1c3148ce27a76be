#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "model/coordinates.h"
#include "model/time_range.h"

namespace logwood::segment {

/// How much work goes into a segment.
enum class Level : std::uint8_t {
    kMini = 1,    ///< A section of a checkpoint file: fast codec, few encodings.
    kMerged = 2,  ///< The result of a merge: dense codec, all encodings.
};

/// The log offsets of one partition from which a segment has events; both inclusive.
struct OffsetRange {
    model::Epoch epoch;
    model::PartitionId partition;
    model::LogOffset first;
    model::LogOffset last;
    friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

/// What one UTC day of event time contributes to a segment.
struct DaySize {
    std::int32_t day = 0;  ///< Days since 1970-01-01, negative before.
    std::uint64_t rows = 0;
    std::uint64_t raw_bytes = 0;
    friend bool operator==(const DaySize&, const DaySize&) = default;
};

/// A tag and the values that a segment's rows have for it.
struct TagValues {
    std::string name;  ///< With its `#`.
    std::vector<std::string> values;
    bool is_complete = true;  ///< False when there are more values, or rows without the tag.
    friend bool operator==(const TagValues&, const TagValues&) = default;
};

/// What the cluster knows of a segment without opening it.
struct Summary {
    SegmentId id;
    RepoId repo;
    Level level = Level::kMini;
    std::uint64_t rows = 0;
    std::uint64_t raw_bytes = 0;  ///< Bytes of all `@rawstring` values.
    std::uint64_t stored_bytes = 0;
    std::uint64_t checksum = 0;     ///< xxh3-64 of the whole segment; 0 when read from a tail.
    std::uint64_t tail_offset = 0;  ///< [tail_offset, stored_bytes) is read to open it.
    model::TimeBounds event_times;
    model::TimeBounds ingest_times;
    std::vector<OffsetRange> offsets;  ///< Sorted by epoch and partition.
    std::vector<DaySize> days;         ///< Sorted by day.
    std::vector<TagValues> tags;       ///< Sorted by name; at most kSummaryTagsMax.
    friend bool operator==(const Summary&, const Summary&) = default;
};

}  // namespace logwood::segment
