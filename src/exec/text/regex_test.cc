#include "exec/text/regex.h"

#include <gtest/gtest.h>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

struct Case {
    std::string body;
    std::string text;
    bool found;
    RegexOptions options = {};
};

TEST(Regex, Finds) {
    const RegexOptions kAnyCase{.ignore_case = true};
    const RegexOptions kLines{.multi_line = true};
    const RegexOptions kDotAll{.dot_all = true};
    const RegexOptions kV2{.engine_v2 = true};
    const std::vector<Case> cases = {
        {"abc", "xabcx", true},
        {"abc", "xaBcx", false},
        {"abc", "xaBcx", true, kAnyCase},
        {"^abc$", "abc", true},
        {"^abc$", "abcd", false},
        {"^abc", "xabc", false},
        {"abc$", "xabc", true},
        {"^b", "a\nb", false},
        {"^b", "a\nb", true, kLines},
        {"a.b", "a\nb", false},
        {"a.b", "a\nb", true, kDotAll},
        {"", "anything", true},
        {R"(a\.b)", "axb", false},
        {R"(a\.b)", "a.b", true},
        {R"(\x41\u0042)", "AB", true},
        {R"(\u00e9)", "caf\xc3\xa9", true},
        {R"(\Qa.b*\Ec)", "a.b*c", true},
        {R"(\cI)", "\t", true},
        {R"(\h)", "h", true},
        {R"(\h)", " ", true, kV2},
        {R"(x\Z)", "x\n", true},
        {R"([\w.-]+@[^@/\]]+)", "mail me@b.c", true},
        {R"([[a])", "[", true},
        {"ab?c", "ac", true},
        {"ab*", "a", true},
        {"(abc|def)x", "defx", true},
        {"abc|def", "def", true},
        {"a{2}", "aa", true},
        {"a{2}", "a", false},
        {"{a}", "{a}", true},
        {R"(\d+(?=px))", "12px", true},
        {R"(\d+(?=px))", "12em", false},
        {R"(^(?!.*foo))", "a foo", false},
        {R"(^(?!.*foo))", "a bar", true},
        {R"((?i)ABC)", "abc", true},
        {R"(\w+?z)", "aaz", true},
        {"a+b", "aab", true},
    };
    for (auto& test : cases) {
        SCOPED_TRACE(test.body + " in " + test.text);
        auto regex = Regex::compile(test.body, test.options);
        ASSERT_TRUE(regex.has_value()) << regex.error().message;
        EXPECT_EQ((*regex)->find(test.text), test.found);
        auto predicate = regex_predicate(test.body, test.options);
        ASSERT_TRUE(predicate.has_value());
        EXPECT_EQ((*predicate)->matches(test.text), test.found);
    }
}

TEST(Regex, RefusesWhatTheDialectLacks) {
    for (auto* body : {"(?<=a)b", "(?<!a)b", "(?>a)", "a++", R"((a)\1)", "(", "[a", R"(\x4)",
                       R"(a\)", R"(\G)", "(?<a", "a{3,2}", "*"})
        EXPECT_FALSE(Regex::compile(body, {}).has_value()) << body;
}

TEST(Regex, RefusesTooManyGroups) {
    std::string body;
    for (std::size_t i = 0; i < kRegexGroupsMax; ++i) body += "(a)";
    EXPECT_TRUE(Regex::compile(body, {}).has_value());
    auto refused = Regex::compile(body + "(a)", {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().message, "the regex has 8001 groups, and may have 8000");
}

TEST(Regex, NamesGroups) {
    auto regex = Regex::compile(R"((?<@a.b[0]>x)|(\d)|(?P<@a.b[0]>y))", {});
    ASSERT_TRUE(regex.has_value()) << regex.error().message;
    ASSERT_EQ((*regex)->named_groups().size(), 2U);
    EXPECT_EQ((*regex)->named_groups()[1].name, "@a.b[0]");
    EXPECT_EQ((*regex)->named_groups()[1].index, 3U);
    std::vector<std::string_view> groups;
    ASSERT_TRUE((*regex)->find("-y", 0, groups));
    EXPECT_TRUE(model::is_missing(groups[1]));
    EXPECT_EQ(groups[3], "y");
}

TEST(Regex, FindsAllMatches) {
    auto regex = Regex::compile("b*", {});
    ASSERT_TRUE(regex.has_value());
    std::vector<std::string> found;
    for_each_match(**regex,
                   "abb\xc3\xa9"
                   "b",
                   [&](auto& groups) {
                       found.emplace_back(groups[0]);
                       return true;
                   });
    EXPECT_EQ(found, (std::vector<std::string>{"", "bb", "", "b", ""}));
}

}  // namespace
}  // namespace logwood::exec
