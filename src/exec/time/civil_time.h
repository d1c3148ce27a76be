#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace logwood::exec {

/// A date and a time of day on some local clock (proleptic Gregorian).
struct CivilTime {
    std::int32_t year = 1970;
    std::uint32_t month = 1;  ///< 1 to 12
    std::uint32_t day = 1;    ///< 1 to 31
    std::uint32_t hour = 0;
    std::uint32_t minute = 0;
    std::uint32_t second = 0;
    std::uint32_t nano = 0;

    /// 1 = Monday to 7 = Sunday.
    std::uint32_t weekday() const;
    /// 1 to 366.
    std::uint32_t day_of_year() const;
    friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

/// ISO 8601 week: Monday first, week 1 holds the year's first Thursday.
struct IsoWeek {
    std::int32_t year = 1970;
    std::uint32_t week = 1;  ///< 1 to 53
};
IsoWeek iso_week_of(const CivilTime& time);

/// Splits nanoseconds since 1970-01-01T00:00 of the local clock.
CivilTime civil_of(std::int64_t local_ns);

/// The opposite; nullopt for a date that does not exist, a field out of range, or a year outside
/// 1678 to 2261. Second 60 is none of that: it counts as 59.
std::optional<std::int64_t> local_ns_of(const CivilTime& time);

/// English, from 1 = January and 1 = Monday.
const char* month_name(std::uint32_t month);
const char* weekday_name(std::uint32_t weekday);

}  // namespace logwood::exec
