#pragma once

#include <optional>
#include <string_view>

#include "exec/time/parsed_time.h"

namespace logwood::exec {

/// A time found in the middle of a text.
struct FoundTime {
    ParsedTime parsed;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The first time that starts within the first 128 bytes of the text, in one of the layouts of
/// findTimestamp() (reference 3): year month day, month day [year], day month, each with a clock;
/// a clock alone; ten digits of epoch seconds. A clock alone means today, or yesterday if that
/// lies more than 10 minutes ahead of `now`; a missing year is the latest that is at most 7 days
/// ahead. nullopt: none, or none with a zone.
std::optional<FoundTime> find_timestamp(std::string_view text, const ZoneChoice& zones,
                                        UtcTime now);

}  // namespace logwood::exec
