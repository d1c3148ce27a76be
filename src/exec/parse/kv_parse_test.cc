#include "exec/parse/kv_parse.h"

#include <gtest/gtest.h>

#include <string>

namespace logwood::exec {
namespace {

using Padding = KeyValueOptions::Padding;

struct TextSink final : FieldSink {
    void field(std::string_view name, std::string_view value) override {
        text += "(" + std::string(name) + ":" + std::string(value) + ")";
    }
    std::string text;
};

std::string parse(std::string_view text, KeyValueOptions options = {}) {
    TextSink sink;
    parse_key_values(text, options, sink);
    return sink.text;
}

TEST(KeyValues, Texts) {
    struct Case {
        const char* text;
        const char* pairs;
    };
    for (auto& c : {
             Case{"a=1 b=2", "(a:1)(b:2)"},
             Case{"id=123, name=\"Ann Bee\"; x='y z'", "(id:123)(name:Ann Bee)(x:y z)"},
             Case{"\"k k\"=v other", "(k k:v)"},
             Case{"started user=bob done", "(user:bob)"},
             Case{"user= ip=1.2.3.4 x=", "(user:)(ip:1.2.3.4)(x:)"},
             Case{"(a=1, b=2)", "(a:1)(b:2))"},
             Case{"url=http://x/?q=1&r=2 m=GET", "(url:http://x/?q=1&r=2)(m:GET)"},
             Case{"a=\"never ends b=2", "(b:2)"},
             Case{"a=\"say \\\"hi\\\"\" b=2", "(a:say \\\"hi\\\")(b:2)"},
             Case{"a=\"\" b=''", "(a:)(b:)"},
             Case{"\"text\" a=1", "(a:1)"},
             Case{"it's a=1", "(a:1)"},
             Case{"= =x a==b", "(a:=b)"},
             Case{"", ""},
             Case{"   ", ""},
         })
        EXPECT_EQ(parse(c.text), c.pairs) << c.text;
}

TEST(KeyValues, Padding) {
    struct Case {
        const char* text;
        const char* unknown;
        const char* yes;
        const char* no;
    };
    for (auto& c : {
             Case{"a = b = c", "(a:b)", "(a:)(b:c)", ""},
             Case{"a=b=c", "(a:b=c)", "", "(a:b=c)"},
             Case{"a = b=c", "(a:b=c)", "(a:b=c)", "(b:c)"},
             Case{"a=b = c", "(a:b)", "(a=b:c)", "(a:b)"},
         }) {
        EXPECT_EQ(parse(c.text), c.unknown) << c.text;
        EXPECT_EQ(parse(c.text, {.padding = Padding::kYes}), c.yes) << c.text;
        EXPECT_EQ(parse(c.text, {.padding = Padding::kNo}), c.no) << c.text;
    }
}

TEST(KeyValues, Options) {
    EXPECT_EQ(parse("a:1 b:\"2 3\"", {.separator = ':'}), "(a:1)(b:2 3)");
    EXPECT_EQ(parse("a= b=\"\" c=1", {.exclude_empty = true}), "(c:1)");
}

}  // namespace
}  // namespace logwood::exec
