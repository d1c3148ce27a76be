// A pattern becomes a list of nodes; reading walks it, and goes back where an optional section does
// not fit.
#include "exec/time/time_pattern.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kMsNs = 1'000'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayNs = 86'400 * kSecondNs;
constexpr std::int32_t kTwoDigitYearsFrom = 2000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::int64_t epoch_unit_of(std::string_view format) {
    constexpr std::pair<std::string_view, std::int64_t> kNames[] = {
        {"millis", kMsNs},      {"milliseconds", kMsNs}, {"unixTimeMillis", kMsNs},
        {"seconds", kSecondNs}, {"unixtime", kSecondNs}, {"unixTimeSeconds", kSecondNs},
        {"micros", 1000},       {"microseconds", 1000},  {"unixTimeMicros", 1000},
        {"nanos", 1},           {"nanoseconds", 1},      {"unixTimeNanos", 1}};
    for (auto& [name, unit] : kNames)
        if (equal_ignoring_case(format, name)) return unit;
    return 0;
}

}  // namespace

struct TimePattern::Fields {
    CivilTime time;
    bool has_year = false;
    bool has_month = false;
    bool has_day = false;
    std::optional<std::uint32_t> day_of_year;
    std::optional<std::uint32_t> half_day_hour;  ///< 0 to 11, of `h` and `K`.
    std::optional<bool> is_afternoon;
    std::optional<TimeZone> zone;
};

/// Reads the pattern text.
class TimePattern::PatternCompiler {
 public:
    PatternCompiler(std::string_view pattern, std::vector<Node>& nodes)
        : pattern_(pattern), nodes_(nodes) {}

    Result<void> run() {
        std::vector<std::uint32_t> open;
        while (at_ < pattern_.size()) {
            char c = pattern_[at_];
            if (is_letter(c)) {
                TRY_OK(letters(c));
            } else if (c == '\'') {
                TRY_OK(quoted());
            } else if (c == '[') {
                open.push_back(static_cast<std::uint32_t>(nodes_.size()));
                nodes_.push_back({.kind = Kind::kOptional});
                ++at_;
            } else if (c == ']') {
                if (open.empty()) return wrong("a ']' without its '['");
                nodes_[open.back()].end = static_cast<std::uint32_t>(nodes_.size());
                open.pop_back();
                ++at_;
            } else {
                literal(c);
                ++at_;
            }
        }
        // As in Java, a section may stay open to the end.
        for (auto index : open) nodes_[index].end = static_cast<std::uint32_t>(nodes_.size());
        reserve_digits();
        return {};
    }

 private:
    std::unexpected<Error> wrong(std::string_view what) const {
        return fail(Code::kInvalidArgument,
                    "time format: " + std::string(what) + " at byte " + std::to_string(at_));
    }

    void literal(char c) {
        nodes_.push_back({.kind = Kind::kLiteral, .literal = std::string(1, c)});
    }

    Result<void> quoted() {
        std::string text;
        auto begin = at_++;
        for (; at_ < pattern_.size(); ++at_) {
            if (pattern_[at_] != '\'') {
                text += pattern_[at_];
            } else if (at_ + 1 < pattern_.size() && pattern_[at_ + 1] == '\'') {
                text += '\'';
                ++at_;
            } else {
                ++at_;
                if (text.empty()) text = "'";
                nodes_.push_back({.kind = Kind::kLiteral, .literal = std::move(text)});
                return {};
            }
        }
        at_ = begin;
        return wrong("a quote without end");
    }

    void number(char letter, std::size_t min, std::size_t max) {
        nodes_.push_back({.kind = Kind::kNumber,
                          .letter = letter,
                          .digits_min = static_cast<std::uint8_t>(min),
                          .digits_max = static_cast<std::uint8_t>(max)});
    }

    Result<void> letters(char c) {
        auto count = std::min(pattern_.find_first_not_of(c, at_), pattern_.size()) - at_;
        if (count > 9 && c != 'S') return wrong("too many letters");
        switch (c) {
            case 'y':
            case 'u':
                number('y', count == 1 ? 1 : count, count == 1 ? 9 : count);
                break;
            case 'M':
            case 'L':
                if (count > 2)
                    nodes_.push_back({.kind = Kind::kMonthName});
                else
                    number('M', count, 2);
                break;
            case 'd':
            case 'H':
            case 'k':
            case 'K':
            case 'h':
            case 'm':
            case 's':
                if (count > 2) return wrong("too many letters");
                number(c, count, 2);
                break;
            case 'D':
                number(c, count, 3);
                break;
            case 'n':
                number(c, 1, 9);
                break;
            case 'S':
                nodes_.push_back({.kind = Kind::kFraction,
                                  .digits_min = static_cast<std::uint8_t>(std::min(count, 9UL)),
                                  .digits_max = static_cast<std::uint8_t>(std::min(count, 9UL))});
                break;
            case 'E':
                nodes_.push_back({.kind = Kind::kWeekdayName});
                break;
            case 'a':
                nodes_.push_back({.kind = Kind::kHalfDay});
                break;
            case 'X':
            case 'x':
            case 'Z':
                nodes_.push_back({.kind = Kind::kOffset});
                break;
            case 'z':
            case 'V':
            case 'v':
            case 'O':
                nodes_.push_back({.kind = Kind::kZone});
                break;
            case 'p':
                nodes_.push_back({.kind = Kind::kPad});
                break;
            default:
                return wrong(std::string("the letter '") + c + "' is not supported");
        }
        at_ += count;
        return {};
    }

