#include "cli/event_cut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace logwood::cli {
namespace {

using ::testing::HasSubstr;

TEST(EventCut, JoinsTheLinesOfAnEvent) {
    struct Case {
        const char* regex;
        std::string text;
        std::vector<std::string> events;
        std::size_t whole_bytes;
    };
    const Case cases[] = {
        {"", "a\n\nb\r\nc", {"a", "b", "c"}, 7},
        {"^\\d", "1 a\n  at b\n\n  at c\n2 d\n", {"1 a\n  at b\n\n  at c", "2 d"}, 19},
        {"^\\d", "  at b\n1 a\n", {"  at b", "1 a"}, 7},
        {"^\\d", "1 a\r\nb\r\n2 c\r\n", {"1 a\r\nb", "2 c"}, 8},
        {"ERROR", "x\ny\nz", {"x\ny\nz"}, 0},
        {"ERROR$", "an ERROR\r\nan ERROR\r\n", {"an ERROR", "an ERROR"}, 10},
        {"^x", "x\n\n\n", {"x\n\n"}, 0},
        {"^x", "\n", {}, 0},
        {"^x", "", {}, 0},
    };
    for (auto& c : cases) {
        auto cut = EventCut::beginning_with(c.regex);
        ASSERT_TRUE(cut) << c.regex;
        std::vector<std::string> events;
        cut->for_each(c.text, [&](std::string_view event) { events.emplace_back(event); });
        EXPECT_EQ(events, c.events) << c.regex << " in " << c.text;
        EXPECT_EQ(cut->whole_bytes(c.text), c.whole_bytes) << c.regex << " in " << c.text;
    }
}

TEST(EventCut, RefusesWhatIsNoRegex) {
    auto cut = EventCut::beginning_with("(");
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, Code::kInvalidArgument);
    EXPECT_THAT(cut.error().message, HasSubstr("--multiline: "));
}

}  // namespace
}  // namespace logwood::cli
