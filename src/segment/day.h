#pragma once

#include <chrono>
#include <cstdint>

namespace logwood::segment {

/// Nanoseconds since 1970 to days since 1970-01-01, rounded down.
constexpr std::int32_t day_of(std::int64_t ns) {
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    return static_cast<std::int32_t>(ns / kDayNs - (ns % kDayNs < 0));
}

/// Months since the year 0 of the month that a day lies in.
inline std::int32_t month_of(std::int32_t day) {
    std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return static_cast<int>(date.year()) * 12 + static_cast<int>(unsigned{date.month()});
}

}  // namespace logwood::segment