    /// Numbers without anything between them share a run of digits: the first gets what the others
    /// leave. Of fractions only those that touch another number have a fixed width.
    void reserve_digits() {
        for (auto i = nodes_.size(); i-- > 0;) {
            auto& node = nodes_[i];
            if (node.kind != Kind::kNumber && node.kind != Kind::kFraction) continue;
            bool touches_next = i + 1 < nodes_.size() && (nodes_[i + 1].kind == Kind::kNumber ||
                                                          nodes_[i + 1].kind == Kind::kFraction);
            if (touches_next)
                node.reserved =
                    static_cast<std::uint8_t>(nodes_[i + 1].reserved + nodes_[i + 1].digits_min);
            else if (node.kind == Kind::kFraction) {
                node.digits_min = 1;
                node.digits_max = 9;
            }
        }
    }

    std::string_view pattern_;
    std::vector<Node>& nodes_;
    std::size_t at_ = 0;
};

/// One reading of one text.
struct TimePattern::Reader {
    const TimePattern& pattern;
    std::string_view text;
    std::size_t at = 0;
    std::size_t furthest = 0;
    Fields fields;

    bool read(std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i) {
            auto& node = pattern.nodes_[i];
            if (node.kind == Kind::kOptional) {
                auto saved_at = at;
                auto saved = fields;
                if (!read(i + 1, node.end)) {
                    at = saved_at;
                    fields = std::move(saved);
                }
                i = node.end - 1;
            } else if (!read_node(node)) {
                return false;
            }
            furthest = std::max(furthest, at);
        }
        return true;
    }

    bool read_node(const Node& node) {
        switch (node.kind) {
            case Kind::kLiteral:
                return read_literal(node.literal);
            case Kind::kNumber:
            case Kind::kFraction:
                return read_number(node);
            case Kind::kMonthName:
                fields.time.month = scan_month_name(text, at, pattern.case_sensitive_);
                fields.has_month = true;
                return fields.time.month != 0;
            case Kind::kWeekdayName:
                return scan_weekday_name(text, at, pattern.case_sensitive_) != 0;
            case Kind::kHalfDay:
                return read_half_day();
            case Kind::kOffset:
                return read_offset();
            case Kind::kZone:
                return read_offset() || read_zone();
            case Kind::kPad:
                while (at < text.size() && text[at] == ' ') ++at;
                return true;
            case Kind::kOptional:
                break;
        }
        return false;
    }

    bool read_literal(std::string_view literal) {
        auto found = text.substr(at, literal.size());
        bool fits =
            pattern.case_sensitive_ ? found == literal : equal_ignoring_case(found, literal);
        if (fits) at += literal.size();
        return fits;
    }

    bool read_number(const Node& node) {
        std::size_t run = 0;
        while (at + run < text.size() && is_digit(text[at + run])) ++run;
        if (run < node.reserved) return false;
        auto count = std::min<std::size_t>(node.digits_max, run - node.reserved);
        if (count < node.digits_min) return false;
        if (node.kind == Kind::kFraction) {
            fields.time.nano = nanos_of_digits(text.substr(at, count));
            at += count;
            return true;
        }
        std::uint32_t number = 0;
        scan_digits(text, at, count, number);
        return set(node.letter, number, count);
    }

    bool set(char letter, std::uint32_t number, std::size_t digits) {
        auto& t = fields.time;
        switch (letter) {
            case 'y':
                t.year = static_cast<std::int32_t>(number) + (digits == 2 ? kTwoDigitYearsFrom : 0);
                fields.has_year = true;
                return true;
            case 'M':
                t.month = number;
                fields.has_month = true;
                return number >= 1 && number <= 12;
            case 'd':
                t.day = number;
                fields.has_day = true;
                return number >= 1 && number <= 31;
            case 'D':
                fields.day_of_year = number;
                return number >= 1 && number <= 366;
            case 'H':
                t.hour = number;
                return number <= 23;
            case 'k':
                t.hour = number % 24;
                return number >= 1 && number <= 24;
            case 'K':
                fields.half_day_hour = number;
                return number <= 11;
            case 'h':
                fields.half_day_hour = number % 12;
                return number >= 1 && number <= 12;
            case 'm':
                t.minute = number;
                return number <= 59;
            case 's':
                t.second = number;
                return number <= 60;
            default:
                t.nano = number;
                return true;
        }
    }

    bool read_half_day() {
        for (bool is_pm : {false, true}) {
            std::string_view name = is_pm ? "PM" : "AM";
            auto found = text.substr(at, 2);
            if (pattern.case_sensitive_ ? found != name : !equal_ignoring_case(found, name))
                continue;
            at += 2;
            fields.is_afternoon = is_pm;
            return true;
        }
        return false;
    }

    bool read_offset() {
        auto offset = scan_offset(text, at);
        if (offset) fields.zone = TimeZone::fixed(*offset);
        return offset.has_value();
    }

    bool read_zone() {
        auto end = at;
        auto is_part = [](char c) {
            return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '+' || c == '-' ||
                   c == ':';
        };
        while (end < text.size() && end - at < kZoneNameBytesMax && is_part(text[end])) ++end;
        for (; end > at; --end) {
            auto name = text.substr(at, end - at);
            auto offset = offset_of_abbreviation(name);
            auto zone = offset ? Result<TimeZone>(TimeZone::fixed(*offset)) : TimeZone::find(name);
            if (!zone) continue;
            fields.zone = *zone;
            at = end;
            return true;
        }
        return false;
    }
};

