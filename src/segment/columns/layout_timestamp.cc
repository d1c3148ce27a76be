// Kind 3: `YYYY?MM?DD?hh:mm:ss`, then optionally a point and digits, then a constant suffix. The
// integer counts units of the last digit since 1970 as if the text were UTC; whatever zone it means
// is in the suffix. Parameters: separator of the date u8, separator of date and time u8, point u8
// (0 without digits), digits u8 (0 to 9), trimmed u8 (zeros at the end are left out, and the point
// when nothing follows), suffix (length-prefixed).
#include <algorithm>
#include <chrono>

#include "segment/columns/text_layout.h"

namespace logwood::segment {
namespace {

constexpr unsigned kDigitsMax = 9;
constexpr std::size_t kSuffixBytesMax = 16;
constexpr std::size_t kSecondsEnd = 19;  ///< Length of `YYYY-MM-DDThh:mm:ss`.
constexpr std::int64_t kDaySeconds = 86'400;

struct Parameters {
    char date_separator = '-';
    char middle = 'T';
    char point = 0;
    unsigned digits = 0;
    bool is_trimmed = false;
    std::string suffix;
};

std::int64_t days_of(int year, int month, int day) {
    std::chrono::year_month_day date{std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))};
    return std::chrono::sys_days(date).time_since_epoch().count();
}

/// Days before the year 0 and behind 9999 cannot be written in this layout; any date will do.
std::chrono::year_month_day date_of(std::int64_t days) {
    constexpr std::int64_t kFirst = -719'528;
    constexpr std::int64_t kLast = 2'932'896;
    return std::chrono::sys_days(std::chrono::days(std::clamp(days, kFirst, kLast)));
}

bool read_digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
    value = 0;
    for (auto c : text.substr(at, count)) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    return true;
}

void write_digits(std::int64_t value, std::size_t count, std::string& out) {
    auto end = out.size() + count;
    out.resize(end);
    for (std::size_t i = 0; i < count; ++i, value /= 10)
        out[end - 1 - i] = static_cast<char>('0' + value % 10);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class TimestampLayout final : public TextLayout {
 public:
    explicit TimestampLayout(Parameters parameters) : p_(std::move(parameters)) {
        for (unsigned i = 0; i < p_.digits; ++i) units_ *= 10;
    }

    bool parse(std::string_view text, std::int64_t& value) const override {
        if (text.size() < kSecondsEnd + p_.suffix.size() || !text.ends_with(p_.suffix))
            return false;
        text.remove_suffix(p_.suffix.size());
        int year, month, day, hour, minute, second;
        if (!read_digits(text, 0, 4, year) || !read_digits(text, 5, 2, month) ||
            !read_digits(text, 8, 2, day) || !read_digits(text, 11, 2, hour) ||
            !read_digits(text, 14, 2, minute) || !read_digits(text, 17, 2, second))
            return false;
        if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return false;
        auto fraction = text.substr(kSecondsEnd);
        std::int64_t units = 0;
        if (!fraction.empty() && !parse_fraction(fraction.substr(1), units)) return false;
        auto seconds = days_of(year, month, day) * kDaySeconds + hour * 3600 + minute * 60 + second;
        return !__builtin_mul_overflow(seconds, units_, &value) &&
               !__builtin_add_overflow(value, units, &value);
    }

    void render(std::int64_t value, std::string& out) const override {
        auto seconds = value / units_ - (value % units_ < 0);
        auto units = value % units_ + (value % units_ < 0 ? units_ : 0);
        auto days = seconds / kDaySeconds - (seconds % kDaySeconds < 0);
        // Not seconds - days * kDaySeconds: the first day of the range begins before it.
        auto second = seconds % kDaySeconds + (seconds % kDaySeconds < 0 ? kDaySeconds : 0);
        auto date = date_of(days);
        write_digits(int{date.year()}, 4, out);
        out.push_back(p_.date_separator);
        write_digits(unsigned{date.month()}, 2, out);
        out.push_back(p_.date_separator);
        write_digits(unsigned{date.day()}, 2, out);
        out.push_back(p_.middle);
        write_digits(second / 3600, 2, out);
        out.push_back(':');
        write_digits(second / 60 % 60, 2, out);
        out.push_back(':');
        write_digits(second % 60, 2, out);
        if (p_.digits != 0) render_fraction(units, out);
        out += p_.suffix;
    }

    void describe(ByteWriter& out) const override {
        out.put(kTimestampLayout.kind);
        out.put(p_.date_separator);
        out.put(p_.middle);
        out.put(p_.point);
        out.put(static_cast<std::uint8_t>(p_.digits));
        out.put(static_cast<std::uint8_t>(p_.is_trimmed));
        out.put_string(p_.suffix);
    }

 private:
    bool parse_fraction(std::string_view fraction, std::int64_t& units) const {
        if (fraction.size() > p_.digits) return false;
        for (auto c : fraction) {
            if (!is_digit(c)) return false;
            units = units * 10 + (c - '0');
        }
        for (auto i = fraction.size(); i < p_.digits; ++i) units *= 10;
        return true;
    }

    void render_fraction(std::int64_t units, std::string& out) const {
        if (p_.is_trimmed && units == 0) return;
        out.push_back(p_.point);
        write_digits(units, p_.digits, out);
        if (p_.is_trimmed) out.erase(out.find_last_not_of('0') + 1);
    }

    Parameters p_;
    std::int64_t units_ = 1;
};

std::unique_ptr<TextLayout> guess(std::span<const std::string_view> sample) {
    Parameters parameters;
    std::size_t least = SIZE_MAX;
    for (auto text : sample) {
        if (text.size() < kSecondsEnd || text.size() > kSecondsEnd + 10 + kSuffixBytesMax)
            return nullptr;
        auto end = kSecondsEnd;
        if (end < text.size() && (text[end] == '.' || text[end] == ',')) {
            auto point = end++;
            while (end < text.size() && is_digit(text[end])) ++end;
            if (end == point + 1) return nullptr;
            parameters.point = text[point];
        }
        auto digits = end == kSecondsEnd ? 0 : end - kSecondsEnd - 1;
        least = std::min(least, digits);
        parameters.digits = std::max(parameters.digits, static_cast<unsigned>(digits));
        parameters.suffix = text.substr(end);
    }
    auto first = sample.front();
    parameters.date_separator = first[4];
    parameters.middle = first[10];
    parameters.is_trimmed = least != parameters.digits;
    if (parameters.digits > kDigitsMax || parameters.suffix.size() > kSuffixBytesMax)
        return nullptr;
    auto layout = std::make_unique<TimestampLayout>(std::move(parameters));
    std::int64_t value = 0;
    if (!layout->parse(first, value)) return nullptr;
    return layout;
}

Result<std::unique_ptr<TextLayout>> read(ByteReader& reader) {
    Parameters parameters;
    TRY(parameters.date_separator, reader.get<char>());
    TRY(parameters.middle, reader.get<char>());
    TRY(parameters.point, reader.get<char>());
    TRY(parameters.digits, reader.get<std::uint8_t>());
    TRY(auto is_trimmed, reader.get<std::uint8_t>());
    TRY(parameters.suffix, reader.get_string());
    parameters.is_trimmed = is_trimmed != 0;
    if (parameters.digits > kDigitsMax || is_trimmed > 1 ||
        parameters.suffix.size() > kSuffixBytesMax)
        return fail(Code::kUnsupported, "timestamp: unknown layout");
    return std::make_unique<TimestampLayout>(std::move(parameters));
}

}  // namespace

const LayoutEntry kTimestampLayout{3, guess, read};

}  // namespace logwood::segment
