#include "exec/text/printf_format.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/column.h"

namespace logwood::exec {
namespace {

std::string format(std::string_view text, std::vector<std::string_view> arguments) {
    auto compiled = PrintfFormat::compile(text);
    if (!compiled) return "! " + compiled.error().message;
    LocalClock clock(*TimeZone::find("Europe/Paris"));
    std::string out;
    compiled->append(out, arguments, clock);
    return out;
}

TEST(PrintfFormat, Specifiers) {
    struct Case {
        const char* format;
        std::vector<std::string_view> arguments;
        const char* text;
    };
    for (auto& c : std::vector<Case>{
             {"%s:%05d", {"web", "42"}, "web:00042"},
             {"%2$s %1$s %1$s", {"a", "b"}, "b a a"},
             {"%s %<s %s", {"a", "b"}, "a a b"},
             {"%,i", {"886817"}, "886,817"},
             {"%,.2f", {"-1234567.891"}, "-1,234,567.89"},
             {"%X %x %o %#x", {"42", "42", "8", "255"}, "2A 2a 10 0xff"},
             {"%x %hx", {"-1", "-1"}, "ffffffffffffffff ffffffff"},
             {"%.2f %.2f %.0f %f", {"0.125", "1.005", "2.5", "1"}, "0.13 1.01 3 1.000000"},
             {"%.1f %.3f", {"9.96", "0.0005"}, "10.0 0.001"},
             {"%e %.2E", {"12345.678", "0.00012"}, "1.234568e+04 1.20E-04"},
             {"%g %g %g", {"0.5", "1234567", "123.4567"}, "0.500000 1.23457e+06 123.457"},
             {"%+d|% d|%-5d|%5d|%05d", {"1", "2", "3", "4", "-5"}, "+1| 2|3    |    4|-0005"},
             {"%b %b %B %c", {"false", "x", "true", "été"}, "false true TRUE é"},
             {"%-6s|%6s|%.2s", {"ab", "é", "été"}, "ab    |     é|ét"},
             {"%d %s %d", {"x", model::kMissing}, "null null null"},
             {"%d %d", {"3.7", "-3.7"}, "3 -3"},
             {"100%% %n", {}, "100% \n"},
             {"%tF %<tT.%<tL %<tZ", {"1710000000123"}, "2024-03-09 17:00:00.123 CET"},
             {"%TB %Tp", {"1710000000123", "1710000000123"}, "MARCH PM"},
             {"%5s", {model::kMissing}, " null"},
             {"plain", {}, "plain"},
         })
        EXPECT_EQ(format(c.format, c.arguments), c.text) << c.format;
}

TEST(PrintfFormat, Errors) {
    EXPECT_EQ(format("ab %q", {}), "! format: an unknown specifier '%q' at byte 3");
    EXPECT_EQ(format("%S", {}), "! format: an unknown specifier '%S' at byte 0");
    EXPECT_EQ(format("%", {}), "! format: an unknown specifier '%' at byte 0");
    EXPECT_EQ(format("%tq", {}), "! format: an unknown part of a time at byte 0");
    EXPECT_EQ(format("%0$s", {}), "! format: a bad argument position at byte 0");
    EXPECT_EQ(format("%9999d", {}), "! format: a width that is too large at byte 0");
    EXPECT_EQ(format("%.d", {}), "! format: a bad precision at byte 0");
}

}  // namespace
}  // namespace logwood::exec
