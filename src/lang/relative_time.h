#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace logwood::lang {

/// Units of relative times. A month counts 30 days, a quarter 90, a year 365, unless calendar
/// arithmetic is asked for.
enum class TimeUnit : std::uint8_t {
    kMillisecond,
    kSecond,
    kMinute,
    kHour,
    kDay,
    kWeek,
    kMonth,
    kQuarter,
    kYear,
};

/// `m`, `min`, `minutes` …; nullopt: no unit of that name.
std::optional<TimeUnit> parse_time_unit(std::string_view word);

/// Milliseconds of `5min`, `1 hour`, `250ms`, `1.5h`. Fails on anchors, signs and overflow.
Result<std::int64_t> parse_duration_ms(std::string_view text);

/// Offset of local time from UTC, in seconds, at a UTC time; unset means UTC.
using UtcOffset = std::function<std::int64_t(UtcTime)>;

/// The time that `text` names: `now`, `24h` (ago), `1d@d+12h`, `now@week`, `calendar: 2months`,
/// epoch milliseconds, or an ISO 8601 date or date and time (without zone: local time).
/// Snapping goes down to the start of the unit in local time; weeks start on Monday.
Result<UtcTime> parse_time_point(std::string_view text, UtcTime now, const UtcOffset& offset = {});

/// True for what a live query may start at: a plain duration, without anchor or calendar.
bool is_plain_duration(std::string_view text);

}  // namespace logwood::lang
