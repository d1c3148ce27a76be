// Bodies of the bulk protocol: events and items of the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/limits.h"
#include "ingest/protocols/sample_decode_test.h"

namespace logwood::ingest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const ParserRule kRule{.fallback = "kv"};

struct Case {
    std::string documents;
    std::string events;
};

TEST(ElasticBulk, DocumentsBecomeEvents) {
    const std::vector<Case> cases = {
        {R"({"message":"k=v","host":{"name":"h3"},"agent":{"hostname":"h2"},"n":1})",
         "now|#type=kv|@rawstring=k=v|parsed=kv\n"},
        {R"({"message":"x","@type":"none","host":{"name":"h3"},"agent":{"hostname":"h2"}})",
         "now|#type=none|message=x|@type=none|host.name=h3|agent.hostname=h2|@rawstring=x|"
         "@host=h2\n"},
        {R"({"message":"x","@type":"none","host":{"name":"h3"},"beat":{"hostname":"h1"},)"
         R"("log":{"file":{"path":"/p"}},"source":"/s"})",
         "now|#type=none|message=x|@type=none|host.name=h3|beat.hostname=h1|log.file.path=/p|"
         "source=/s|@rawstring=x|@host=h1|@source=/s\n"},
        {R"({"fields":{"type":"own"},"message":"tagged"})",
         "now|#kind=x|#type=own|@rawstring=tagged|parsed=own\n"},
        {R"({"fields":{"type":"nobody"},"message":"x"})",
         "now|#error=true|#type=nobody|fields.type=nobody|message=x|@rawstring=x|@error=true|"
         "@error_msg=parser nobody does not exist|@event_parsed=false\n"},
        {R"({"type":"own","x":1})",
         "now|#type=none|type=own|x=1|@rawstring={\"type\":\"own\",\"x\":1}\n"},
        {"{}", "now|#type=none|@rawstring={}\n"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(events_of(decode_elastic_bulk, "{\"index\":{}}\n" + c.documents + "\n", kRule),
                  c.events);
}

TEST(ElasticBulk, TheTimeIsTheDocuments) {
    auto got = events_of(decode_elastic_bulk,
                         "{\"index\":{}}\n{\"@timestamp\":\"2020-01-01T00:00:00.123456+01:00\"}\n");
    EXPECT_THAT(got, StartsWith("1577833200123.456000|#type=none|@rawstring="));
    EXPECT_THAT(got, testing::EndsWith("|@timezone=+01:00\n"));
    EXPECT_THAT(events_of(decode_elastic_bulk,
                          "{\"index\":{}}\n{\"@timestamp\":1577836800000}\n{\"index\":{}}\n"
                          "{\"@timestamp\":\"soon\"}\n"),
                testing::AllOf(StartsWith("1577836800000|"), HasSubstr("\nnow|")));
}

TEST(ElasticBulk, DocumentsNameTheirTags) {
    auto got = events_of(
        decode_elastic_bulk,
        "{\"index\":{}}\n"
        R"({"@tags":["env","#a","type","repo"],"env":"p","#a":"q","type":"t","repo":"r"})");
    EXPECT_THAT(got, StartsWith("now|#a=q|#env=p|#type=none|type=t|repo=r|@rawstring={"));
    std::string many = R"({"@tags":["t0")";
    for (std::size_t i = 1; i <= kDocumentTagsMax; ++i) many += R"(,"t)" + std::to_string(i) + '"';
    EXPECT_THAT(answer_to(decode_elastic_bulk, "{\"index\":{}}\n" + many + "]}\n"),
                HasSubstr("too many fields for tags"));
}

TEST(ElasticBulk, AnswersEachItem) {
    const std::vector<Case> cases = {
        {R"({"index":{}})"
         "\n{}\n",
         R"("errors":false,"items":[{"index":{"_version":1,"result":"created","status":201}}]})"},
        {R"({"create":{"_index":"a\"b","_type":"_doc","_id":7,"pipeline":null,"x":{}}})"
         "\r\n{}\r\n\n"
         R"({"index":null,"attempts":0})"
         "\n{}",
         R"("errors":false,"items":[{"create":{"_index":"a\"b","_type":"_doc","_id":"7",)"
         R"("_version":1,"result":"created","status":201}},)"
         R"({"index":{"_version":1,"result":"created","status":201}}]})"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(answer_to(decode_elastic_bulk, c.documents), c.events) << c.documents;
}

TEST(ElasticBulk, TellsBadDocumentsAndTakesTheOthers) {
    const std::string good = "{\"create\":{}}\n{\"message\":\"x\",\"@type\":\"none\"}\n";
    const std::string bad_documents[] = {
        "nonsense",
        "",
        "[1]",
        "{\"a\":}",
        "{\"a\":1}}",
        "{\"a\":\"\xFF\"}",
        "\"x\"",
        "{\"a\":1} x",
        "{\"a\":" + std::string(70, '[') + std::string(70, ']') + "}"};
    for (const auto& bad : bad_documents) {
        auto body = good + "{\"index\":{\"_index\":\"i\"}}\n" + bad + "\n" + good;
        EXPECT_EQ(events_of(decode_elastic_bulk, body),
                  "now|#type=none|message=x|@type=none|@rawstring=x\n"
                  "now|#type=none|message=x|@type=none|@rawstring=x\n")
            << bad;
        auto answer = answer_to(decode_elastic_bulk, body);
        EXPECT_THAT(answer, StartsWith(R"("errors":true,"items":[{"create":{"_version":1,)"))
            << bad;
        EXPECT_THAT(answer, HasSubstr(R"(,{"index":{"_index":"i","status":400,"error":{)"
                                      R"("type":"document_parsing_exception","reason":"line 4: )"))
            << bad;
        EXPECT_THAT(answer, testing::EndsWith(R"("status":201}}]})")) << bad;
    }
}

TEST(ElasticBulk, RefusesWhatIsNoBulk) {
    const std::string good = "{\"index\":{}}\n{}\n";
    const std::vector<Case> cases = {
        {"", "no action"},
        {"\n\n", "no action"},
        {"{}\n{}\n", "line 1: $: an action is expected"},
        {good + "nonsense\n{}\n", "line 3"},
        {good + "{\"index\":{}}\n", "line 3: the action has no document"},
        {good + "{\"index\":{}}", "line 3: the action has no document"},
        {good + "{\"index\":[]}\n{}\n", "line 3: index: an object is expected"},
        {good + "{\"index\":{\"_id\":{}}}\n{}\n", "line 3: _id"},
        {good + "{\"index\":{}}x\n{}\n", "line 3"},
        {good + "{\"update\":{\"_id\":\"1\"}}\n{}\n",
         "line 3: Humio can only handle index actions for the elastic search api."},
        {good + "{\"delete\":{}}\n", "Humio can only handle index actions"},
    };
    for (const auto& c : cases) {
        auto got = events_of(decode_elastic_bulk, c.documents);
        EXPECT_THAT(got, StartsWith("error: ")) << c.documents;
        EXPECT_THAT(got, HasSubstr(c.events)) << c.documents;
    }
}

}  // namespace
}  // namespace logwood::ingest
