// What the readers of time texts have in common.
#include "exec/time/parsed_time.h"

#include <cmath>

#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool starts_with(std::string_view text, std::string_view word, bool case_sensitive) {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        bool is_same = text[i] == word[i];
        if (!is_same && (case_sensitive || lower(text[i]) != lower(word[i]))) return false;
    }
    return true;
}

std::uint32_t scan_name(std::string_view text, std::size_t& at, bool case_sensitive,
                        const char* (*name_of)(std::uint32_t), std::uint32_t count) {
    auto rest = text.substr(std::min(at, text.size()));
    for (std::uint32_t i = 1; i <= count; ++i) {
        std::string_view name = name_of(i);
        if (!starts_with(rest, name.substr(0, 3), case_sensitive)) continue;
        at += starts_with(rest, name, case_sensitive) ? name.size() : 3;
        return i;
    }
    return 0;
}

/// Two digits exactly.
bool scan_two(std::string_view text, std::size_t& at, std::uint32_t& number) {
    if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return false;
    number = static_cast<std::uint32_t>((text[at] - '0') * 10 + (text[at + 1] - '0'));
    at += 2;
    return true;
}

bool scan_char(std::string_view text, std::size_t& at, std::string_view any_of) {
    if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
    ++at;
    return true;
}

bool scan_iso_date(std::string_view text, std::size_t& at, CivilTime& time) {
    std::uint32_t high = 0;
    std::uint32_t low = 0;
    if (!scan_two(text, at, high) || !scan_two(text, at, low)) return false;
    time.year = static_cast<std::int32_t>(high * 100 + low);
    return scan_char(text, at, "-") && scan_two(text, at, time.month) && scan_char(text, at, "-") &&
           scan_two(text, at, time.day);
}

bool scan_iso_clock(std::string_view text, std::size_t& at, CivilTime& time) {
    if (!scan_two(text, at, time.hour) || !scan_char(text, at, ":") ||
        !scan_two(text, at, time.minute))
        return false;
    if (!scan_char(text, at, ":")) return true;
    if (!scan_two(text, at, time.second)) return false;
    if (!scan_char(text, at, ".,")) return true;
    auto begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    time.nano = nanos_of_digits(text.substr(begin, at - begin));
    return at > begin;
}

}  // namespace

std::optional<ParsedTime> in_zone(const CivilTime& local, const TimeZone& zone) {
    auto ns = local_ns_of(local);
    if (!ns) return std::nullopt;
    return ParsedTime{zone.from_local(*ns), zone.name()};
}

std::size_t scan_digits(std::string_view text, std::size_t& at, std::size_t max,
                        std::uint32_t& number) {
    auto begin = at;
    number = 0;
    while (at < text.size() && at - begin < max && is_digit(text[at]))
        number = number * 10 + static_cast<std::uint32_t>(text[at++] - '0');
    return at - begin;
}

std::uint32_t nanos_of_digits(std::string_view digits) {
    std::uint32_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i)
        nanos = nanos * 10 + (i < digits.size() ? static_cast<std::uint32_t>(digits[i] - '0') : 0);
    return nanos;
}

std::optional<std::int32_t> scan_offset(std::string_view text, std::size_t& at) {
    auto rest = text.substr(std::min(at, text.size()));
    if (rest.starts_with('Z') || rest.starts_with('z')) {
        ++at;
        return 0;
    }
    // The longest of +hh:mm:ss, +hh:mm, +hhmm, +hh that is one.
    for (auto size : {9UL, 6UL, 5UL, 3UL}) {
        if (rest.size() < size) continue;
        bool has_more_digits = rest.size() > size && is_digit(rest[size]);
        if (auto offset = parse_offset(rest.substr(0, size)); offset && !has_more_digits) {
            at += size;
            return offset;
        }
    }
    return std::nullopt;
}

std::uint32_t scan_month_name(std::string_view text, std::size_t& at, bool case_sensitive) {
    return scan_name(text, at, case_sensitive, month_name, 12);
}

std::uint32_t scan_weekday_name(std::string_view text, std::size_t& at, bool case_sensitive) {
    return scan_name(text, at, case_sensitive, weekday_name, 7);
}

std::optional<ParsedTime> parse_iso_time(std::string_view text, const ZoneChoice& zones) {
    CivilTime time;
    std::size_t at = 0;
    if (!scan_iso_date(text, at, time) || !scan_char(text, at, "Tt ") ||
        !scan_iso_clock(text, at, time))
        return std::nullopt;
    if (at == text.size()) {
        auto* zone = zones.always ? zones.always : zones.otherwise;
        return zone ? in_zone(time, *zone) : std::nullopt;
    }
    auto offset = scan_offset(text, at);
    if (!offset || at != text.size()) return std::nullopt;
    return zones.always ? in_zone(time, *zones.always) : in_zone(time, TimeZone::fixed(*offset));
}

std::optional<UtcTime> parse_epoch(std::string_view text, std::int64_t unit_ns) {
    bool is_negative = text.starts_with('-');
    auto digits = text.substr(is_negative);
    std::size_t at = 0;
    std::int64_t whole = 0;
    bool overflows = false;
    for (; at < digits.size() && is_digit(digits[at]); ++at)
        overflows = overflows || __builtin_mul_overflow(whole, 10, &whole) ||
                    __builtin_add_overflow(whole, digits[at] - '0', &whole);
    std::int64_t part = 0;
    bool is_plain = at > 0;
    if (is_plain && at < digits.size()) {
        auto fraction = digits.substr(at + 1);
        is_plain = digits[at] == '.' && !fraction.empty() &&
                   fraction.find_first_not_of("0123456789") == std::string_view::npos;
        if (is_plain) part = nanos_of_digits(fraction) / (kSecondNs / unit_ns);
    }
    if (!is_plain) {
        double ns = parse_number(text) * static_cast<double>(unit_ns);
        if (!(std::fabs(ns) < 9.2e18)) return std::nullopt;
        return UtcTime{static_cast<std::int64_t>(ns)};
    }
    std::int64_t ns = 0;
    if (overflows || __builtin_mul_overflow(whole, unit_ns, &ns) ||
        __builtin_add_overflow(ns, part, &ns))
        return std::nullopt;
    return UtcTime{is_negative ? -ns : ns};
}

}  // namespace logwood::exec
