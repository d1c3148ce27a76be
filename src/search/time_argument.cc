#include "search/time_argument.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lang/relative_time.h"

namespace logwood::search {

namespace {

/// Years 1677 to 2262, as int64 nanoseconds can say.
constexpr std::int64_t kMsMax = UtcTime::max().ms();
constexpr std::int64_t kMsMin = -kMsMax;

std::unexpected<Error> unreadable(std::string_view name, std::string_view text) {
    return fail(Code::kInvalidArgument,
                fmt::format("The time {}=\"{}\" is neither milliseconds since 1970 nor a relative "
                            "time such as 24h, 7days, now or 1d@d.",
                            name, text.substr(0, 100)));
}

UtcTime clamp_ms(std::int64_t ms) { return UtcTime::from_ms(std::clamp(ms, kMsMin, kMsMax)); }

}  // namespace

Result<std::optional<UtcTime>> resolve_time(const TimeArgument& argument, std::string_view name,
                                            const TimeContext& context) {
    if (auto* ms = std::get_if<std::int64_t>(&argument)) return clamp_ms(*ms);
    auto* given = std::get_if<std::string>(&argument);
    if (!given) return std::nullopt;
    if (given->find_first_not_of(" \t") == std::string::npos) return std::nullopt;
    std::int64_t ms = 0;
    auto last = given->data() + given->size();
    auto [end, error] = std::from_chars(given->data(), last, ms);
    if (end == last && error == std::errc()) return clamp_ms(ms);
    auto point = lang::parse_time_point(*given, context.now, context.utc_offset);
    if (!point) return unreadable(name, *given);
    return *point;
}

}  // namespace logwood::search
