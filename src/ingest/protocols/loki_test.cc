// Pushes of Loki in both encodings, and the text of labels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/protocols/loki_labels.h"
#include "ingest/protocols/sample_decode_test.h"

namespace logwood::ingest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const ParserRule kRule{.type_must_exist = false};

std::string json_events(std::string body) {
    return events_of(decode_loki, std::move(body), kRule, {.content_type = "application/json"});
}

struct Case {
    std::string body;
    std::string events;
};

TEST(Loki, JsonIsDecoded) {
    const std::vector<Case> cases = {
        {R"({"streams":[]})", ""},
        {R"({"streams":[{"stream":{"app":"a","n":1},"values":[
             ["1570818238000000001","line 1"],
             ["1570818238000000002","line 2",{"trace":"t","x":"y"}]]}]})",
         "1570818238000.1|#app=a|#n=1|#type=none|@rawstring=line 1\n"
         "1570818238000.2|#app=a|#n=1|#type=none|@rawstring=line 2|trace=t|x=y\n"},
        {R"({"streams":[{"values":[["1","tagged"]],"stream":{"type":"own","repo":"r"}}]})",
         "0.1|#kind=x|#type=own|@rawstring=tagged|parsed=own|repo=r\n"},
        {R"({"streams":[{"stream":{"type":"other"},"values":[["1000000",""]]}],"x":1})",
         "1|#type=other|@rawstring=\n"},
        {R"({"streams":[{"labels":"{a=\"b\", c=\"d\"}","entries":[
             {"ts":"2018-12-18T08:28:06.801064-04:00","line":"x"}]}]})",
         "1545136086801.64000|#a=b|#c=d|#type=none|@rawstring=x|@timezone=-04:00\n"},
    };
    for (const auto& c : cases) EXPECT_EQ(json_events(c.body), c.events) << c.body;
}

TEST(Loki, RefusesJsonWithThePath) {
    const std::vector<Case> cases = {
        {"", "error"},
        {"[]", "$: an object is expected"},
        {"{}", "streams are missing"},
        {R"({"streams":{}})", "streams: an array is expected"},
        {R"({"streams":[1]})", "streams[0]"},
        {R"({"streams":[{"stream":[]}]})", "streams[0].stream"},
        {R"({"streams":[{"stream":{"":"x"}}]})", "a label without a name"},
        {R"({"streams":[{"labels":"a"}]})", "streams[0]: labels, character 0"},
        {R"({"streams":[{"values":{}}]})", "streams[0].values: an array is expected"},
        {R"({"streams":[{"values":[{}]}]})", "streams[0].values[0]: an array is expected"},
        {R"({"streams":[{"values":[["1"]]}]})", "streams[0].values[0]: a time and a line"},
        {R"({"streams":[{"values":[["now","x"]]}]})", "no number of nanoseconds"},
        {R"({"streams":[{"values":[["1","x"],["1",2]]}]})", "streams[0].values[1]"},
        {R"({"streams":[{"values":[["1","x",{},1]]}]})", "more than three elements"},
        {R"({"streams":[{"values":[["1","x",1]]}]})", "streams[0].values[0]"},
        {R"({"streams":[{"entries":[{"line":"x"}]}]})", "streams[0].entries[0]: a time"},
        {R"({"streams":[{"entries":[{"ts":"soon","line":"x"}]}]})", "no ISO 8601 time"},
        {R"({"streams":[]}x)", ""},
        {R"({"streams":[})", ""},
    };
    for (const auto& c : cases) {
        auto got = json_events(c.body);
        EXPECT_THAT(got, StartsWith("error: ")) << c.body;
        EXPECT_THAT(got, HasSubstr(c.events)) << c.body;
    }
}

std::string entry(std::uint64_t seconds, std::uint64_t nanos, std::string_view line,
                  std::string_view more = "") {
    auto time = wire_varint(1, seconds) + wire_varint(2, nanos);
    return wire_bytes(2, wire_bytes(1, time) + wire_bytes(2, line) + std::string(more));
}

