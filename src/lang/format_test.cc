#include "lang/format.h"

namespace logwood::lang {
namespace {

TEST(Format, KeepsComments) {
    struct Row {
        const char* text;
        const char* formatted;
    };
    const Row rows[] = {
        {"", ""},
        {"// alone", "// alone\n"},
        {"a   b|count( )", "a AND b\n| count()\n"},
        {"// first\n| a // why a\n| b\n// end", "// first\na\n// why a\n| b\n// end\n"},
        {"a|in(x,values=[1, // one\n2])|b", "a\n| in(x,values=[1, // one\n2])\n| b\n"},
        {"a /* x */ | b", "a\n/* x */\n| b\n"},
        {"x := \"// text\" | f=/\\/\\/x/", "x := \"// text\"\n| f=/\\/\\/x/\n"},
        {"f = ?{p=1} | ?p", "f=?{p=\"1\"}\n| ?{p=\"1\"}\n"},
    };
    for (const auto& row : rows) {
        auto once = format_text(row.text);
        ASSERT_TRUE(once) << row.text;
        EXPECT_EQ(*once, row.formatted) << row.text;
        EXPECT_EQ(format_text(*once).value_or("refused"), *once) << row.text;
    }
    EXPECT_FALSE(format_text("a="));
}

}  // namespace
}  // namespace logwood::lang
