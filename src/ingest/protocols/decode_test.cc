// Bodies through decoder and assembler: requests in, events out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ingest/limits.h"
#include "ingest/protocols/sample_decode_test.h"
#include "ingest/protocols/time_text.h"

namespace logwood::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Case {
    std::string body;
    std::string events;
};

TEST(Structured, IsDecoded) {
    const std::vector<Case> cases = {
        {"[]", ""},
        {R"([{"events":[]}])", ""},
        {R"([{"tags":{"host":"a","#source":"s"},"events":[
             {"timestamp":"2016-06-06T12:00:00+02:00",
             "attributes":{"k":"v","n":{"a":[1,2.50]}}}]}])",
         "1465207200000|#host=a|#source=s|#type=none|k=v|n.a[0]=1|n.a[1]=2.50|"
         R"(@rawstring={"k":"v","n":{"a":[1,2.50]}}|@timezone=+02:00)"
         "\n"},
        {R"([{"events":[{"timestamp":1466105321000,
             "timezone":"Europe/Copenhagen","rawstring":"r"}]}])",
         "1466105321000|#type=none|@rawstring=r|@timezone=Europe/Copenhagen\n"},
        {R"([{"events":[{"timestamp":1,"attributes": {"a" : 1 } , "x":{}}],"tags":{"t":1}}])",
         R"(1|#t=1|#type=none|a=1|@rawstring={"a" : 1 })"
         "\n"},
        {R"([{"events":[
             {"timestamp":0,"attributes":{"a":null,"b":true,"a":"last","":1,"#t":"x"}}]}])",
         R"(0|#type=none|b=true|a=last|t=x|@rawstring={"a":null,"b":true,"a":"last","":1,"#t":"x"})"
         "\n"},
        {R"([{"events":[
             {"timestamp":5,"attributes":{"@timestamp.nanos":"7","@id":"x","@timestamp":9}}]}])",
         R"(5.7|#type=none|@rawstring={"@timestamp.nanos":"7","@id":"x","@timestamp":9})"
         "\n"},
        {R"([{"events":[{"timestamp":0,"rawstring":"\ud800|\u00e9|\ud83d\ude00"}]}])",
         "0|#type=none|@rawstring=\xEF\xBF\xBD|\xC3\xA9|\xF0\x9F\x98\x80\n"},
        {R"([{"events":[{"timestamp":0,"attributes":{"n":1e400,"m":-0},"rawstring":""}]}])",
         "0|#type=none|n=1e400|m=-0|@rawstring=\n"},
    };
    for (const auto& c : cases) EXPECT_EQ(events_of(decode_structured, c.body), c.events) << c.body;
}

TEST(Structured, RefusesWithThePath) {
    const std::vector<Case> cases = {
        {"", "error"},
        {"{}", "$: an array"},
        {"[1]", "[0]: an object"},
        {"[{}]", "[0]: events are missing"},
        {R"([{"events":{}}])", "[0].events"},
        {R"([{"events":[{}]}])", "[0].events[0]: the timestamp is missing"},
        {R"([{"events":[{"timestamp":null}]}])", "[0].events[0].timestamp"},
        {R"([{"events":[{"timestamp":"yesterday"}]}])", "[0].events[0].timestamp"},
        {R"([{"events":[{"timestamp":"2016-02-30T00:00:00Z"}]}])", "[0].events[0].timestamp"},
        {R"([{"events":[{"timestamp":"2016-01-01T00:00:00"}]}])", "[0].events[0].timestamp"},
        {R"([{"events":[{"timestamp":99999999999999999999}]}])", "[0].events[0].timestamp"},
        {R"([{"events":[{"timestamp":9223372036855}]}])", "[0].events[0].timestamp"},
        {R"([{"events":[{"timestamp":1,"attributes":[]}]}])", "[0].events[0].attributes"},
        {R"([{"events":[{"timestamp":1,"attributes":"x"}]}])", "[0].events[0].attributes"},
        {R"([{"events":[{"timestamp":1,"rawstring":1}]}])", "[0].events[0].rawstring"},
        {R"([{"events":[{"timestamp":1},{"timestamp":true}]}])", "[0].events[1].timestamp"},
        {R"([{"tags":[],"events":[]}])", "[0].tags"},
        {R"([{"tags":{"a":{}},"events":[]}])", "[0].tags"},
        {R"([{"tags":{"":"x"},"events":[]}])", "a tag without a name"},
        {R"([{"events":[],"x":[1 2]}])", ""},
        {R"([{"events":[],"x":nul}])", ""},
        {R"([{"events":[]}]x)", ""},
        {R"([{"events":[]}][])", ""},
        {R"([{"events":[]},])", ""},
        {R"([{"events":[]})", ""},
        {"[{\"events\":[],\"x\":\"\xff\"}]", ""},
        {"[{\"events\":[],\"x\":\"a\nb\"}]", ""},
        {R"([{"events":[{"timestamp":1,"attributes":)" + std::string(70, '[') +
             std::string(70, ']') + "}]}]",
         ""},
        {R"([{"events":[{"timestamp":1,"attributes":{"a":01}}]}])", "attributes"},
        {R"([{"events":[{"timestamp":1,"attributes":{"a":NaN}}]}])", "attributes"},
    };
    for (const auto& c : cases) {
        auto got = events_of(decode_structured, c.body);
        EXPECT_THAT(got, testing::StartsWith("error: ")) << c.body;
        EXPECT_THAT(got, HasSubstr(c.events)) << c.body;
    }
}

