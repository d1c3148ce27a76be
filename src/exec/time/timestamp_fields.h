#pragma once

#include <functional>
#include <optional>
#include <string>

#include "exec/columns/batch.h"
#include "exec/time/parsed_time.h"
#include "exec/time/zone_argument.h"

namespace logwood::exec {

/// What parseTimestamp() and findTimestamp() have in common.
struct TimestampArguments {
    std::string field;
    std::string as;
    std::string zone_as;
    std::string zone_field;
    std::optional<TimeZone> zone;
    bool adds_errors = true;

    static lang::Checked<TimestampArguments> read(const lang::BoundCall& call);
};

/// Reads a time out of a text; `given` is the zone of `timezone` (always) or of `timezoneField`
/// (otherwise).
using ReadTime = std::function<Result<ParsedTime>(std::string_view, const ZoneChoice& given)>;

/// Reads each row's time and sets the fields: milliseconds, the nanoseconds below them as
/// `<as>.nanos`, the zone; or error fields. Texts that stand in many rows are read once.
Result<void> set_timestamps(Batch& batch, const TimestampArguments& arguments,
                            const ReadTime& read);

}  // namespace logwood::exec
