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
        {"/time(out)?/", "time"},
        {"/time(out)?/i", ""},
        {"/user \\d+ amount=\\d/", " amount="},
        {"message=/a|b|c/", ""},
        {"message=/^GET .*$/ | count()", "GET "},
        {"/(?!needle)timeout/", ""},
        {"message!=/timeout/", ""},
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

TEST(RequiredText, MayBeHiddenByEscapes) {
    EXPECT_EQ(hiding_escape("needle"), "\\u");
    EXPECT_EQ(hiding_escape("n\xC3\xA4"
                            "del"),
              "\\u");
    for (auto* needle : {"a\"b", "a\\b", "a/b", "a\nb", "a\tb"})
        EXPECT_EQ(hiding_escape(needle), "\\") << needle;
}

using Views = std::vector<std::string_view>;

TEST(LinesWith, FindsWholeLines) {
    constexpr std::string_view kText = "one needle\r\ntwo\n\\u006eeedle\nneedleneedle\nlast needle";
    EXPECT_EQ(lines_with(kText, "needle", ""),
              (Views{"one needle", "needleneedle", "last needle"}));
    EXPECT_EQ(lines_with(kText, "needle", "\\u"),
              (Views{"one needle", "\\u006eeedle", "needleneedle", "last needle"}));
    EXPECT_EQ(lines_with(kText, "none", ""), Views{});
    EXPECT_EQ(lines_with(kText, "", "").size(), 5U);
    EXPECT_EQ(lines_with("", "needle", "\\u"), Views{});
    EXPECT_EQ(lines_with("needle", "needle", "\\u"), Views{"needle"});
}

}  // namespace
}  // namespace logwood::cli
