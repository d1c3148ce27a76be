// Numbers as the language reads and writes them.
#include "exec/text/number_text.h"

#include <bit>
#include <charconv>
#include <cmath>

namespace logwood::exec {
namespace {

/// Below this a number is written with an exponent (reference 1.10).
constexpr double kPlainMin = 1e-4;
/// Longest text read as a number: digits beyond could not change a double, and none is that long.
constexpr std::size_t kNumberTextBytesMax = 1100;
/// So many digits, as an integer, and so high a power of ten are exact doubles, so that their
/// quotient is rounded once, as the text's value itself is.
constexpr std::ptrdiff_t kExactDigitsMax = 15;
constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads digits with at most one point between them, few enough to be exact; else null.
double parse_short_decimal(const char* at, const char* end) {
    if (end - at > kExactDigitsMax + 1) return kNullNumber;
    std::uint64_t digits = 0;
    auto* begin = at;
    while (at != end && is_digit(*at)) digits = digits * 10 + std::uint64_t(*at++ - '0');
    if (at == begin || at - begin > kExactDigitsMax) return kNullNumber;
    if (at == end) return double(digits);
    if (*at != '.' || at + 1 == end) return kNullNumber;
    auto* fraction = ++at;
    while (at != end && is_digit(*at)) digits = digits * 10 + std::uint64_t(*at++ - '0');
    return at == end ? double(digits) / kPowersOfTen[end - fraction] : kNullNumber;
}

}  // namespace

double parse_number(std::string_view text) {
    if (text.empty() || text.size() > kNumberTextBytesMax) return kNullNumber;
    auto* begin = text.data();
    auto* end = begin + text.size();
    if (*begin == '+') ++begin;
    auto* digits = begin + (begin != end && *begin == '-' && begin == text.data());
    // from_chars also takes "inf" and "nan", which no number starts with here.
    if (digits == end || !(is_digit(*digits) || *digits == '.')) return kNullNumber;
    if (auto exact = parse_short_decimal(digits, end); !is_null(exact))
        return digits == begin ? exact : -exact;
    double number = 0;
    auto [rest, error] = std::from_chars(begin, end, number, std::chars_format::general);
    if (error != std::errc() || rest != end || !std::isfinite(number)) return kNullNumber;
    return number;
}

void append_number(std::string& out, double number) {
    char digits[400];
    if (number == 0) number = 0;  // no "-0"
    std::to_chars_result written{};
    bool is_integral = std::trunc(number) == number;
    if (is_integral && std::fabs(number) < 9e15) {
        written = std::to_chars(digits, digits + sizeof digits, static_cast<std::int64_t>(number));
    } else if (std::fabs(number) >= kPlainMin) {
        written = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed);
    } else {
        written =
            std::to_chars(digits, digits + sizeof digits, number, std::chars_format::scientific);
        // "9.8e-05" is spelled "9.8E-5".
        std::string_view text(digits, written.ptr);
        auto exponent = text.find('e');
        out += text.substr(0, exponent);
        out += "E-";
        auto power = text.substr(exponent + 2);
        if (power.starts_with('0')) power.remove_prefix(1);
        out += power;
        return;
    }
    out.append(digits, written.ptr);
}

std::string format_number(double number) {
    std::string out;
    append_number(out, number);
    return out;
}

void write_number(ByteWriter& out, double number) { out.put(std::bit_cast<std::uint64_t>(number)); }

Result<double> read_number(ByteReader& in) {
    TRY(auto bits, in.get<std::uint64_t>());
    return std::bit_cast<double>(bits);
}

}  // namespace logwood::exec
