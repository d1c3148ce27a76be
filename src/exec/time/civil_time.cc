// Calendar arithmetic by std::chrono; the range is that of nanoseconds in 64 bits.
#include "exec/time/civil_time.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;
/// Years whose every moment fits 64 bits of nanoseconds.
constexpr std::int32_t kYearMin = 1678;
constexpr std::int32_t kYearMax = 2261;

constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};
constexpr const char* kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};

std::chrono::sys_days days_of(const CivilTime& time) {
    using namespace std::chrono;
    return sys_days(year(time.year) / month(time.month) / day(time.day));
}

}  // namespace

std::uint32_t CivilTime::weekday() const {
    return std::chrono::weekday(days_of(*this)).iso_encoding();
}

std::uint32_t CivilTime::day_of_year() const {
    auto first = days_of({.year = year});
    return static_cast<std::uint32_t>((days_of(*this) - first).count()) + 1;
}

IsoWeek iso_week_of(const CivilTime& time) {
    using namespace std::chrono;
    // The Thursday of a week says which year the week belongs to.
    auto thursday = days_of(time) + days(4 - static_cast<int>(time.weekday()));
    auto iso_year = year_month_day(thursday).year();
    auto first = sys_days(iso_year / January / 1);
    auto week = (thursday - first).count() / 7 + 1;
    return {static_cast<int>(iso_year), static_cast<std::uint32_t>(week)};
}

CivilTime civil_of(std::int64_t local_ns) {
    using namespace std::chrono;
    auto day_number = local_ns / kDayNs;
    auto in_day = local_ns % kDayNs;
    if (in_day < 0) {
        in_day += kDayNs;
        --day_number;
    }
    year_month_day date{sys_days(days(static_cast<int>(day_number)))};
    auto seconds = static_cast<std::uint32_t>(in_day / kSecondNs);
    return {.year = static_cast<int>(date.year()),
            .month = static_cast<unsigned>(date.month()),
            .day = static_cast<unsigned>(date.day()),
            .hour = seconds / 3600,
            .minute = seconds / 60 % 60,
            .second = seconds % 60,
            .nano = static_cast<std::uint32_t>(in_day % kSecondNs)};
}

std::optional<std::int64_t> local_ns_of(const CivilTime& time) {
    using namespace std::chrono;
    if (time.year < kYearMin || time.year > kYearMax || time.hour > 23 || time.minute > 59 ||
        time.second > 60 || time.nano >= kSecondNs)
        return std::nullopt;
    year_month_day date = year(time.year) / month(time.month) / day(time.day);
    if (!date.ok()) return std::nullopt;
    auto second = time.second == 60 ? 59 : time.second;
    std::int64_t seconds = time.hour * 3600 + time.minute * 60 + second;
    return sys_days(date).time_since_epoch().count() * kDayNs + seconds * kSecondNs + time.nano;
}

const char* month_name(std::uint32_t month) { return kMonths[(month - 1) % 12]; }
const char* weekday_name(std::uint32_t weekday) { return kWeekdays[(weekday - 1) % 7]; }

}  // namespace logwood::exec
