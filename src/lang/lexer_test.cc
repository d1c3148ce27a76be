#include "lang/lexer.h"

#include "lang/literal.h"

namespace logwood::lang {
namespace {

TEST(Lexer, NamesAndPatternsHaveTheirCharacters) {
    struct Row {
        const char* text;
        std::size_t name;
        std::size_t pattern;
    };
    const Row rows[] = {
        {"abc=", 3, 3},
        {"a-b", 1, 3},
        {"@x.y#%&\\^_ z", 10, 10},
        {"*a", 0, 2},
        {"/a", 0, 0},
        {"a/b", 1, 3},
        {"a:=b", 1, 1},
        {"a:b", 1, 3},
        {"a[0].b[12]c", 11, 11},
        {"a[x]", 1, 1},
        {"a[]", 1, 3},
        {"[0]", 0, 0},
        {"\xC3\xA9t\xC3\xA9", 5, 5},
        {"\xC2\xABx", 0, 0},
        {"\xC2\xACx", 0, 3},
        {"\xE2\x80\x9Cx", 0, 0},
        {"\xFFx", 0, 0},
        {"\xC3", 0, 0},
        {"a$b", 1, 1},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(Lexer(row.text).name_end(0), row.name) << row.text;
        EXPECT_EQ(Lexer(row.text).pattern_end(0), row.pattern) << row.text;
    }
}

TEST(Lexer, SkipsBlanksAndComments) {
    struct Row {
        const char* text;
        std::size_t end;
    };
    const Row rows[] = {
        {" \t\r\n\fa", 5},
        {"\xC2\xA0\xC2\xA0"
         "a",
         4},
        {"// x\na", 5},
        {"/* x */a", 7},
        {"/* /* */a", 8},
        {"// x", 4},
        {"/* x", 4},
        {"/x", 0},
    };
    for (const auto& row : rows) EXPECT_EQ(Lexer(row.text).skip_from(0), row.end) << row.text;
}

TEST(Literal, ListsNamedGroups) {
    struct Row {
        const char* body;
        std::vector<std::string> names;
    };
    const Row rows[] = {
        {"a(b)c", {}},
        {"(?<a>x)(?P<b.c[0]>y)", {"a", "b.c[0]"}},
        {"(?<@timestamp>.)(?<a>.)(?<a>.)", {"@timestamp", "a"}},
        {"\\(?<a>x", {}},
        {"[(?<a>]x", {}},
        {"[]](?<a>x)", {"a"}},
        {"\\Q(?<a>\\E(?<b>x)", {"b"}},
        {"(?<=a)(?<!b)(?:c)", {}},
        {"(?<a", {}},
        {"\\", {}},
        {"[", {}},
    };
    for (const auto& row : rows) EXPECT_EQ(named_groups(row.body), row.names) << row.body;
}

}  // namespace
}  // namespace logwood::lang