Result<TimePattern> TimePattern::compile(std::string_view pattern, bool case_sensitive) {
    TimePattern made;
    made.case_sensitive_ = case_sensitive;
    made.epoch_unit_ns_ = epoch_unit_of(pattern);
    if (made.epoch_unit_ns_ == 0) TRY_OK(PatternCompiler(pattern, made.nodes_).run());
    return made;
}

Result<ParsedTime> TimePattern::resolve(Fields& fields, const ZoneChoice& zones,
                                        UtcTime now) const {
    auto& time = fields.time;
    auto* zone = zones.always ? zones.always : fields.zone ? &*fields.zone : zones.otherwise;
    if (!zone) return fail(Code::kInvalidArgument, "the text has no time zone, and none is given");
    if (fields.half_day_hour)
        time.hour = *fields.half_day_hour + (fields.is_afternoon.value_or(false) ? 12 : 0);
    bool has_date = fields.day_of_year || (fields.has_month && fields.has_day);
    bool is_whole_year_or_month = fields.has_year && !fields.has_day && !fields.day_of_year;
    if (!has_date && !is_whole_year_or_month)
        return fail(Code::kInvalidArgument, "the format gives no date");
    if (!fields.has_year) time.year = civil_of(zone->to_local(now)).year;
    for (int tries = 0; tries < 2; ++tries) {
        auto whole = time;
        if (fields.day_of_year) {
            auto first = local_ns_of({.year = time.year});
            if (!first) break;
            auto day = civil_of(*first + (*fields.day_of_year - 1) * kDayNs);
            if (day.year != time.year) break;
            whole.month = day.month;
            whole.day = day.day;
        }
        auto parsed = in_zone(whole, *zone);
        bool is_ahead = parsed && parsed->time.ns > now.ns + kYearlessAheadDays * kDayNs;
        // February 29 and dates far ahead are those of the year before.
        if (!fields.has_year && tries == 0 && (!parsed || is_ahead)) {
            --time.year;
            continue;
        }
        if (parsed) return *parsed;
        break;
    }
    return fail(Code::kInvalidArgument, "no such date");
}

Result<ParsedTime> TimePattern::parse(std::string_view text, const ZoneChoice& zones,
                                      UtcTime now) const {
    if (epoch_unit_ns_ != 0) {
        auto time = parse_epoch(text, epoch_unit_ns_);
        if (!time) return fail(Code::kInvalidArgument, "not a number of a time");
        return ParsedTime{*time, zones.always ? zones.always->name() : "Z"};
    }
    Reader reader{*this, text, 0, 0, {}};
    if (!reader.read(0, nodes_.size()))
        return fail(Code::kInvalidArgument,
                    "the text does not fit at byte " + std::to_string(reader.furthest));
    if (reader.at != text.size())
        return fail(Code::kInvalidArgument,
                    "the text goes on at byte " + std::to_string(reader.at));
    return resolve(reader.fields, zones, now);
}

}  // namespace logwood::exec