TEST(Unstructured, IsDecodedAndParsed) {
    const std::vector<Case> cases = {
        {"[]", ""},
        {R"([{"type":"none","messages":["a","b\n\"c\""],"tags":{"t":"v"}}])",
         "now|#t=v|#type=none|@rawstring=a\nnow|#t=v|#type=none|@rawstring=b\n\"c\"\n"},
        {R"([{"messages":["x"],"fields":{"@session":"s","n":1,"o":{"p":2}}}])",
         "now|#type=kv|@rawstring=x|parsed=kv|@session=s|n=1|o.p=2\n"},
        {R"([{"type":"own","messages":["x","drop","tagged","named","timed"]}])",
         "now|#field_of_tag=y|#type=own|@rawstring=named|parsed=own\n"
         "now|#kind=x|#type=own|@rawstring=tagged|parsed=own\n"
         "now|#type=own|@rawstring=x|parsed=own\n1000|#type=own|@rawstring=timed|parsed=own\n"},
        {R"([{"type":"own","messages":["explode"]}])",
         "now|#error=true|#type=own|@rawstring=explode|@error=true|@error_msg=out of memory|"
         "@event_parsed=false\n"},
        {R"([{"type":"nobody","messages":["x"]}])",
         "now|#error=true|#type=nobody|@rawstring=x|@error=true|"
         "@error_msg=parser nobody does not exist|@event_parsed=false\n"},
        {R"([{"type":"bad","messages":["x"]}])",
         "now|#error=true|#type=bad|@rawstring=x|@error=true|"
         "@error_msg=parser bad does not compile: no such function|@event_parsed=false\n"},
        {R"([{"type":"json","messages":[
             "{\"a\":{\"b\":1},\"@timestamp\":\"2020-01-01T00:00:00.5Z\"}"]}])",
         R"(1577836800500|#type=json|@rawstring=)"
         R"({"a":{"b":1},"@timestamp":"2020-01-01T00:00:00.5Z"}|a.b=1)"
         "\n"},
        {R"([{"type":"json","messages":["{\"ts\":1577836800.25}","{\"x\":"]}])",
         "now|#error=true|#type=json|@rawstring={\"x\":|@error=true|@error_msg=*|@event_parsed="
         "false\n"
         R"(1577836800250|#type=json|@rawstring={"ts":1577836800.25}|ts=1577836800.25)"
         "\n"},
    };
    ParserRule rule{.fallback = "kv"};
    for (const auto& c : cases) {
        auto got = events_of(decode_unstructured, c.body, rule);
        if (auto star = c.events.find('*'); star != std::string::npos) {
            EXPECT_THAT(got, testing::AllOf(testing::StartsWith(c.events.substr(0, star)),
                                            testing::EndsWith(c.events.substr(star + 1))));
            continue;
        }
        EXPECT_EQ(got, c.events) << c.body;
    }
    for (std::string bad :
         {R"([{}])", R"([{"messages":"x"}])", R"([{"messages":[1]}])", R"([{"messages":[null]}])",
          R"([{"type":1,"messages":[]}])", R"([{"messages":[],"fields":[]}])",
          R"([{"messages":["x"]}]])", R"([{"iessages":["{\"@t"2020\0"Z}"]m])"})
        EXPECT_THAT(events_of(decode_unstructured, bad, rule), testing::StartsWith("error")) << bad;
}

TEST(Unstructured, TheTokensParserWins) {
    ParserRule rule{.of_token = "own", .fallback = "kv"};
    EXPECT_EQ(events_of(decode_unstructured, R"([{"type":"json","messages":["x"]}])", rule),
              "now|#type=own|@rawstring=x|parsed=own\n");
}

