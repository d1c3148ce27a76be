#include "ingest/protocols/time_text.h"

#include <algorithm>
#include <charconv>

#include "exec/time/civil_time.h"
#include "exec/time/time_zone.h"

namespace logwood::ingest {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that `count` digits at `at` stand for.
std::optional<std::uint32_t> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (char c : text.substr(at, count)) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value;
}

/// Digits behind a decimal point as a fraction of `unit_ns`; digits below the nanosecond are cut.
std::int64_t fraction_ns(std::string_view fraction, std::int64_t unit_ns) {
    std::int64_t ns = 0;
    for (char c : fraction) {
        unit_ns /= 10;
        ns += (c - '0') * unit_ns;
    }
    return ns;
}

std::size_t count_digits(std::string_view text, std::size_t at) {
    auto end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - at;
}

std::optional<exec::CivilTime> parse_civil(std::string_view text) {
    constexpr std::size_t kSize = 19;  // 2016-06-06T12:00:00
    if (text.size() < kSize || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
        text[16] != ':' || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return std::nullopt;
    auto year = digits(text, 0, 4);
    auto month = digits(text, 5, 2);
    auto day = digits(text, 8, 2);
    auto hour = digits(text, 11, 2);
    auto minute = digits(text, 14, 2);
    auto second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    return exec::CivilTime{.year = static_cast<std::int32_t>(*year),
                           .month = *month,
                           .day = *day,
                           .hour = *hour,
                           .minute = *minute,
                           .second = *second};
}

}  // namespace

std::optional<ParsedTime> parse_iso_time(std::string_view text) {
    auto civil = parse_civil(text);
    if (!civil) return std::nullopt;
    std::size_t at = 19;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
        auto count = count_digits(text, at + 1);
        if (count == 0) return std::nullopt;
        auto fraction = text.substr(at + 1, std::min<std::size_t>(count, 9));
        civil->nano = static_cast<std::uint32_t>(fraction_ns(fraction, 1'000'000'000));
        at += 1 + count;
    }
    auto local = exec::local_ns_of(*civil);
    if (!local) return std::nullopt;
    auto zone = text.substr(at);
    if (zone == "Z" || zone == "z" || zone == "+00:00" || zone == "+0000")
        return ParsedTime{.ns = *local};
    auto offset = exec::parse_offset(zone);
    if (!offset) return std::nullopt;
    std::int64_t ns = 0;
    if (__builtin_sub_overflow(*local, std::int64_t{*offset} * 1'000'000'000, &ns))
        return std::nullopt;
    return ParsedTime{.ns = ns, .timezone = std::string(zone)};
}

std::optional<std::int64_t> parse_epoch_time(std::string_view number, std::int64_t unit_ns) {
    bool is_negative = number.starts_with('-');
    if (is_negative) number.remove_prefix(1);
    auto whole_digits = count_digits(number, 0);
    if (whole_digits == 0) return std::nullopt;
    std::int64_t whole = 0;
    auto [end, error] = std::from_chars(number.data(), number.data() + whole_digits, whole);
    std::int64_t ns = 0;
    if (error != std::errc() || __builtin_mul_overflow(whole, unit_ns, &ns)) return std::nullopt;
    auto rest = number.substr(whole_digits);
    if (!rest.empty()) {
        auto count = rest[0] == '.' ? count_digits(rest, 1) : 0;
        if (count == 0 || count + 1 != rest.size()) return std::nullopt;
        if (__builtin_add_overflow(ns, fraction_ns(rest.substr(1, 18), unit_ns), &ns))
            return std::nullopt;
    }
    return is_negative ? -ns : ns;
}

std::optional<ParsedTime> guess_time(std::string_view text) {
    if (auto iso = parse_iso_time(text)) return iso;
    std::int64_t unit = 0;
    switch (count_digits(text, 0)) {
        case 10:
            unit = 1'000'000'000;
            break;
        case 13:
            unit = 1'000'000;
            break;
        case 16:
            unit = 1'000;
            break;
        case 19:
            unit = 1;
            break;
        default:
            return std::nullopt;
    }
    auto ns = parse_epoch_time(text, unit);
    if (!ns) return std::nullopt;
    return ParsedTime{.ns = *ns};
}

}  // namespace logwood::ingest
