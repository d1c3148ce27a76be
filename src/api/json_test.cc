#include <gtest/gtest.h>

#include "api/json_writer.h"
#include "api/query_input_json.h"
#include "api/row_json.h"

namespace logwood::api {
namespace {

using search::TimeArgument;

TEST(JsonString, IsValidWhateverTheBytes) {
    struct Case {
        std::string_view text;
        std::string_view json;
    };
    const Case cases[] = {
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"a\"b\\c\n\r\t", R"("a\"b\\c\n\r\t")"},
        {std::string_view("\0\x1F", 2), R"("\u0000\u001f")"},
        {"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80",
         "\"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80\""},
        {"cut \xE2\x82", "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xFFz", "\"\xEF\xBF\xBDz\""},
        // Overlong, surrogate, beyond U+10FFFF.
        {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (auto& [text, json] : cases) {
        std::string out;
        append_json_string(out, text);
        EXPECT_EQ(out, json);
    }
}

TEST(JsonWriter, PutsCommasBetween) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("a", 1);
    json.key("b");
    json.begin_array();
    json.value(true);
    json.null();
    json.begin_object();
    json.end_object();
    json.end_array();
    json.member("c", std::string("x"));
    json.end_object();
    EXPECT_EQ(out, R"({"a":1,"b":[true,null,{}],"c":"x"})");
}

TEST(RowJson, WritesTextsAndTheTimestampAsNumber) {
    exec::ResultRows rows{.fields = {"@timestamp", "_count", "a b"}};
    rows.rows.push_back({.values = {{0, "1585145569394"}, {1, "7"}}});
    rows.rows.push_back({.values = {{2, "\"x\""}, {0, "007"}}});
    rows.rows.push_back({.values = {}});
    RowJson json(rows);
    std::string out;
    for (auto& row : rows.rows) json.append(out, row);
    EXPECT_EQ(out, R"({"@timestamp":1585145569394,"_count":"7"})"
                   R"({"a b":"\"x\"","@timestamp":"007"})"
                   "{}");
}

TEST(QueryInput, ReadsWhatClientsSend) {
    // Keys nobody knows are ignored and null means absent.
    auto input = read_query_input(R"json({
        "queryString":"a=?x | count()", "start":"1585059861694", "end":1585146261694,
        "isLive":false, "timeZoneOffsetMinutes":60, "arguments":{"x":"y","n":5,"z":null,
        "l":["a",1]},
        "showQueryEventDistribution":true, "onPartialResult":null, "repository":null,
        "ingestStart":null, "languageVersion":{"name":"legacy"}, "unknown":[1,{}],
        "dashboardFilter":"host=a", "doneCriteria":{"fractionOfDataScanned":0.5}})json");
    ASSERT_TRUE(input) << input.error().message;
    EXPECT_EQ(input->query_string, "a=?x | count()");
    EXPECT_EQ(input->start, TimeArgument(std::string("1585059861694")));
    EXPECT_EQ(input->end, TimeArgument(std::int64_t{1'585'146'261'694}));
    EXPECT_EQ(input->ingest_start, TimeArgument());
    EXPECT_EQ(input->time_zone_offset_minutes, 60);
    EXPECT_EQ(input->arguments, (std::map<std::string, std::vector<std::string>>{
                                    {"x", {"y"}}, {"n", {"5"}}, {"l", {"a", "1"}}}));
    EXPECT_TRUE(input->show_query_event_distribution);
    EXPECT_EQ(input->dashboard_filter, "host=a");
    ASSERT_TRUE(input->done_criteria);
    EXPECT_EQ(input->done_criteria->fraction_scanned, 0.5);
}

TEST(QueryInput, SaysWhatIsWrong) {
    struct Case {
        std::string_view body;
        std::string_view detail;
    };
    const Case cases[] = {
        {"[]", "an object is expected"},
        {"{}", "queryString: a string is required"},
        {R"({"queryString":null})", "queryString: a string is required"},
        {R"({"queryString":5})", "queryString: a string is expected"},
        {R"({"queryString":"","start":true})", "start: an integer is expected"},
        {R"({"queryString":"","start":1.5})", "start: an integer is expected"},
        {R"({"queryString":"","isLive":"yes"})", "isLive: true or false is expected"},
        {R"({"queryString":"","arguments":[]})", "arguments: an object is expected"},
        {R"({"queryString":"","arguments":{"a":{}}})",
         "arguments.a: a string or a list of strings is expected"},
        {R"({"queryString":"","arguments":{"a":[[]]}})",
         "arguments.a: a string or a list of strings is expected"},
        {R"({"queryString":"","timeZoneOffsetMinutes":99999})",
         "timeZoneOffsetMinutes: more than a day"},
    };
    for (auto& [body, detail] : cases) {
        auto input = read_query_input(body);
        ASSERT_FALSE(input) << body;
        EXPECT_EQ(input.error().code, Code::kInvalidArgument);
        EXPECT_EQ(input.error().message,
                  "The request content was malformed:\n" + std::string(detail));
    }
    for (std::string_view body : {"", "{", "{\"queryString\":\"\"} x", "nul"})
        EXPECT_FALSE(read_query_input(body)) << body;
    EXPECT_FALSE(read_query_input(std::string(100'000, '[')));
}

}  // namespace
}  // namespace logwood::api
