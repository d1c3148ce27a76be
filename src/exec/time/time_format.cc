// strftime-like output; names are English.
#include "exec/time/time_format.h"

#include <cstdlib>
#include <utility>

namespace logwood::exec {
namespace {

constexpr std::string_view kLetters = "HIklMSLNpzZsQBbhAaCYyjmdeRTrDFcn%";

void put_padded(std::string& out, std::uint64_t number, std::size_t width) {
    char digits[20];
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    if (count < width) out.append(width - count, '0');
    while (count > 0) out += digits[--count];
}

void put_year(std::string& out, std::int32_t year, std::size_t width) {
    if (year < 0) out += '-';
    put_padded(out, static_cast<std::uint64_t>(std::abs(year)), width);
}

void put_offset(std::string& out, std::int64_t offset_ns) {
    auto minutes = std::abs(offset_ns) / 60'000'000'000;
    out += offset_ns < 0 ? '-' : '+';
    put_padded(out, static_cast<std::uint64_t>(minutes / 60), 2);
    put_padded(out, static_cast<std::uint64_t>(minutes % 60), 2);
}

std::uint32_t hour_of_12(std::uint32_t hour) { return hour % 12 == 0 ? 12 : hour % 12; }

void put_all(std::string& out, std::string_view format, const LocalMoment& moment) {
    for (char c : format) {
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_letter)
            append_time_part(out, c, moment);
        else
            out += c;
    }
}

bool put_date_part(std::string& out, char letter, const CivilTime& t) {
    switch (letter) {
        case 'Y':
            put_year(out, t.year, 4);
            return true;
        case 'y':
            put_padded(out, static_cast<std::uint64_t>((t.year % 100 + 100) % 100), 2);
            return true;
        case 'C':
            put_year(out, t.year / 100, 2);
            return true;
        case 'm':
            put_padded(out, t.month, 2);
            return true;
        case 'd':
            put_padded(out, t.day, 2);
            return true;
        case 'e':
            put_padded(out, t.day, 1);
            return true;
        case 'j':
            put_padded(out, t.day_of_year(), 3);
            return true;
        case 'B':
            out += month_name(t.month);
            return true;
        case 'b':
        case 'h':
            out += std::string_view(month_name(t.month)).substr(0, 3);
            return true;
        case 'A':
            out += weekday_name(t.weekday());
            return true;
        case 'a':
            out += std::string_view(weekday_name(t.weekday())).substr(0, 3);
            return true;
        default:
            return false;
    }
}

bool put_clock_part(std::string& out, char letter, const CivilTime& t) {
    switch (letter) {
        case 'H':
            put_padded(out, t.hour, 2);
            return true;
        case 'k':
            put_padded(out, t.hour, 1);
            return true;
        case 'I':
            put_padded(out, hour_of_12(t.hour), 2);
            return true;
        case 'l':
            put_padded(out, hour_of_12(t.hour), 1);
            return true;
        case 'M':
            put_padded(out, t.minute, 2);
            return true;
        case 'S':
            put_padded(out, t.second, 2);
            return true;
        case 'L':
            put_padded(out, t.nano / 1'000'000, 3);
            return true;
        case 'N':
            put_padded(out, t.nano, 9);
            return true;
        case 'p':
            out += t.hour < 12 ? "am" : "pm";
            return true;
        default:
            return false;
    }
}

}  // namespace

LocalMoment local_moment(UtcTime time, LocalClock& clock) {
    auto local = clock.local(time);
    return {time, civil_of(local), local - time.ns, &clock.zone()};
}

bool append_time_part(std::string& out, char letter, const LocalMoment& moment) {
    if (put_date_part(out, letter, moment.local) || put_clock_part(out, letter, moment.local))
        return true;
    switch (letter) {
        case 'z':
            put_offset(out, moment.offset_ns);
            return true;
        case 'Z':
            out += moment.zone->abbreviation_at(moment.utc);
            return true;
        case 's': {
            auto ms = moment.utc.ms();
            out += std::to_string(ms / 1000 - (ms % 1000 < 0));
            return true;
        }
        case 'Q':
            out += std::to_string(moment.utc.ms());
            return true;
        case 'R':
            put_all(out, "H:M", moment);
            return true;
        case 'T':
            put_all(out, "H:M:S", moment);
            return true;
        case 'r':
            put_all(out, "I:M:S ", moment);
            out += moment.local.hour < 12 ? "AM" : "PM";
            return true;
        case 'D':
            put_all(out, "m/d/y", moment);
            return true;
        case 'F':
            put_all(out, "Y-m-d", moment);
            return true;
        case 'c':
            put_all(out, "a b d T Z Y", moment);
            return true;
        default:
            return false;
    }
}

Result<TimeFormat> TimeFormat::compile(std::string_view format) {
    TimeFormat made;
    std::string literal;
    auto end_literal = [&] {
        if (!literal.empty()) made.parts_.push_back({std::exchange(literal, {}), 0});
    };
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%') {
            literal += format[at];
            continue;
        }
        if (at + 1 == format.size() || kLetters.find(format[at + 1]) == std::string_view::npos)
            return fail(Code::kInvalidArgument,
                        "unknown directive '" + std::string(format.substr(at, 2)) + "' at byte " +
                            std::to_string(at) + " of the time format");
        char letter = format[++at];
        if (letter == '%' || letter == 'n') {
            literal += letter == 'n' ? '\n' : '%';
            continue;
        }
        end_literal();
        made.parts_.push_back({{}, letter});
    }
    end_literal();
    return made;
}

void TimeFormat::append(std::string& out, UtcTime time, LocalClock& clock) const {
    auto moment = local_moment(time, clock);
    for (auto& part : parts_) {
        if (part.letter == 0)
            out += part.literal;
        else
            append_time_part(out, part.letter, moment);
    }
}

}  // namespace logwood::exec
