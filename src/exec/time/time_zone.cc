// Zones come from the system's tzdata through the date library; its exceptions end here.
#include "exec/time/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace logwood::exec {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int32_t kOffsetSecondsMax = 18 * 3600;

const date::time_zone& zone_of(const void* zone) {
    return *static_cast<const date::time_zone*>(zone);
}

date::sys_seconds seconds_of(std::int64_t ns) {
    return date::floor<std::chrono::seconds>(date::sys_time<Duration>(Duration(ns)));
}

std::int64_t clamped_ns(date::sys_seconds time) {
    auto seconds = time.time_since_epoch().count();
    if (seconds <= INT64_MIN / kSecondNs) return INT64_MIN;
    if (seconds >= INT64_MAX / kSecondNs) return INT64_MAX;
    return seconds * kSecondNs;
}

/// Adds; a result beyond the range of times leaves `a`.
std::int64_t shifted(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? a : sum;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Two digits, or -1.
int two_digits(std::string_view text, std::size_t at) {
    if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

std::string offset_name(std::int32_t seconds) {
    if (seconds == 0) return "Z";
    std::string name = seconds < 0 ? "-" : "+";
    auto rest = std::abs(seconds);
    auto put = [&](int n) {
        name += static_cast<char>('0' + n / 10);
        name += static_cast<char>('0' + n % 10);
    };
    put(rest / 3600);
    name += ':';
    put(rest / 60 % 60);
    if (rest % 60 != 0) {
        name += ':';
        put(rest % 60);
    }
    return name;
}

constexpr auto kAbbreviations = std::to_array<std::pair<std::string_view, std::int32_t>>({
    {"ACDT", 37800},  {"ACST", 34200}, {"AEDT", 39600}, {"AEST", 36000}, {"AKDT", -28800},
    {"AKST", -32400}, {"AWST", 28800}, {"BST", 3600},   {"CAT", 7200},   {"CDT", -18000},
    {"CEST", 7200},   {"CET", 3600},   {"CST", -21600}, {"EAT", 10800},  {"EDT", -14400},
    {"EEST", 10800},  {"EET", 7200},   {"EST", -18000}, {"GMT", 0},      {"HKT", 28800},
    {"HST", -36000},  {"IST", 19800},  {"JST", 32400},  {"KST", 32400},  {"MDT", -21600},
    {"MSK", 10800},   {"MST", -25200}, {"NDT", -9000},  {"NST", -12600}, {"NZDT", 46800},
    {"NZST", 43200},  {"PDT", -25200}, {"PST", -28800}, {"SAST", 7200},  {"SGT", 28800},
    {"UT", 0},        {"UTC", 0},      {"WEST", 3600},  {"WET", 0},      {"Z", 0},
});

}  // namespace

std::optional<std::int32_t> parse_offset(std::string_view text) {
    if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    int sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
    if (text.size() == 1)
        return is_digit(text[0]) ? std::optional(sign * (text[0] - '0') * 3600) : std::nullopt;
    bool has_colons = text.size() > 2 && text[2] == ':';
    std::size_t step = has_colons ? 3 : 2;
    int parts[3] = {0, 0, 0};
    std::size_t at = 0;
    for (int i = 0; i < 3 && at < text.size(); ++i, at += step) {
        parts[i] = two_digits(text, at);
        if (parts[i] < 0 || (i > 0 && parts[i] > 59)) return std::nullopt;
        bool is_last = at + 2 == text.size();
        if (!is_last && has_colons && text[at + 2] != ':') return std::nullopt;
        if (is_last) {
            auto seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
            if (seconds > kOffsetSecondsMax) return std::nullopt;
            return sign * seconds;
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> offset_of_abbreviation(std::string_view name) {
    std::string upper(name.substr(0, 8));
    for (auto& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    auto found =
        std::ranges::find(kAbbreviations, upper, &std::pair<std::string_view, std::int32_t>::first);
    if (found == kAbbreviations.end() || name.size() > 8) return std::nullopt;
    return found->second;
}

TimeZone TimeZone::fixed(std::int32_t offset_seconds) {
    TimeZone zone;
    zone.offset_seconds_ = offset_seconds;
    zone.name_ = offset_name(offset_seconds);
    return zone;
}

Result<TimeZone> TimeZone::find(std::string_view name) {
    TimeZone zone;
    zone.name_ = name;
    auto rest = name;
    for (std::string_view prefix : {"UTC", "GMT", "UT", "Z"}) {
        if (rest.starts_with(prefix)) {
            rest.remove_prefix(prefix.size());
            break;
        }
    }
    if (rest.empty() && !name.empty()) return zone;
    if (auto offset = parse_offset(rest)) {
        if (rest.size() == name.size()) return fixed(*offset);
        zone.offset_seconds_ = *offset;
        return zone;
    }
    try {
        zone.zone_ = date::locate_zone(name);
        return zone;
    } catch (const std::exception&) {
        return fail(Code::kInvalidArgument, "unknown time zone '" + std::string(name) + "'");
    }
}

TimeZone::Period TimeZone::period_at(UtcTime time) const {
    if (!zone_) return {INT64_MIN, INT64_MAX, offset_seconds_ * kSecondNs};
    try {
        auto info = zone_of(zone_).get_info(seconds_of(time.ns));
        return {clamped_ns(info.begin), clamped_ns(info.end), info.offset.count() * kSecondNs};
    } catch (const std::exception&) {
        // The zone's file cannot be read any more.
        return {time.ns, shifted(time.ns, 1), 0};
    }
}

std::int64_t TimeZone::to_local(UtcTime time) const { return shifted(time.ns, offset_ns_at(time)); }

UtcTime TimeZone::from_local(std::int64_t local_ns) const {
    if (!zone_) return {shifted(local_ns, -offset_seconds_ * kSecondNs)};
    try {
        auto seconds = seconds_of(local_ns).time_since_epoch();
        auto info = zone_of(zone_).get_info(date::local_seconds(seconds));
        return {shifted(local_ns, -info.first.offset.count() * kSecondNs)};
    } catch (const std::exception&) {
        return {local_ns};
    }
}

std::string TimeZone::abbreviation_at(UtcTime time) const {
    if (!zone_) return name_ == "Z" ? "UTC" : name_;
    try {
        return zone_of(zone_).get_info(seconds_of(time.ns)).abbrev;
    } catch (const std::exception&) {
        return name_;
    }
}

}  // namespace logwood::exec