TEST(Json, IsDecoded) {
    const std::vector<Case> cases = {
        {R"( {"a":1} )", "now|#type=none|@rawstring={\"a\":1}|a=1\n"},
        {R"([{"a":{"b":[true]}}, {"c" : "d"} ])",
         "now|#type=none|a.b[0]=true|@rawstring={\"a\":{\"b\":[true]}}\n"
         "now|#type=none|c=d|@rawstring={\"c\" : \"d\"}\n"},
        {"{\"a\":\"}{\\\"\"}\r\n\n{\"b\":2}\n",
         "now|#type=none|@rawstring={\"a\":\"}{\\\"\"}|a=}{\"\nnow|#type=none|@rawstring={\"b\":2}|"
         "b=2\n"},
        {"[]", ""},
        {"{}", "now|#type=none|@rawstring={}\n"},
    };
    for (const auto& c : cases) EXPECT_EQ(events_of(decode_json, c.body), c.events) << c.body;
    for (std::string bad : {"", "  ", "1", "\"x\"", "[1]", "{\"a\":1}{\"b\":2}", "{\"a\":1} x", "{",
                            "{\"a\"}", "{\"a\":1,}", "{a:1}", "[{}", "{\"a\":\"", "\xEF\xBB\xBF{}"})
        EXPECT_THAT(events_of(decode_json, bad), testing::StartsWith("error")) << bad;
}

TEST(Hec, EventsAreDecoded) {
    const std::vector<Case> cases = {
        {R"({"time":1537537729.5,"event":"text",
             "source":"/s","sourcetype":"x","host":"h","fields":{"#env":"p","f":1}})",
         "1537537729500|#env=p|#type=x|@rawstring=text|@source=/s|@host=h|f=1\n"},
        {R"({"event":{"m":"x","h":{"i":1}}}{"event":7} {"event":[1, 2]})",
         "now|#type=none|m=x|h.i=1|@rawstring={\"m\":\"x\",\"h\":{\"i\":1}}\n"
         "now|#type=none|@rawstring=7\nnow|#type=none|@rawstring=[1, 2]\n"},
        {R"({"time":"1795309970.951","event":"e","index":"repo","timezone":"CET"})",
         "1795309970951|#type=none|@rawstring=e|@timezone=CET\n"},
        {R"({"time":1,"event":{"@timestamp.nanos":123456}})",
         "1000.123456|#type=none|@rawstring={\"@timestamp.nanos\":123456}\n"},
        {R"({"event":"x","sourcetype":"own"})", "now|#type=own|@rawstring=x|parsed=own\n"},
        {"", "error: No data"},
        {" \n", "error: No data"},
        {R"({"event":"x","index":"other"})", "error: event 0: Incorrect index"},
    };
    ParserRule rule{.type_must_exist = false};
    for (const auto& c : cases)
        EXPECT_EQ(events_of(decode_hec_event, c.body, rule), c.events) << c.body;
    for (std::string bad :
         {R"([{"event":"x"}])", R"({"event":"x"}x)", R"({"event":"x")", R"({"time":"soon"})",
          R"({"time":{}})", R"({"fields":[]})", R"({"sourcetype":1})", R"({"time":1e30})"})
        EXPECT_THAT(events_of(decode_hec_event, bad, rule), HasSubstr("event ")) << bad;
}

TEST(Hec, RawIsCutToLines) {
    Incoming more{.query = {{"host", "h"}, {"sourcetype", "s"}}, .channel = "c"};
    EXPECT_EQ(
        events_of(decode_hec_raw, "a\r\n\r\nb\rc\nd", {.type_must_exist = false}, more),
        "now|#type=s|@rawstring=a|@host=h|channel=c\nnow|#type=s|@rawstring=b|@host=h|channel=c\n"
        "now|#type=s|@rawstring=c|@host=h|channel=c\nnow|#type=s|@rawstring=d|@host=h|channel=c\n");
    EXPECT_EQ(events_of(decode_hec_raw, "\n\r\n"), "error: No data");
    EXPECT_EQ(events_of(decode_raw, "a\nb"), "now|#type=none|@rawstring=a\nb\n");
}