TEST(Loki, ProtobufIsDecoded) {
    auto pair = wire_bytes(3, wire_bytes(1, "trace") + wire_bytes(2, "t"));
    auto body = wire_bytes(1, entry(1, 2, "one", pair) + wire_bytes(1, R"({app="a"})") +
                                  entry(3, 0, "t\xFFo") + wire_varint(3, 99)) +
                wire_bytes(9, "ignored") + wire_bytes(1, wire_bytes(1, R"({app="b"})"));
    EXPECT_EQ(events_of(decode_loki, body, kRule),
              "1000.2|#app=a|#type=none|trace=t|@rawstring=one\n"
              "3000|#app=a|#type=none|@rawstring=t\xFFo\n");
    EXPECT_EQ(events_of(decode_loki, "", kRule), "");
}

TEST(Loki, RefusesProtobufWithThePlace) {
    auto good = wire_bytes(1, wire_bytes(1, "{}") + entry(1, 0, "x"));
    const std::vector<Case> cases = {
        {good.substr(0, good.size() - 1), "byte 2: the message ends within a field"},
        {good + "\x0A", "byte 18: the message ends within a number"},
        {good + std::string(11, '\xFF'), "byte 17: a number is longer than 64 bits"},
        {good + "\x0B", "groups"},
        {std::string(1, '\0'), "no such field number"},
        {wire_varint(1, 1), "field 1 has the wrong wire type"},
        {wire_bytes(1, wire_bytes(1, "{a}")), "labels, character 2: `=` is expected"},
        {wire_bytes(1, wire_bytes(2, wire_bytes(2, "x"))), "an entry without a time"},
        {wire_bytes(1, entry(1, 1'000'000'000, "x")), "no time between"},
        {wire_bytes(1, entry(1ULL << 62, 0, "x")), "no time between"},
        {wire_bytes(1, entry(1, 0, "x", wire_bytes(3, wire_bytes(2, "v")))), "without a name"},
        {wire_bytes(1, entry(1, 0, "x", wire_bytes(3, wire_bytes(1, "\xFF")))), "in UTF-8"},
    };
    for (const auto& c : cases) {
        auto got = events_of(decode_loki, c.body, kRule);
        EXPECT_THAT(got, StartsWith("error: byte ")) << c.events;
        EXPECT_THAT(got, HasSubstr(c.events));
    }
}

TEST(LokiLabels, AreParsed) {
    const std::vector<Case> cases = {
        {"{}", ""},
        {" { } ", ""},
        {R"({a="b"})", "a=b;"},
        {R"({a="b", c_d = "e f",})", "a=b;c_d=e f;"},
        {R"({a="\"\\\n\t\x41\101\u00e9\U0001F600"})", "a=\"\\\n\tAA\u00e9\U0001F600;"},
        {R"({a=`x\n"y`})", "a=x\\n\"y;"},
        {R"({"a.b"="c"})", "a.b=c;"},
        {R"({a="\xc3\xa9"})", "a=\u00e9;"},
    };
    for (const auto& c : cases) {
        auto labels = parse_loki_labels(c.body);
        ASSERT_TRUE(labels) << c.body << ": " << labels.error().message;
        std::string got;
        for (auto& [name, value] : *labels) got += name + "=" + value + ";";
        EXPECT_EQ(got, c.events) << c.body;
    }
    for (std::string bad :
         {"", "{", "a", "{a}", "{a=}", "{a=b}", R"({a="b)", R"({a="b"c="d"})", R"({="b"})",
          R"({a="\q"})", R"({a="\xff"})", R"({a="\x4"})", R"({a="\400"})", R"({a="\U00110000"})",
          R"({a="b"} x)", R"({,})", "{a=`b}", "{a=\"\xFF\"}", R"({a="\)"})
        EXPECT_FALSE(parse_loki_labels(bad)) << bad;
}

}  // namespace
}  // namespace logwood::ingest
