// Relative times: `[calendar:] base[@unit[±offset…]]`, in milliseconds of local civil time where
// snapping or calendar steps are asked for, and of UTC otherwise.
#include "lang/relative_time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "lang/lexer.h"

namespace logwood::lang {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::sys_time;
using std::chrono::year_month_day;
using Local = sys_time<milliseconds>;  // Civil time, without its offset.

struct UnitWords {
    TimeUnit unit;
    std::int64_t ms;
    std::array<std::string_view, 6> words;
};

constexpr std::int64_t kDayMs = 86'400'000;
constexpr UnitWords kUnits[] = {
    {TimeUnit::kMillisecond, 1, {"ms", "millis", "millisecond", "milliseconds"}},
    {TimeUnit::kSecond, 1000, {"s", "sec", "secs", "second", "seconds"}},
    {TimeUnit::kMinute, 60'000, {"m", "min", "mins", "minute", "minutes"}},
    {TimeUnit::kHour, 3'600'000, {"h", "hr", "hrs", "hour", "hours"}},
    {TimeUnit::kDay, kDayMs, {"d", "day", "days"}},
    {TimeUnit::kWeek, 7 * kDayMs, {"w", "week", "weeks"}},
    {TimeUnit::kMonth, 30 * kDayMs, {"mon", "month", "months"}},
    {TimeUnit::kQuarter, 90 * kDayMs, {"q", "qtr", "qtrs", "quarter", "quarters"}},
    {TimeUnit::kYear, 365 * kDayMs, {"y", "yr", "yrs", "year", "years"}},
};

std::int64_t ms_of(TimeUnit unit) {
    for (const auto& entry : kUnits) {
        if (entry.unit == unit) return entry.ms;
    }
    return 1;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::unexpected<Error> no_time(std::string_view text) {
    return fail(Code::kInvalidArgument,
                fmt::format("`{}` is no time; examples: 15min, 24h, 1d@d, now, 1700000000000",
                            text.substr(0, 60)));
}

struct Amount {
    double count = 0;
    TimeUnit unit = TimeUnit::kMillisecond;

    std::optional<std::int64_t> ms() const {
        double ms = count * static_cast<double>(ms_of(unit));
        if (!(ms < 9e15)) return std::nullopt;
        return std::llround(ms);
    }
};

/// `5min` or `1 hour`.
std::optional<Amount> parse_amount(std::string_view text) {
    text = trim(text);
    Amount amount;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount.count,
                                        std::chars_format::fixed);
    if (error != std::errc() || !(amount.count >= 0) || text.starts_with('-')) return std::nullopt;
    auto unit = parse_time_unit(trim(text.substr(static_cast<std::size_t>(end - text.data()))));
    if (!unit) return std::nullopt;
    amount.unit = *unit;
    return amount;
}

Local snap(Local time, TimeUnit unit) {
    auto day = floor<days>(time);
    year_month_day date(day);
    switch (unit) {
        case TimeUnit::kMillisecond:
            return time;
        case TimeUnit::kSecond:
            return floor<std::chrono::seconds>(time);
        case TimeUnit::kMinute:
            return floor<std::chrono::minutes>(time);
        case TimeUnit::kHour:
            return floor<std::chrono::hours>(time);
        case TimeUnit::kDay:
            return day;
        case TimeUnit::kWeek: {
            auto from_monday = std::chrono::weekday(day) - std::chrono::Monday;
            return day - from_monday;
        }
        case TimeUnit::kMonth:
            return sys_days(date.year() / date.month() / 1);
        case TimeUnit::kQuarter: {
            auto month = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
            return sys_days(date.year() / std::chrono::month(month) / 1);
        }
        case TimeUnit::kYear:
            return sys_days(date.year() / 1 / 1);
    }
    return time;
}

/// `count` calendar units before `time`: days keep the clock, months the day (cut at month end).
std::optional<Local> step_back(Local time, Amount amount) {
    if (amount.unit < TimeUnit::kDay) {
        auto ms = amount.ms();
        return ms ? std::optional(time - milliseconds(*ms)) : std::nullopt;
    }
    if (!(amount.count <= 1e6) || amount.count != std::floor(amount.count)) return std::nullopt;
    auto count = static_cast<int>(amount.count);
    if (amount.unit == TimeUnit::kDay) return time - days(count);
    if (amount.unit == TimeUnit::kWeek) return time - days(7 * count);
    int factor = amount.unit == TimeUnit::kMonth ? 1 : amount.unit == TimeUnit::kQuarter ? 3 : 12;
    auto day = floor<days>(time);
    auto date = year_month_day(day) - months(factor * count);
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    return sys_days(date) + (time - day);
}

struct Zone {
    const UtcOffset& offset;

    std::int64_t offset_ms(UtcTime at) const { return offset ? offset(at) * 1000 : 0; }
    Local to_local(UtcTime at) const { return Local(milliseconds(at.ms() + offset_ms(at))); }
    UtcTime to_utc(Local local) const {
        auto ms = local.time_since_epoch().count();
        auto guess = UtcTime::from_ms(ms - offset_ms(UtcTime::from_ms(ms)));
        return UtcTime::from_ms(ms - offset_ms(guess));
    }
};

bool fits(Local local) {
    constexpr std::int64_t kMsMax =
        std::numeric_limits<std::int64_t>::max() / 1'000'000 - 2 * kDayMs;
    auto ms = local.time_since_epoch().count();
    return ms > -kMsMax && ms < kMsMax;
}

/// `±offset…`, applied from left to right.
std::optional<Local> add_offsets(Local time, std::string_view text) {
    while (!(text = trim(text)).empty()) {
        char sign = text.front();
        if (sign != '+' && sign != '-') return std::nullopt;
        text.remove_prefix(1);
        auto end = text.find_first_of("+-");
        auto amount = parse_amount(text.substr(0, end));
        auto ms = amount ? amount->ms() : std::nullopt;
        if (!ms) return std::nullopt;
        time += milliseconds(sign == '+' ? *ms : -*ms);
        if (!fits(time)) return std::nullopt;
        text = end == std::string_view::npos ? std::string_view() : text.substr(end);
    }
    return time;
}

/// `base[@unit[±offset…]]`; with `by_calendar`, units of a day and more keep the local clock.
std::optional<UtcTime> relative(std::string_view text, UtcTime now, const Zone& zone,
                                bool by_calendar) {
    auto anchor = text.find('@');
    auto base = trim(text.substr(0, anchor));
    Local time = zone.to_local(now);
    bool is_now = equals_ignoring_case(base, "now");
    auto amount = is_now ? std::optional(Amount{}) : parse_amount(base);
    if (!amount) return std::nullopt;
    if (by_calendar) {
        auto stepped = step_back(time, *amount);
        if (!stepped || !fits(*stepped)) return std::nullopt;
        time = *stepped;
    } else {
        auto ms = amount->ms();
        if (!ms || !fits(Local(milliseconds(now.ms() - *ms)))) return std::nullopt;
        auto moved = UtcTime::from_ms(now.ms() - *ms);
        if (anchor == std::string_view::npos) return moved;
        time = zone.to_local(moved);
    }
    if (anchor == std::string_view::npos) return zone.to_utc(time);
    auto rest = trim(text.substr(anchor + 1));
    auto unit_end = rest.find_first_of("+-");
    auto unit = parse_time_unit(trim(rest.substr(0, unit_end)));
    if (!unit) return std::nullopt;
    auto offsets = unit_end == std::string_view::npos ? std::string_view() : rest.substr(unit_end);
    auto shifted = add_offsets(snap(time, *unit), offsets);
    return shifted ? std::optional(zone.to_utc(*shifted)) : std::nullopt;
}

/// Takes exactly `digits` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    int value = 0;
    if (text.size() < digits) return std::nullopt;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// `Z`, `+02:00`, `+0200` in milliseconds; nullopt: something else.
std::optional<std::int64_t> take_zone(std::string_view& text) {
    if (take(text, 'Z')) return 0;
    bool is_west = take(text, '-');
    if (!is_west && !take(text, '+')) return std::nullopt;
    auto hours = take_number(text, 2);
    take(text, ':');
    auto minutes = take_number(text, 2);
    if (!hours || !minutes) return std::nullopt;
    auto ms = (*hours * 60 + *minutes) * std::int64_t{60'000};
    return is_west ? -ms : ms;
}

/// `2024-05-06`, then perhaps `T07:08[:09[.123]]`.
std::optional<Local> take_date_time(std::string_view& text) {
    auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                        std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    Local time = sys_days(date);
    if (!take(text, 'T') && !take(text, ' ')) return time;
    auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    auto minute = take_number(text, 2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    time += std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!take(text, ':')) return time;
    auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;
    time += std::chrono::seconds(*second);
    if (!take(text, '.')) return time;
    int scale = 100;
    for (auto digit = take_number(text, 1); digit; digit = take_number(text, 1), scale /= 10) {
        time += milliseconds(*digit * scale);
    }
    return time;
}

std::optional<UtcTime> absolute(std::string_view text, const Zone& zone) {
    auto local = take_date_time(text);
    if (!local || !fits(*local)) return std::nullopt;
    if (text.empty()) return zone.to_utc(*local);
    auto offset = take_zone(text);
    if (!offset || !text.empty()) return std::nullopt;
    return UtcTime::from_ms(local->time_since_epoch().count() - *offset);
}

}  // namespace

std::optional<TimeUnit> parse_time_unit(std::string_view word) {
    if (word.empty()) return std::nullopt;
    for (const auto& entry : kUnits) {
        for (auto known : entry.words) {
            if (equals_ignoring_case(known, word)) return entry.unit;
        }
    }
    return std::nullopt;
}

Result<std::int64_t> parse_duration_ms(std::string_view text) {
    auto amount = parse_amount(text);
    auto ms = amount ? amount->ms() : std::nullopt;
    if (ms) return *ms;
    return fail(
        Code::kInvalidArgument,
        fmt::format("`{}` is no duration; examples: 500ms, 15min, 2h, 1 day", text.substr(0, 60)));
}

bool is_plain_duration(std::string_view text) {
    auto amount = parse_amount(text);
    return amount && amount->ms();
}

Result<UtcTime> parse_time_point(std::string_view text, UtcTime now, const UtcOffset& offset) {
    Zone zone{offset};
    auto whole = trim(text);
    if (constexpr std::string_view kCalendar = "calendar:"; whole.starts_with(kCalendar)) {
        auto at = relative(trim(whole.substr(kCalendar.size())), now, zone, true);
        if (at) return *at;
        return no_time(text);
    }
    std::int64_t ms = 0;
    auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), ms);
    if (error == std::errc() && end == whole.data() + whole.size()) {
        if (fits(Local(milliseconds(ms)))) return UtcTime::from_ms(ms);
        return no_time(text);
    }
    if (auto at = relative(whole, now, zone, false)) return *at;
    if (auto at = absolute(whole, zone)) return *at;
    return no_time(text);
}

}  // namespace logwood::lang