TEST(Rules, LargeEventsAreCut) {
    auto large = decode(decode_raw, std::string(kEventBytesMax + 1, 'x'));
    auto& events = (*large)[0].events;
    EXPECT_EQ(events.value_of(0, "@rawstring").size(), kEventBytesMax);
    EXPECT_TRUE(events.value_of(0, "@rawstring").ends_with("x..."));
    auto whole = decode(decode_raw, std::string(kEventBytesMax, 'x'));
    EXPECT_TRUE((*whole)[0].events.value_of(0, "@rawstring").ends_with("xx"));
    auto fields = decode(decode_structured,
                         R"([{"events":[{"timestamp":1,"rawstring":"r","attributes":{"a":")" +
                             std::string(kEventBytesMax, 'x') + R"("}}]}])");
    EXPECT_EQ(render((*fields)[0]), "1|#type=none|@rawstring=r\n");
}

TEST(Rules, ManyFieldsAreCut) {
    std::string body = R"([{"events":[{"timestamp":1,"rawstring":"r","attributes":{)";
    for (int i = 0; i < 9'000; ++i) body += "\"f" + std::to_string(100'000 - i) + "\":1,";
    body.back() = '}';
    auto batches = decode(decode_structured, body + "}]}]");
    auto& events = (*batches)[0].events;
    EXPECT_EQ(events.shape(0).size(), kEventFieldsMax + 1);  // and @timezone
    EXPECT_EQ(events.value_of(0, "@rawstring"), "r");
    EXPECT_TRUE(model::is_missing(events.value_of(0, "f99999")));
    EXPECT_FALSE(model::is_missing(events.value_of(0, "f91001")));
}

TEST(Rules, TooManyTagSetsAreRefused) {
    std::string body;
    for (std::size_t i = 0; i <= kTagSetsPerRequestMax; ++i)
        body += R"({"event":"x","fields":{"#t":")" + std::to_string(i) + R"("}})";
    EXPECT_THAT(events_of(decode_hec_event, body), HasSubstr("too many combinations of tags"));
}

TEST(Rules, BatchesStayNearTheirAim) {
    std::string body = R"([{"type":"none","messages":[)";
    for (int i = 0; i < 5'000; ++i) body += '"' + std::string(1'000, 'x') + "\",";
    body.back() = ']';
    auto batches = *decode(decode_unstructured, body + "}]");
    ASSERT_EQ(batches.size(), 5U);
    for (const auto& batch : batches) EXPECT_LT(batch.events.raw_bytes(), kBatchBytesAimed + 2'000);
}

TEST(Rules, UnlikeEventsGoToSmallBatches) {
    std::string body;
    for (int i = 0; i < 3'000; ++i) body += "{\"k" + std::to_string(i) + "\":1}\n";
    auto batches = *decode(decode_json, body);
    ASSERT_EQ(batches.size(), 3U);
    EXPECT_EQ(batches[0].events.rows(), kBatchShapesMax);
}

TEST(TimeText, IsRead) {
    struct TimeCase {
        std::string text;
        std::int64_t ns;
        std::string zone;
    };
    const TimeCase good[] = {
        {"1970-01-01T00:00:00Z", 0, "Z"},
        {"2016-06-06 12:00:00.123456789+02:00", 1465207200123456789, "+02:00"},
        {"2016-06-06T12:00:00+0200", 1465207200000000000, "+0200"},
        {"1465207200", 1465207200000000000, "Z"},
        {"1465207200123", 1465207200123000000, "Z"},
        {"1465207200.5", 1465207200500000000, "Z"},
        {"1465207200123456789", 1465207200123456789, "Z"},
    };
    for (const auto& c : good) {
        auto time = guess_time(c.text);
        ASSERT_TRUE(time) << c.text;
        EXPECT_EQ(time->ns, c.ns) << c.text;
        EXPECT_EQ(time->timezone, c.zone) << c.text;
    }
    for (std::string bad :
         {"", "Z", "2016-06-06", "2016-13-06T12:00:00Z", "2016-06-06T12:00:00",
          "2016-06-06T12:00:00.Z", "2016-06-06T12:00:00+99:00", "123", "9999-01-01T00:00:00Z",
          "0000-01-01T00:00:00Z", "1465207200.", "1465207200x"})
        EXPECT_FALSE(guess_time(bad)) << bad;
    EXPECT_EQ(parse_epoch_time("-1.5", 1'000'000'000), -1'500'000'000);
    EXPECT_EQ(parse_epoch_time("9223372036", 1'000'000'000), 9223372036000000000);
    EXPECT_FALSE(parse_epoch_time("9223372037", 1'000'000'000));
    EXPECT_FALSE(parse_epoch_time("1e9", 1'000'000'000));
}

}  // namespace
}  // namespace logwood::ingest
