#include "cli/required_text.h"

#include <gtest/gtest.h>

namespace logwood::cli {
namespace {

TEST(RequiredText, IsWhatEveryLineMustHold) {
    const std::pair<const char*, const char*> cases[] = {
        {"timeout", "timeout"},
        {"\"lock wait\"", "lock wait"},
        {"*time*out*", "time"},
        {"short OR timeout", ""},
        {"NOT timeout", ""},
        {"level=ERROR status=504 | count()", "ERROR"},
        {"level=ERROR | status=504 timeout | count()", "timeout"},
        {"/time(out)?/", ""},
        {"@rawstring=*needle*", "needle"},
        {"#type=kvkvkv", ""},
        {"@timezone=Europe", ""},
        {"level!=ERROR", ""},
        {"status > 1000", ""},
        {"ok", ""},  // Too short.
        {"count() | _count=12345", ""},
        {"x := lower(level) | x=error", ""},
        {"in(level, values=[ERROR]) | other", ""},
        {"foo like \"needle\"", "needle"},
        {"| |", ""},
    };
    for (auto& [query, text] : cases) EXPECT_EQ(required_text(query), text) << query;
}

TEST(RequiredText, EndsWhereACallMaySetFields) {
    EXPECT_EQ(required_text("regex(\"(?<x>a)\") | x=needle"), "");
}

using Views = std::vector<std::string_view>;

TEST(LinesWith, FindsWholeLines) {
    constexpr std::string_view kText = "one needle\r\ntwo\n\\u006eeedle\nneedleneedle\nlast needle";
    EXPECT_EQ(lines_with(kText, "needle", false),
              (Views{"one needle", "needleneedle", "last needle"}));
    EXPECT_EQ(lines_with(kText, "needle", true),
              (Views{"one needle", "\\u006eeedle", "needleneedle", "last needle"}));
    EXPECT_EQ(lines_with(kText, "none", false), Views{});
    EXPECT_EQ(lines_with(kText, "", false).size(), 5U);
    EXPECT_EQ(lines_with("", "needle", true), Views{});
    EXPECT_EQ(lines_with("needle", "needle", true), Views{"needle"});
}

}  // namespace
}  // namespace logwood::cli
