// Each place where a word or number starts is tried with each layout. Numbers are whole runs of
// digits, apart from compact dates (20250131, 20250131102030), so that ids are not taken for times.
#include "exec/time/find_timestamp.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;
constexpr std::uint32_t kTwoDigitYearMin = 13;
constexpr std::string_view kDateSeparators = " -/.:,_\t";
constexpr std::string_view kClockStarts = " \tT:-_,@/|";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What one layout reads, from one place on.
class Layout {
 public:
    Layout(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    bool year_month_day();
    bool month_day_year();
    bool month_day_late_year();
    bool day_month();
    bool clock_alone();
    bool epoch_seconds();

    std::size_t end() const { return at_; }
    CivilTime time;
    bool has_date = true;
    bool has_year = true;
    bool is_epoch = false;
    std::int64_t epoch_ns = 0;
    std::optional<TimeZone> zone;

 private:
    std::size_t run_at(std::size_t at) const {
        auto begin = at;
        while (at < text_.size() && is_digit(text_[at])) ++at;
        return at - begin;
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    /// A whole run of digits of that many.
    bool number(std::size_t min, std::size_t max, std::uint32_t& out) {
        auto run = run_at(at_);
        if (run < min || run > max) return false;
        scan_digits(text_, at_, run, out);
        return true;
    }
    bool digits(std::size_t count, std::uint32_t& out) {
        return scan_digits(text_, at_, count, out) == count;
    }
    bool gap(std::string_view of, std::size_t max) {
        std::size_t count = 0;
        for (; count < max && at_ < text_.size() && of.find(text_[at_]) != of.npos; ++count) ++at_;
        return count > 0;
    }
    bool date_gap() { return gap(kDateSeparators, 3); }
    bool clock_gap() { return gap(kClockStarts, 5); }
    bool year(bool two_digits_too);
    bool month();
    bool month_letters();
    bool day() { return number(1, 2, time.day) && time.day >= 1 && time.day <= 31; }
    bool clock(bool strict);
    void fraction();
    void zone_behind();
    bool zone_word();

    std::string_view text_;
    std::size_t at_;
};

bool Layout::year(bool two_digits_too) {
    std::uint32_t number_read = 0;
    auto run = run_at(at_);
    if (run != 4 && !(two_digits_too && run == 2)) return false;
    digits(run, number_read);
    if (run == 2 && number_read < kTwoDigitYearMin) return false;
    time.year = static_cast<std::int32_t>(number_read + (run == 2 ? 2000 : 0));
    return run == 2 || (number_read >= 1900 && number_read < 2200);
}

bool Layout::month_letters() {
    time.month = scan_month_name(text_, at_, false);
    return time.month != 0 && !is_letter(peek());
}

bool Layout::month() {
    if (is_letter(peek())) return month_letters();
    return number(2, 2, time.month) && time.month >= 1 && time.month <= 12;
}

void Layout::fraction() {
    if (peek() != '.' && peek() != ',' && peek() != ':') return;
    auto run = run_at(at_ + 1);
    if (run == 0 || (run > 9 && peek() == ':')) return;
    time.nano = nanos_of_digits(text_.substr(at_ + 1, run));
    at_ += 1 + run;
}

bool Layout::clock(bool strict) {
    if (run_at(at_) == 6 && !strict) {
        digits(2, time.hour);
        digits(2, time.minute);
        digits(2, time.second);
    } else {
        std::string_view between = strict ? ":" : ":.-";
        if (!number(strict ? 2 : 1, 2, time.hour) || !gap(between, 1) ||
            !number(2, 2, time.minute) || !gap(between, 1) || !number(2, 2, time.second))
            return false;
    }
    if (time.hour > 23 || time.minute > 59 || time.second > 60) return false;
    fraction();
    zone_behind();
    return true;
}

bool Layout::zone_word() {
    auto end = at_;
    auto is_part = [](char c) {
        return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '+' || c == '-' ||
               c == ':';
    };
    while (end < text_.size() && end - at_ < kZoneNameBytesMax && is_part(text_[end])) ++end;
    auto word = text_.substr(at_, end - at_);
    while (!word.empty() && (word.back() == ':' || word.back() == '-')) word.remove_suffix(1);
    if (word.find('/') != word.npos || word.starts_with("UTC") || word.starts_with("GMT")) {
        if (auto found = TimeZone::find(word)) {
            zone = *found;
            at_ += word.size();
            return true;
        }
    }
    auto letters =
        word.substr(0, std::min(word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), word.size()));
    if (letters.size() != word.size() && is_letter(word[letters.size()])) return false;
    auto offset = offset_of_abbreviation(letters);
    if (!offset) return false;
    zone = TimeZone::fixed(*offset);
    at_ += letters.size();
    return true;
}

void Layout::zone_behind() {
    auto saved = at_;
    if (peek() == ' ') ++at_;
    bool is_bracket = peek() == '[';
    if (is_bracket) ++at_;
    char c = peek();
    if (c == '+' || c == '-') {
        // `10:00:00 -05` may be a dash and a number: behind a blank minutes must be there.
        auto begin = at_;
        if (auto offset = scan_offset(text_, at_); offset && (at_ - begin > 3 || begin == saved)) {
            zone = TimeZone::fixed(*offset);
            return;
        }
    } else if (is_letter(c) && zone_word()) {
        if (is_bracket && peek() == ']') ++at_;
        return;
    }
    at_ = saved;
}

bool Layout::year_month_day() {
    auto run = run_at(at_);
    if (run == 8 || run == 14) {
        std::uint32_t full_year = 0;
        digits(4, full_year);
        digits(2, time.month);
        digits(2, time.day);
        time.year = static_cast<std::int32_t>(full_year);
        bool is_date = full_year >= 1900 && full_year < 2200 && local_ns_of(time);
        if (!is_date) return false;
        if (run == 8) gap(kClockStarts, 3);
        return clock(false);
    }
    return year(true) && date_gap() && month() && date_gap() && day() && clock_gap() &&
           clock(false);
}

bool Layout::month_day_year() {
    if (!month() || !date_gap() || !day()) return false;
    auto behind_day = at_;
    if (date_gap() && year(true) && clock_gap() && clock(false)) return true;
    at_ = behind_day;
    has_year = false;
    return clock_gap() && clock(false);
}

bool Layout::month_day_late_year() {
    return month() && date_gap() && day() && clock_gap() && clock(false) && date_gap() &&
           year(false);
}

bool Layout::day_month() {
    if (!day() || !date_gap() || !month_letters()) return false;
    auto behind_month = at_;
    if (date_gap() && year(false) && clock_gap() && clock(false)) return true;
    at_ = behind_month;
    has_year = false;
    return clock_gap() && clock(false);
}

bool Layout::clock_alone() {
    has_date = false;
    return clock(true);
}

bool Layout::epoch_seconds() {
    auto run = run_at(at_);
    if (run != 10 && run != 13 && run != 16 && run != 19) return false;
    auto begin = at_;
    at_ += run;
    auto seconds = parse_epoch(text_.substr(begin, 10), kSecondNs);
    auto fraction_digits = text_.substr(begin + 10, run - 10);
    if (run == 10 && (peek() == '.' || peek() == ',')) {
        auto more = run_at(at_ + 1);
        if (more == 3 || more == 6 || more == 9) {
            fraction_digits = text_.substr(at_ + 1, more);
            at_ += 1 + more;
        }
    }
    if (!seconds) return false;
    is_epoch = true;
    auto ms_digits = fraction_digits.substr(0, 3);
    epoch_ns = seconds->ns + (ms_digits.empty() ? 0 : nanos_of_digits(ms_digits));
    return true;
}

/// Fills in the date and the zone; nullopt when there is no zone or no such date.
std::optional<ParsedTime> resolve(Layout& layout, const ZoneChoice& zones, UtcTime now) {
    if (layout.is_epoch)
        return ParsedTime{UtcTime{layout.epoch_ns}, zones.always ? zones.always->name() : "Z"};
    auto* zone = layout.zone ? &*layout.zone : zones.always ? zones.always : zones.otherwise;
    if (!zone) return std::nullopt;
    auto today = civil_of(zone->to_local(now));
    if (!layout.has_date) {
        auto time = layout.time;
        time.year = today.year;
        time.month = today.month;
        time.day = today.day;
        auto local = local_ns_of(time);
        if (!local) return std::nullopt;
        auto utc = zone->from_local(*local);
        if (utc.ns > now.ns + kDatelessAheadNs) utc = zone->from_local(*local - kDayNs);
        return ParsedTime{utc, zone->name()};
    }
    if (layout.has_year) return in_zone(layout.time, *zone);
    for (auto year : {today.year + 1, today.year, today.year - 1}) {
        layout.time.year = year;
        auto parsed = in_zone(layout.time, *zone);
        if (parsed && parsed->time.ns <= now.ns + kFoundYearlessAheadDays * kDayNs) return parsed;
    }
    return std::nullopt;
}

}  // namespace

std::optional<FoundTime> find_timestamp(std::string_view text, const ZoneChoice& zones,
                                        UtcTime now) {
    using Read = bool (Layout::*)();
    // With the late year first: the layout without a year would take its head.
    constexpr std::array<Read, 6> kLayouts = {&Layout::year_month_day, &Layout::month_day_late_year,
                                              &Layout::month_day_year, &Layout::day_month,
                                              &Layout::clock_alone,    &Layout::epoch_seconds};
    auto last = std::min(text.size(), kTimestampStartBytesMax);
    for (std::size_t at = 0; at < last; ++at) {
        bool is_start = is_digit(text[at])
                            ? at == 0 || !is_digit(text[at - 1])
                            : is_letter(text[at]) && (at == 0 || !is_letter(text[at - 1]));
        if (!is_start) continue;
        for (auto read : kLayouts) {
            Layout layout(text, at);
            if (!(layout.*read)()) continue;
            if (auto parsed = resolve(layout, zones, now))
                return FoundTime{std::move(*parsed), at, layout.end()};
        }
    }
    return std::nullopt;
}

}  // namespace logwood::exec
