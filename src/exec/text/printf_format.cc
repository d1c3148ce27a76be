// Decimals are rounded half up on the shortest digits of a number, as Java does.
#include "exec/text/printf_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "exec/limits.h"
#include "exec/text/number_text.h"
#include "exec/time/time_format.h"
#include "model/column.h"

namespace logwood::exec {
namespace {

constexpr int kDecimalsDefault = 6;
constexpr int kDecimalsMax = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Bytes of the first `count` code points.
std::size_t bytes_of_points(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        bool is_start = (text[at] & 0xC0) != 0x80;
        if (is_start && count-- == 0) break;
    }
    return at;
}

std::size_t count_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

void to_upper(std::string& text) {
    for (auto& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
}

/// Digits of a non-negative number with so many decimals.
std::string fixed_digits(double number, int decimals) {
    char buffer[400];
    auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed).ptr;
    std::string digits(buffer, end);
    auto point = digits.find('.');
    if (point == std::string::npos) {
        point = digits.size();
        digits += '.';
    }
    auto wanted = point + 1 + static_cast<std::size_t>(decimals);
    bool rounds_up = digits.size() > wanted && digits[wanted] >= '5';
    digits.resize(wanted, '0');
    for (auto i = wanted; rounds_up && i-- > 0;) {
        if (digits[i] == '.') continue;
        rounds_up = digits[i] == '9';
        digits[i] = rounds_up ? '0' : static_cast<char>(digits[i] + 1);
    }
    if (rounds_up) digits.insert(0, 1, '1');
    if (decimals == 0) digits.pop_back();
    return digits;
}

std::string scientific_digits(double number, int decimals) {
    char buffer[40];
    int size = std::snprintf(buffer, sizeof buffer, "%.*e", decimals, number);
    return {buffer, static_cast<std::size_t>(size)};
}

std::string general_digits(double number, int digits) {
    if (number == 0) return fixed_digits(0, digits - 1);
    if (number < 1e-4 || number >= std::pow(10, digits))
        return scientific_digits(number, digits - 1);
    int exponent = static_cast<int>(std::floor(std::log10(number)));
    return fixed_digits(number, std::max(0, digits - 1 - exponent));
}

void group_thousands(std::string& digits) {
    auto whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
    for (auto at = static_cast<std::ptrdiff_t>(whole) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
}

}  // namespace

/// Reads a format text.
class PrintfFormat::SpecReader {
 public:
    explicit SpecReader(std::string_view text) : text_(text) {}

    Result<std::vector<Spec>> run() {
        std::vector<Spec> specs;
        Spec spec;
        while (at_ < text_.size()) {
            if (text_[at_] != '%') {
                spec.literal += text_[at_++];
                continue;
            }
            begin_ = at_++;
            TRY_OK(read(spec));
            if (spec.type == '%' || spec.type == 'n') {
                auto literal = spec.literal + (spec.type == 'n' ? '\n' : '%');
                spec = {};
                spec.literal = std::move(literal);
                continue;
            }
            specs.push_back(std::move(spec));
            spec = {};
        }
        if (!spec.literal.empty()) specs.push_back(std::move(spec));
        return specs;
    }

 private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    std::unexpected<Error> wrong(std::string_view what) const {
        return fail(Code::kInvalidArgument,
                    "format: " + std::string(what) + " at byte " + std::to_string(begin_));
    }
    bool number(std::uint32_t& out) {
        auto size = std::min(text_.find_first_not_of("0123456789", at_), text_.size()) - at_;
        if (size == 0 || size > 4) return false;
        std::from_chars(text_.data() + at_, text_.data() + at_ + size, out);
        at_ += size;
        return true;
    }
    bool flag(Spec& spec) {
        switch (peek()) {
            case '-':
                return spec.is_left = true;
            case '+':
                return spec.has_plus = true;
            case ' ':
                return spec.has_blank = true;
            case '#':
                return spec.is_alternate = true;
            case '0':
                return spec.has_zeros = true;
            case ',':
                return spec.has_groups = true;
            default:
                return false;
        }
    }

