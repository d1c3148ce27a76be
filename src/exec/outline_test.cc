#include "exec/outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logwood::exec {
namespace {

using testing::ElementsAreArray;
using Texts = std::vector<std::string>;

TEST(Outline, PartsTheQueryAtItsFirstAggregate) {
    struct Case {
        const char* text;
        Texts scan;
        Texts tags;
        const char* aggregate;
        Texts result;
    };
    for (auto& test : {
             Case{"*", {"*"}, {}, "", {}},
             Case{"#type=web  status>=500|count( ) | _count > 3",
                  {"#type=web  status>=500"},
                  {"#type=web"},
                  "count( )",
                  {"_count > 3"}},
             Case{"#a=1 or #b=2 | x := 1 | #c=3",
                  {"#a=1 or #b=2", "x := 1", "#c=3"},
                  {"#a=1 OR #b=2"},
                  "",
                  {}},
             Case{"#a=1 or b=2 | tail(3) | y=1 | sort(y)",
                  {"#a=1 or b=2"},
                  {},
                  "tail(3)",
                  {"y=1", "sort(y)"}},
         }) {
        auto got = outline(test.text, {});
        ASSERT_TRUE(got) << got.error().rendered;
        EXPECT_THAT(got->scan_steps, ElementsAreArray(test.scan)) << test.text;
        EXPECT_THAT(got->tag_filters, ElementsAreArray(test.tags)) << test.text;
        EXPECT_EQ(got->aggregate, test.aggregate) << test.text;
        EXPECT_THAT(got->result_steps, ElementsAreArray(test.result)) << test.text;
        EXPECT_EQ(got->is_aggregate, test.aggregate[0] != '\0') << test.text;
    }
}

TEST(Outline, NamesTheFieldsThatAreRead) {
    struct Case {
        const char* text;
        Texts fields;
        bool reads_all;
    };
    for (auto& test : {
             Case{"count()", {}, false},
             Case{"a=1 and (b=2 or not c=3) | count()", {"a", "b", "c"}, false},
             Case{"boom | count()", {}, true},
             Case{"a=1", {"a"}, true},
             Case{"groupBy([a, b], function=avg(c))", {"a", "b", "c"}, false},
             Case{"x := lower(a) | groupBy(x)", {"a"}, false},
             Case{"eval(x = a + b) | test(x > y) | count()", {"a", "b", "y"}, false},
             Case{"f=/(?<user>\\w+)/ | user=me | top(user)", {"f"}, false},
             Case{"parseJson() | count()", {"@error", "@error_msg", "@rawstring"}, false},
             Case{"bucket(span=1h)", {"@timestamp"}, false},
             Case{"case { a=1 | b:=2; * | c:=d } | sum(b)", {"a", "b", "d"}, false},
             Case{"m match { 1 => x := y; * => *} | count()", {"m", "y"}, false},
             Case{"in(level, values=[a]) | count(host, distinct=true)", {"host", "level"}, false},
             Case{"tail(3)", {"@ingesttimestamp", "@timestamp"}, true},
             Case{"join({x=1}, field=a, key=b, include=c) | sum(c)", {"a"}, false},
         }) {
        auto got = outline(test.text, {.interval = {.start = {0}, .end = UtcTime::from_ms(1000)},
                                       .may_have_inputs = true});
        ASSERT_TRUE(got) << got.error().rendered;
        EXPECT_THAT(got->fields, ElementsAreArray(test.fields)) << test.text;
        EXPECT_EQ(got->reads_all_fields, test.reads_all) << test.text;
    }
}

TEST(Outline, RefusesWhatDoesNotCompile) {
    auto got = outline("count( | x", {});
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().rendered.find("1:"), std::string::npos);
}

TEST(Lint, SaysWhatTheServerSays) {
    struct Case {
        const char* text;
        std::size_t begin;  ///< Of the error.
    };
    auto now = UtcTime::from_ms(1'700'000'000'000);
    for (auto* good : {"*", "a=?b", "f=/(x)/ | timeChart(span=5m)", "a=?{b=3} | tail(5)",
                       "defineTable(name=t, query={*}, include=id, view=v) | match(t, field=id)",
                       "selfJoin(a, where=[{b=1}, {b=2}], collect=c)"})
        EXPECT_TRUE(lint(good, now)) << good;
    for (auto& test : {Case{"foo=/(/", 4}, Case{"a | regex(\"(\")", 10}, Case{"/[/", 0},
                       Case{"bucket(span=1s)", 12}, Case{"timeChart(timezone=Mars)", 19}}) {
        auto got = lint(test.text, now);
        ASSERT_FALSE(got) << test.text;
        EXPECT_EQ(got.error().begin, test.begin) << test.text << '\n' << got.error().rendered;
    }
}

}  // namespace
}  // namespace logwood::exec
