#include "exec/text/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <random>
#include <string>

namespace logwood::exec {
namespace {

TEST(NumberText, OnlyWholeNumbersAreRead) {
    for (auto* text : {"", "-", "+", ".", "-.", "1.2.3", "1 ", " 1", "1,5", "0x10", "inf", "nan",
                       "1e", "12ms", "--1", "+-1", "1-", "1.5-", "123456789012345x"})
        EXPECT_TRUE(is_null(parse_number(text))) << text;
    EXPECT_EQ(parse_number("+7"), 7);
    EXPECT_EQ(parse_number("-0.25"), -0.25);
    EXPECT_EQ(parse_number(".5"), 0.5);
    EXPECT_EQ(parse_number("5."), 5);
    EXPECT_EQ(parse_number("2.5e3"), 2500);
}

/// Short decimals take a way of their own; it must round as the long one does.
TEST(NumberText, DecimalsAreReadAsTheNearestDouble) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 200'000; ++i) {
        auto text = std::to_string(random() >> (random() % 64));
        auto point = random() % (text.size() + 1);
        if (point > 0 && point < text.size()) text.insert(point, ".");
        if (random() % 4 == 0) text = "0." + std::string(random() % 14, '0') + text;
        if (random() % 3 == 0) text = "-" + text;
        if (text.find('.') != text.rfind('.')) continue;
        auto wanted = std::strtod(text.c_str(), nullptr);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(parse_number(text)),
                  std::bit_cast<std::uint64_t>(wanted))
            << text;
    }
}

}  // namespace
}  // namespace logwood::exec
