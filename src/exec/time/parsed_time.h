#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exec/time/civil_time.h"
#include "exec/time/time_zone.h"

namespace logwood::exec {

/// A time read from a text, and the zone that it was read with (`Z`, `+02:00`, `Europe/Paris`).
struct ParsedTime {
    UtcTime time;
    std::string zone;
};

/// Where the zone of a text comes from; both are borrowed and may be null.
struct ZoneChoice {
    const TimeZone* always = nullptr;     ///< Goes before a zone in the text.
    const TimeZone* otherwise = nullptr;  ///< For texts without one.
};

/// Puts a local time and a zone together; nullopt when the date does not exist.
std::optional<ParsedTime> in_zone(const CivilTime& local, const TimeZone& zone);

/// Reads digits at `at`, as many as there are up to `max`; moves `at`. Gives how many.
std::size_t scan_digits(std::string_view text, std::size_t& at, std::size_t max,
                        std::uint32_t& number);

/// Nanoseconds of a fraction's digits: `5` is half a second; digits beyond the ninth are dropped.
std::uint32_t nanos_of_digits(std::string_view digits);

/// Reads `Z`, `+02:00`, `-0500`, `+02` at `at`; moves `at` behind it.
std::optional<std::int32_t> scan_offset(std::string_view text, std::size_t& at);

/// A month (1 to 12) or weekday (1 = Monday) by its English name or the name's first three
/// letters; moves `at`. 0: none.
std::uint32_t scan_month_name(std::string_view text, std::size_t& at, bool case_sensitive);
std::uint32_t scan_weekday_name(std::string_view text, std::size_t& at, bool case_sensitive);

/// The text as ISO 8601: `2025-01-31T10:20:30.123456Z`, also with a blank for the `T`, without
/// seconds or fraction, with `,` before the fraction, offsets `+02`, `+0200`, `+02:00`. Without
/// an offset only if `zones` gives one. The whole text counts.
std::optional<ParsedTime> parse_iso_time(std::string_view text, const ZoneChoice& zones = {});

/// Seconds or parts of them since 1970, as digits with an optional fraction: `1710000000.25`;
/// `unit_ns` is the length of one. Decimal digits stay exact; `1.7E9` is read as a double.
std::optional<UtcTime> parse_epoch(std::string_view text, std::int64_t unit_ns);

}  // namespace logwood::exec
