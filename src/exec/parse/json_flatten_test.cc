#include "exec/parse/json_flatten.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "exec/parse/json_value.h"

namespace logwood::exec {
namespace {

struct TextSink final : FieldSink {
    void field(std::string_view name, std::string_view value) override {
        text += std::string(name) + "=" + std::string(value) + ";";
    }
    std::string text;
};

std::string flatten(std::string_view json, JsonFlattenOptions options = {}) {
    JsonFlattener flattener;
    TextSink sink;
    auto done = flattener.flatten(json, options, sink);
    return done ? sink.text : "! " + done.error().message;
}

TEST(JsonFlatten, NamesAndValues) {
    struct Case {
        const char* json;
        const char* fields;
    };
    for (auto& c : {
             Case{R"({"a":{"b":1,"c":[true,{"d":null}]},"e":"x"})",
                  "a.b=1;a.c[0]=true;a.c[1].d=null;e=x;"},
             Case{R"([{"x":1},[2,3]])", "[0].x=1;[1][0]=2;[1][1]=3;"},
             Case{R"({"n":7.0,"big":123456789012345678901234567890,"e":-1.5E+10 , "z":0})",
                  "n=7.0;big=123456789012345678901234567890;e=-1.5E+10;z=0;"},
             Case{R"({"a\"b":"q\"\\\/\b\f\n\r\t"})", "a\"b=q\"\\/\b\f\n\r\t;"},
             Case{R"({"u":"\u00e9\uD83D\uDE00","lone":"\ud800x\udc00"})",
                  "u=é😀;lone=\uFFFDx\uFFFD;"},
             Case{R"({"a":1,"a":2,"":3,"o":{},"l":[]})", "a=1;a=2;=3;"},
             Case{" {\n\"a\" : \"x\" ,\t\"b\" : false }\r\n", "a=x;b=false;"},
             Case{"{}", ""},
         })
        EXPECT_EQ(flatten(c.json), c.fields) << c.json;
}

TEST(JsonFlatten, Options) {
    using Nulls = JsonFlattenOptions::Nulls;
    auto* json = R"({"a":null,"b":"","c":{"d":1}})";
    EXPECT_EQ(flatten(json, {.prefix = "p."}), "p.a=null;p.b=;p.c.d=1;");
    EXPECT_EQ(flatten(json, {.nulls = Nulls::kDiscard}), "b=;c.d=1;");
    EXPECT_EQ(flatten(json, {.nulls = Nulls::kEmpty}), "a=;b=;c.d=1;");
    EXPECT_EQ(flatten(json, {.nulls = Nulls::kEmpty, .exclude_empty = true}), "c.d=1;");
}

TEST(JsonFlatten, ErrorsNameThePosition) {
    struct Case {
        std::string json;
        std::string error;
    };
    std::string deep;
    for (int i = 0; i < 70; ++i) deep += "[";
    for (auto& c : {
             Case{"", "at byte 0: an empty text"},
             Case{"hello", "at byte 0: "},
             Case{"5", "at byte 0: not an object or an array"},
             Case{R"({"a":1)", "at byte 6: an object or array without end"},
             Case{R"({"a":01})", "at byte 5: not a value"},
             Case{R"({"a":1.})", "at byte 5: not a value"},
             Case{R"({"a":truex})", "at byte 5: "},
             Case{R"({"a":1 "b":2})", ""},
             Case{R"({"a":"x\q"})", "at byte 5: an unknown escape"},
             Case{R"({"a":"\u12g4"})", "at byte 5: a bad \\u escape"},
             Case{R"({"a":1} x)", "at byte 9: an object or array without end"},
             Case{R"({"a":1}{"b":2})", "at byte 7: text behind the end"},
             Case{"{\"a\":\"\xff\"}", "at byte 6: bytes that are not UTF-8"},
             Case{"{\"a\":\"x\ny\"}", "at byte 7: a control character inside a string"},
             Case{R"({"a":"x})", "a string without end"},
             Case{deep + std::string(70, ']'), "more than 64 levels"},
             Case{"[1,]", ""},
             Case{"{\"a\"}", ""},
         }) {
        auto got = flatten(c.json);
        EXPECT_TRUE(got.starts_with("! invalid JSON at byte ")) << c.json << got;
        EXPECT_NE(got.find(c.error), std::string::npos) << c.json << " " << got;
    }
}

TEST(JsonFlatten, IsReusableAfterAnError) {
    JsonFlattener flattener;
    TextSink sink;
    EXPECT_FALSE(flattener.flatten("{\"a\":[1,", {}, sink));
    sink.text.clear();
    EXPECT_TRUE(flattener.flatten(R"({"a":[1]})", {}, sink));
    EXPECT_EQ(sink.text, "a[0]=1;");
}

TEST(JsonValueFlattener, TakesPartsOfADocument) {
    simdjson::padded_string json(std::string_view(
        R"({"time":"17\u00310.5","event":{"a":{"b":"x"}},"list":[1,{"c":2}],"s":"text","n":4})"));
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    ASSERT_FALSE(parser.iterate(json).get(document));
    JsonValueFlattener flattener;
    TextSink sink;
    std::string_view whole(json.data(), json.size());
    EXPECT_EQ(*flattener.scalar_text(document["time"].value(), whole), "1710.5");
    for (auto* key : {"event", "list", "s", "n"})
        ASSERT_TRUE(flattener.flatten(document[key].value(), whole, {.prefix = "e."}, sink));
    EXPECT_EQ(sink.text, "e.a.b=x;e.[0]=1;e.[1].c=2;e.=text;e.=4;");
}

}  // namespace
}  // namespace logwood::exec
