#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace logwood::exec {

/// A time zone: a fixed offset, or an IANA zone of the system's database. Cheap to copy; any
/// thread. "Local nanoseconds" are those since 1970-01-01T00:00 as the zone's clocks show it.
class TimeZone {
 public:
    /// UTC, named `Z`.
    TimeZone() = default;
    /// `Europe/Paris`, `UTC`, `EST`, `Z`, `+02:00`, `-0330`, `+5`, `UTC+12:30`, `GMT-3`. Names are
    /// case-sensitive. kInvalidArgument for anything else.
    static Result<TimeZone> find(std::string_view name);
    /// An offset of at most 18 hours, named `+02:00`, or `Z` when it is zero.
    static TimeZone fixed(std::int32_t offset_seconds);

    const std::string& name() const { return name_; }
    bool is_fixed() const { return zone_ == nullptr; }

    /// A run of time [begin, end) with one offset.
    struct Period {
        std::int64_t begin_ns;
        std::int64_t end_ns;
        std::int64_t offset_ns;  ///< Local minus UTC.
    };
    Period period_at(UtcTime time) const;
    std::int64_t offset_ns_at(UtcTime time) const { return period_at(time).offset_ns; }
    std::int64_t to_local(UtcTime time) const;
    /// Local times that clocks skip count as later by what is skipped; of those that occur twice,
    /// the earlier is meant.
    UtcTime from_local(std::int64_t local_ns) const;
    /// `CET`, `CEST`, `UTC`, or the offset as `+02:00`.
    std::string abbreviation_at(UtcTime time) const;

 private:
    std::string name_ = "Z";
    std::int32_t offset_seconds_ = 0;
    const void* zone_ = nullptr;  ///< A date::time_zone; lives for ever.
};

/// Converts many times, near each other, of one zone: remembers the period. One thread.
class LocalClock {
 public:
    explicit LocalClock(TimeZone zone) : zone_(std::move(zone)) {}
    std::int64_t local(UtcTime time) {
        if (time.ns < period_.begin_ns || time.ns >= period_.end_ns)
            period_ = zone_.period_at(time);
        std::int64_t sum = 0;
        bool overflows = __builtin_add_overflow(time.ns, period_.offset_ns, &sum);
        return overflows ? time.ns : sum;
    }
    const TimeZone::Period& period() const { return period_; }
    const TimeZone& zone() const { return zone_; }

 private:
    TimeZone zone_;
    TimeZone::Period period_{0, 0, 0};
};

/// Seconds of `+02:00`, `+0200`, `+02`, `-3`, `+05:30:15`; nullopt for anything else, also `Z`.
std::optional<std::int32_t> parse_offset(std::string_view text);

/// The offset in seconds that clocks name `PST`, `CEST`, ...: those in common use that mean one
/// thing. Letters in any case; nullopt: not known.
std::optional<std::int32_t> offset_of_abbreviation(std::string_view name);

}  // namespace logwood::exec