    Result<void> read(Spec& spec) {
        bool is_ordinary = true;
        auto digits = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
        if (digits > at_ && digits < text_.size() && text_[digits] == '$') {
            std::uint32_t position = 0;
            if (!number(position) || position == 0) return wrong("a bad argument position");
            ++at_;
            previous_ = position - 1;
            is_ordinary = false;
        } else if (peek() == '<') {
            ++at_;
            is_ordinary = false;
        }
        while (flag(spec)) ++at_;
        if (is_digit(peek()) && !number(spec.width)) return wrong("a bad width");
        if (spec.width > kFormatWidthMax) return wrong("a width that is too large");
        if (peek() == '.') {
            ++at_;
            std::uint32_t precision = 0;
            if (!number(precision)) return wrong("a bad precision");
            spec.precision = static_cast<int>(precision);
        }
        if (peek() == 'h') {
            spec.is_half = true;
            ++at_;
        }
        spec.type = peek();
        constexpr std::string_view kTypes = "dioxXfFeEgGbBcCsn%tT";
        if (spec.type == '\0' || kTypes.find(spec.type) == std::string_view::npos)
            return wrong("an unknown specifier '" +
                         std::string(text_.substr(begin_, at_ + 1 - begin_)) + "'");
        ++at_;
        if (spec.type == 't' || spec.type == 'T') {
            constexpr std::string_view kTimes = "HIklMSLNpzZsQYyjmdeaAbBCRTrDFc";
            spec.time_letter = peek();
            if (peek() == '\0' || kTimes.find(peek()) == std::string_view::npos)
                return wrong("an unknown part of a time");
            ++at_;
        }
        if (spec.type == 'n' || spec.type == '%') return {};
        if (is_ordinary) previous_ = next_++;
        spec.argument = previous_;
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    std::uint32_t next_ = 0;
    std::uint32_t previous_ = 0;
};

Result<PrintfFormat> PrintfFormat::compile(std::string_view format) {
    PrintfFormat made;
    TRY(made.specs_, SpecReader(format).run());
    return made;
}

namespace {

/// Digits of the number's size, for the types that show its sign apart; nullopt: not such a type.
std::optional<std::string> magnitude(char type, double size, int precision) {
    int decimals = precision < 0 ? kDecimalsDefault : std::min(precision, kDecimalsMax);
    switch (type) {
        case 'd':
        case 'i':
            return fixed_digits(std::trunc(size), 0);
        case 'f':
        case 'F':
            return fixed_digits(size, decimals);
        case 'e':
        case 'E':
            return scientific_digits(size, decimals);
        case 'g':
        case 'G':
            return general_digits(size, std::clamp(decimals, kDecimalsDefault, kDecimalsMax));
        default:
            return std::nullopt;
    }
}

std::string bit_digits(char type, double number, bool is_half, bool is_alternate) {
    constexpr double kLimit = 9.2e18;
    auto whole = static_cast<std::int64_t>(std::clamp(number, -kLimit, kLimit));
    auto bits = static_cast<std::uint64_t>(whole);
    if (is_half) bits &= 0xFFFFFFFF;
    char buffer[32];
    auto base = type == 'o' ? 8 : 16;
    std::string digits(buffer, std::to_chars(buffer, buffer + sizeof buffer, bits, base).ptr);
    if (is_alternate) digits.insert(0, type == 'o' ? "0" : "0x");
    return digits;
}

}  // namespace

void PrintfFormat::put(std::string& out, const Spec& spec, std::string_view argument,
                       LocalClock& clock) {
    constexpr std::string_view kTexts = "bBcCs";
    std::string sign;
    std::string text = "null";
    bool is_number = false;
    if (model::is_missing(argument)) {
        // Stays null.
    } else if (kTexts.find(spec.type) != std::string_view::npos) {
        text = argument;
        if (spec.type == 'b' || spec.type == 'B') text = argument == "false" ? "false" : "true";
        if (spec.type == 'c' || spec.type == 'C') text.resize(bytes_of_points(text, 1));
        if (spec.precision >= 0)
            text.resize(bytes_of_points(text, static_cast<std::size_t>(spec.precision)));
    } else if (double number = parse_number(argument); !is_null(number)) {
        is_number = true;
        if (spec.time_letter != 0) {
            text.clear();
            bool fits = std::fabs(number) < 9.2e12;
            auto ms = fits ? static_cast<std::int64_t>(std::floor(number)) : 0;
            append_time_part(text, spec.time_letter, local_moment(UtcTime::from_ms(ms), clock));
            if (!fits) text = "null";
        } else if (auto digits = magnitude(spec.type, std::fabs(number), spec.precision)) {
            text = std::move(*digits);
            if (spec.has_groups) group_thousands(text);
            bool is_zero = text.find_first_of("123456789") == std::string::npos;
            sign = number < 0 && !is_zero ? "-" : spec.has_plus ? "+" : spec.has_blank ? " " : "";
        } else {
            text = bit_digits(spec.type, number, spec.is_half, spec.is_alternate);
        }
    }
    bool is_upper = spec.type >= 'A' && spec.type <= 'Z' && spec.type != 'F';
    if (is_upper) to_upper(text);
    auto size = sign.size() + count_points(text);
    std::string fill(spec.width > size ? spec.width - size : 0,
                     spec.has_zeros && is_number && !spec.is_left ? '0' : ' ');
    if (spec.is_left)
        out += sign + text + fill;
    else if (fill.starts_with('0'))
        out += sign + fill + text;
    else
        out += fill + sign + text;
}

void PrintfFormat::append(std::string& out, std::span<const std::string_view> arguments,
                          LocalClock& clock) const {
    for (auto& spec : specs_) {
        out += spec.literal;
        if (spec.type == 0) continue;
        put(out, spec,
            spec.argument < arguments.size() ? arguments[spec.argument] : model::kMissing, clock);
    }
}

}  // namespace logwood::exec
