#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace logwood::model {

/// [start, end): start belongs to it, end does not.
struct TimeRange {
    UtcTime start = UtcTime::min();
    UtcTime end = UtcTime::max();

    bool contains(UtcTime t) const { return start <= t && t < end; }
    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// The smallest and largest of a set of times, both inclusive; empty while min > max.
struct TimeBounds {
    std::int64_t min_ns = INT64_MAX;
    std::int64_t max_ns = INT64_MIN;

    void add(std::int64_t ns) {
        min_ns = std::min(min_ns, ns);
        max_ns = std::max(max_ns, ns);
    }
    void add(const TimeBounds& other) {
        min_ns = std::min(min_ns, other.min_ns);
        max_ns = std::max(max_ns, other.max_ns);
    }
    bool overlaps(const TimeRange& range) const {
        return min_ns < range.end.ns && max_ns >= range.start.ns && min_ns <= max_ns;
    }
    bool within(const TimeRange& range) const {
        return min_ns >= range.start.ns && max_ns < range.end.ns;
    }
    friend bool operator==(const TimeBounds&, const TimeBounds&) = default;
};

}  // namespace logwood::model
