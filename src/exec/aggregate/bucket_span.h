#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "exec/time/time_zone.h"
#include "model/time_range.h"

namespace logwood::exec {

/// What a query says of the width of its time buckets; nothing: automatic.
struct SpanRequest {
    std::optional<std::int64_t> span_ms;
    std::optional<std::int64_t> buckets;
    std::optional<std::int64_t> min_span_ms;
};

struct SpanChoice {
    std::int64_t span_ms = 0;
    /// minSpan was longer than the interval, which was taken instead: worth a warning.
    bool is_min_span_cut = false;
};

/// The width of buckets over an interval: `span_ms`, or the interval by `buckets` (rounded up to
/// whole milliseconds), or automatic; raised to `min_span_ms`. Fails for widths below 1 ms, both
/// span and buckets, and more than kBucketsMax buckets.
Result<SpanChoice> choose_span(const SpanRequest& request, const model::TimeRange& interval);

/// The smallest round width that cuts the interval into at most kBucketsAuto parts (24 h: 15
/// minutes; 5 min: 3 seconds). Reference 4.4.
std::int64_t automatic_span_ms(std::int64_t interval_ms);

/// `15 minutes`, `1 hour`, `2500 milliseconds`: the largest unit that divides it.
std::string humanize_span(std::int64_t span_ms);

/// Buckets of one width, aligned to multiples of it on the zone's clocks. One thread.
class BucketGrid {
 public:
    BucketGrid(std::int64_t span_ms, TimeZone zone);
    std::int64_t span_ms() const { return span_ns_ / 1'000'000; }
    /// Start of the bucket that holds the time, ms since 1970.
    std::int64_t start_ms(std::int64_t time_ns) {
        if (time_ns < begin_ns_ || time_ns >= end_ns_) seek(time_ns);
        return bucket_ms_;
    }
    /// Start of the next bucket after the one that starts there.
    std::int64_t next_ms(std::int64_t start_ms);

 private:
    void seek(std::int64_t time_ns);
    std::int64_t start_ns(std::int64_t time_ns);

    std::int64_t span_ns_;
    LocalClock clock_;
    // Times known to lie in the bucket last asked for: a part of it.
    std::int64_t begin_ns_ = 0;
    std::int64_t end_ns_ = 0;
    std::int64_t bucket_ms_ = 0;
};

}  // namespace logwood::exec
