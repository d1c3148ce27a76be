#include "exec/text/find_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace logwood::exec {
namespace {

constexpr auto kNone = std::string_view::npos;

TEST(FindText, Edges) {
    EXPECT_EQ(find_text("", "", 0, false), 0U);
    EXPECT_EQ(find_text("abc", "", 3, false), 3U);
    EXPECT_EQ(find_text("abc", "abcd", 0, false), kNone);
    EXPECT_EQ(find_text("abc", "c", 0, false), 2U);
    EXPECT_EQ(find_text("abc", "a", 1, false), kNone);
    EXPECT_EQ(find_text("abc", "a", 4, false), kNone);
    EXPECT_EQ(find_text("xABc", "abc", 0, true), 1U);
    EXPECT_EQ(find_text("xABc", "abc", 0, false), kNone);
}

/// Few letters, so that first and last bytes are often right and what is between is not.
TEST(FindText, FindsWhatAPlainSearchFinds) {
    std::mt19937_64 random(3);
    auto word = [&](std::size_t size) {
        std::string text(size, 'a');
        for (auto& c : text) c = static_cast<char>('a' + random() % 3);
        return text;
    };
    for (int i = 0; i < 20'000; ++i) {
        auto text = word(random() % 200);
        auto needle = word(1 + random() % 40);
        if (random() % 2 == 0 && needle.size() < text.size())
            text.replace(random() % (text.size() - needle.size()), needle.size(), needle);
        auto from = random() % (text.size() + 1);
        ASSERT_EQ(find_text(text, needle, from, false), text.find(needle, from))
            << text << " " << needle;
    }
}

}  // namespace
}  // namespace logwood::exec
