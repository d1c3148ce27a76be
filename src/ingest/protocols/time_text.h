#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logwood::ingest {

struct ParsedTime {
    std::int64_t ns = 0;         ///< Since 1970.
    std::string timezone = "Z";  ///< As it stood in the text: `Z` or `+02:00`.
};

/// Reads `2016-06-06T12:00:00[.123456789](Z|+02:00|+0200)`; a blank may stand for the T. Nothing
/// for other texts, dates that do not exist, and years outside 1678 to 2261.
std::optional<ParsedTime> parse_iso_time(std::string_view text);

/// Reads a decimal number of units since 1970, each `unit_ns` long, with an optional fraction.
std::optional<std::int64_t> parse_epoch_time(std::string_view number, std::int64_t unit_ns);

/// What a field that is known to hold a time means: ISO 8601, or seconds, milliseconds,
/// microseconds or nanoseconds since 1970, told apart by size (a second is between 2001 and 2286).
std::optional<ParsedTime> guess_time(std::string_view text);

}  // namespace logwood::ingest
