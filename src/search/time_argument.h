#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "lang/relative_time.h"
#include "search/query_input.h"

namespace logwood::search {

/// The window of a query that names no start.
inline constexpr Duration kDefaultWindow = 24h;

/// What relative times are relative to.
struct TimeContext {
    UtcTime now;
    lang::UtcOffset utc_offset;  ///< Of the query's time zone, for snapping; unset: UTC.
};

/// Turns a client's time into a point; nothing when it is absent. `name` is the input's key, for
/// the message of kInvalidArgument, which is what the user is shown.
Result<std::optional<UtcTime>> resolve_time(const TimeArgument& argument, std::string_view name,
                                            const TimeContext& context);

}  // namespace logwood::search
