// Exports of OpenTelemetry in both encodings: events, answers, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/limits.h"
#include "ingest/protocols/sample_decode_test.h"

namespace logwood::ingest {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kTime = 1'544'712'660'300'000'001;

std::string any(std::string_view text) { return wire_bytes(1, text); }
std::string attribute(std::uint32_t number, std::string_view key, const std::string& value) {
    return wire_bytes(number, wire_bytes(1, key) + wire_bytes(2, value));
}
/// A request of one resource, one scope and these items (logs, spans or metrics).
std::string request(const std::string& items) {
    auto resource = wire_bytes(1, attribute(1, "service.name", any("shop")));
    auto scope = wire_bytes(1, wire_bytes(1, "lib") + wire_bytes(2, "1.0"));
    return wire_bytes(1, resource + wire_bytes(2, scope + items));
}
std::string log_record(const std::string& fields) { return wire_bytes(2, fields); }
std::string events(const std::string& body) { return events_of(decode_otlp_logs, body); }

const Incoming kJson{.content_type = "application/json; charset=utf-8"};
std::string json_events(const std::string& body) {
    return events_of(decode_otlp_logs, body, {}, kJson);
}

constexpr const char* kContext =
    R"({"resource":{"attributes":{"service.name":"shop"}},"scope":{"name":"lib","version":"1.0"},)";
constexpr const char* kContextFields =
    "|#type=none|resource.attributes.service.name=shop|scope.name=lib|scope.version=1.0|";

TEST(Otlp, LogRecordsBecomeEvents) {
    auto record = wire_fixed64(1, kTime) + wire_fixed64(11, kTime + 5) + wire_varint(2, 9) +
                  wire_bytes(3, "INFO") + wire_bytes(5, any("hello")) +
                  attribute(6, "http.code", wire_varint(3, 200)) +
                  attribute(6, "user", any("a\"b")) + wire_bytes(9, std::string(16, '\xAB')) +
                  wire_bytes(10, std::string(8, '\x01')) + wire_varint(99, 1);
    const std::string trace = "abababababababababababababababab";
    EXPECT_EQ(
        events(request(log_record(record))),
        "1544712660300.1" + std::string(kContextFields) +
            "timeUnixNano=1544712660300000001|observedTimeUnixNano=1544712660300000006|"
            "severityNumber=9|severityText=INFO|body=hello|attributes.http.code=200|"
            "attributes.user=a\"b|traceId=" +
            trace + "|spanId=0101010101010101|@rawstring=" + kContext +
            R"("timeUnixNano":"1544712660300000001","observedTimeUnixNano":"1544712660300000006",)"
            R"("severityNumber":9,"severityText":"INFO","body":"hello",)"
            R"("attributes":{"http.code":200,"user":"a\"b"},"traceId":")" +
            trace + R"(","spanId":"0101010101010101"})" + "\n");
}

TEST(Otlp, TimesFallBack) {
    auto first = [](const std::string& record) {
        auto got = events(request(log_record(record)));
        return got.substr(0, got.find('|'));
    };
    EXPECT_EQ(first(wire_fixed64(1, 0) + wire_fixed64(11, 2'000'000)), "2");
    EXPECT_EQ(first(wire_fixed64(11, 2'000'000)), "2");
    EXPECT_EQ(first(""), "now");
}

TEST(Otlp, BodiesOfAllKinds) {
    struct Case {
        std::string value;
        std::string raw;
        std::string fields;
    };
    auto list = [](const std::string& values) { return wire_bytes(5, values); };
    const std::vector<Case> cases = {
        {any(""), R"("")", "body="},
        {wire_varint(2, 1), "true", "body=true"},
        {wire_varint(2, 0), "false", "body=false"},
        {wire_varint(3, static_cast<std::uint64_t>(-7)), "-7", "body=-7"},
        {wire_varint(3, 0), "0", "body=0"},
        {wire_double(4, 0.1), "0.1", "body=0.1"},
        {wire_double(4, 1e300), "1e+300", "body=1e+300"},
        {wire_double(4, std::numeric_limits<double>::infinity()), R"("Infinity")", "body=Infinity"},
        {wire_bytes(7, "\x01\xFF"), R"("Af8=")", "body=Af8="},
        {list(wire_bytes(1, any("a")) + wire_bytes(1, list(wire_bytes(1, wire_varint(3, 1))))),
         R"(["a",[1]])", "body[0]=a|body[1][0]=1"},
        {wire_bytes(6, attribute(1, "k", any("v")) + attribute(1, "e", "")),
         R"({"k":"v","e":null})", "body.k=v"},
        {any("x") + wire_varint(3, 5), "5", "body=5"},
        {any("t\xFFo"), "\"t\xEF\xBF\xBDo\"", "body=t\xEF\xBF\xBDo"},
        {list(""), "[]", ""},
        {"", "null", ""},
    };
    for (const auto& c : cases) {
        auto got = events(request(log_record(wire_bytes(5, c.value))));
        auto raw = std::string(kContext) + R"("body":)" + c.raw + "}";
        EXPECT_EQ(got, "now" + std::string(kContextFields) + c.fields +
                           (c.fields.empty() ? "" : "|") + "@rawstring=" + raw + "\n");
    }
}

TEST(Otlp, ContextsMayBeMissingOrStandBehind) {
    auto record = log_record(wire_bytes(5, any("x")));
    auto bare = wire_bytes(1, wire_bytes(2, record + record));
    EXPECT_EQ(events(bare),
              "now|#type=none|body=x|@rawstring={\"body\":\"x\"}\n"
              "now|#type=none|body=x|@rawstring={\"body\":\"x\"}\n");
    auto behind =
        wire_bytes(1, wire_bytes(2, log_record("")) + wire_bytes(1, attribute(1, "k", any("v"))));
    EXPECT_EQ(events(behind),
              "now|#type=none|resource.attributes.k=v|@rawstring="
              R"({"resource":{"attributes":{"k":"v"}}})"
              "\n");
    EXPECT_EQ(events(wire_bytes(1, wire_bytes(2, log_record("")))),
              "now|#type=none|@rawstring={}\n");
    EXPECT_EQ(events(""), "");
}

TEST(Otlp, SpansBecomeEvents) {
    auto span = wire_bytes(1, std::string(16, '\x0A')) + wire_bytes(2, std::string(8, '\x0B')) +
                wire_bytes(4, "") + wire_bytes(5, "GET /") + wire_varint(6, 2) +
                wire_fixed64(7, 1'000'000) + wire_fixed64(8, 3'000'000) +
                wire_bytes(11, wire_fixed64(1, 2) + wire_bytes(2, "e1")) +
                wire_bytes(11, wire_bytes(2, "e2")) + wire_bytes(13, wire_bytes(3, "s")) +
                wire_bytes(15, wire_bytes(2, "bad") + wire_varint(3, 2));
    EXPECT_EQ(events_of(decode_otlp_traces, request(wire_bytes(2, span))),
              "1" + std::string(kContextFields) +
                  "traceId=0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a|spanId=0b0b0b0b0b0b0b0b|name=GET /|"
                  "kind=2|startTimeUnixNano=1000000|endTimeUnixNano=3000000|"
                  "events[0].timeUnixNano=2|events[0].name=e1|events[1].name=e2|"
                  "links[0].traceState=s|status.message=bad|status.code=2|@rawstring=" +
                  kContext +
                  R"("traceId":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","spanId":"0b0b0b0b0b0b0b0b",)"
                  R"("name":"GET /","kind":2,"startTimeUnixNano":"1000000",)"
                  R"("endTimeUnixNano":"3000000",)"
                  R"("events":[{"timeUnixNano":"2","name":"e1"},{"name":"e2"}],)"
                  R"("links":[{"traceState":"s"}],"status":{"message":"bad","code":2}})"
                  "\n");
}

TEST(Otlp, DataPointsBecomeEvents) {
    auto metric = [](std::uint32_t kind, const std::string& data) {
        return request(
            wire_bytes(2, wire_bytes(1, "m") + wire_bytes(3, "By") + wire_bytes(kind, data)));
    };
    auto rows = [](const std::string& body) {
        auto got = events_of(decode_otlp_metrics, body);
        std::string out;  // without the raw strings
        for (std::size_t at = 0; at < got.size(); at = got.find('\n', at) + 1)
            out += got.substr(at, got.find("|@rawstring", at) - at) + "\n";
        return out;
    };
    auto about = std::string(kContextFields) + "metric.name=m|metric.unit=By|metric.type=";
    auto time = wire_fixed64(3, 5'000'000);
    EXPECT_EQ(rows(metric(5, wire_bytes(1, time + wire_double(4, 0)) +
                                 wire_bytes(1, time + wire_fixed64(6, 7)))),
              "5" + about + "gauge|timeUnixNano=5000000|asDouble=0\n" + "5" + about +
                  "gauge|timeUnixNano=5000000|asInt=7\n");
    EXPECT_EQ(rows(metric(7, wire_bytes(1, attribute(7, "k", any("v"))) + wire_varint(2, 2) +
                                 wire_varint(3, 1))),
              "now" + about +
                  "sum|metric.aggregationTemporality=2|metric.isMonotonic=true|attributes.k=v\n");
    std::string counts;
    ByteWriter(counts).put(std::uint64_t{3});
    ByteWriter(counts).put(std::uint64_t{0});
    std::string bounds;
    ByteWriter(bounds).put(std::bit_cast<std::uint64_t>(0.5));
    EXPECT_EQ(rows(metric(9, wire_bytes(1, time + wire_fixed64(4, 3) + wire_bytes(6, counts) +
                                               wire_bytes(7, bounds) + wire_fixed64(6, 9)))),
              "5" + about +
                  "histogram|timeUnixNano=5000000|count=3|bucketCounts[0]=3|bucketCounts[1]=0|"
                  "bucketCounts[2]=9|explicitBounds[0]=0.5\n");
    auto buckets = wire_varint(1, 3) + wire_bytes(2, std::string("\x01\x00\x80\x01", 4));
    EXPECT_EQ(rows(metric(10, wire_bytes(1, time + wire_varint(6, 1) + wire_bytes(8, buckets)))),
              "5" + about +
                  "exponentialHistogram|timeUnixNano=5000000|scale=-1|positive.offset=-2|"
                  "positive.bucketCounts[0]=1|positive.bucketCounts[1]=0|"
                  "positive.bucketCounts[2]=128\n");
    auto quantile = wire_bytes(6, wire_double(1, 0.5) + wire_double(2, 4));
    EXPECT_EQ(rows(metric(11, wire_bytes(1, time + wire_fixed64(4, 1) + quantile))),
              "5" + about +
                  "summary|timeUnixNano=5000000|count=1|quantileValues[0].quantile=0.5|"
                  "quantileValues[0].value=4\n");
    EXPECT_EQ(rows(request(wire_bytes(2, wire_bytes(1, "without points")))), "");
}

TEST(Otlp, JsonMeansTheSame) {
    const std::string body = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[
        {"timeUnixNano":"1544712660300000001","observed_time_unix_nano":1544712660300000002,
         "severityNumber":9,"severityText":"INFO","flags":1,"droppedAttributesCount":0,
         "body":{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[
            {"intValue":"-5"},{"intValue":6},{"doubleValue":0.5},{"doubleValue":"NaN"},
            {"boolValue":false},{"bytesValue":"Af8="},{"stringValue":"\u00e9"},{}]}}}]}},
         "attributes":[{"key":"k","value":{"stringValue":"v"}}],"unknown":[{}],
         "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"","eventName":null}],
        "scope":{"name":"lib","version":"1.0"},"schemaUrl":"u"}],
        "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]}}]})";
    EXPECT_EQ(json_events(body),
              "1544712660300.1" + std::string(kContextFields) +
                  "timeUnixNano=1544712660300000001|observedTimeUnixNano=1544712660300000002|"
                  "severityNumber=9|severityText=INFO|body.a[0]=-5|body.a[1]=6|body.a[2]=0.5|"
                  "body.a[3]=NaN|body.a[4]=false|body.a[5]=Af8=|body.a[6]=\u00e9|attributes.k=v|"
                  "flags=1|traceId=5b8efff798038103d269b633813fc60c|@rawstring=" +
                  kContext +
                  R"("timeUnixNano":"1544712660300000001",)"
                  R"("observedTimeUnixNano":"1544712660300000002","severityNumber":9,)"
                  R"("severityText":"INFO","body":{"a":[-5,6,0.5,"NaN",false,"Af8=","é",null]},)"
                  R"("attributes":{"k":"v"},"flags":1,)"
                  R"("traceId":"5b8efff798038103d269b633813fc60c"})"
                  "\n");
    EXPECT_EQ(json_events("{}"), "");
    EXPECT_EQ(events_of(decode_otlp_metrics,
                        R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m",
                        "exponentialHistogram":{"dataPoints":[{"scale":-3,"count":"4",
                        "positive":{"offset":1,"bucketCounts":["1",2]}}]}}]}]}]})",
                        {}, kJson),
              "now|#type=none|metric.name=m|metric.type=exponentialHistogram|count=4|scale=-3|"
              "positive.offset=1|positive.bucketCounts[0]=1|positive.bucketCounts[1]=2|@rawstring="
              R"({"metric":{"name":"m","type":"exponentialHistogram"},"count":"4","scale":-3,)"
              R"("positive":{"offset":1,"bucketCounts":[1,2]}})"
              "\n");
}

TEST(Otlp, RefusesJsonWithThePath) {
    auto record = [](const std::string& fields) {
        return R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{)" + fields + "}]}]}]}";
    };
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += R"({"arrayValue":{"values":[)";
    struct Case {
        std::string body;
        std::string error;
    };
    const std::vector<Case> cases = {
        {"", ""},
        {"[]", "$: an object is expected"},
        {R"({"resourceLogs":{}})", "resourceLogs: an array is expected"},
        {R"({"resourceLogs":[1]})", "resourceLogs: an object is expected"},
        {record(R"("timeUnixNano":"soon")"), "timeUnixNano: no such number (near byte "},
        {record(R"("timeUnixNano":-1)"), "timeUnixNano: no such number"},
        {record(R"("timeUnixNano":18446744073709551616)"), "timeUnixNano: no such number"},
        {record(R"("severityNumber":"INFO")"), "severityNumber: no such number"},
        {record(R"("severityText":1)"), "severityText: a string is expected"},
        {record(R"("traceId":"xyz")"), "traceId: no hex digits"},
        {record(R"("body":"text")"), "body: an object is expected"},
        {record(R"("body":{"bytesValue":"%"})"), "bytesValue: no base64"},
        {record(R"("body":{"boolValue":1})"), "boolValue: no such number"},
        {record(R"("attributes":{})"), "attributes: an array is expected"},
        {record(R"("body":)" + deep), "values are nested too deeply"},
        {record("") + "x", ""},
        {record(R"("a":nul)"), ""},
    };
    for (const auto& c : cases) {
        auto got = json_events(c.body);
        EXPECT_THAT(got, StartsWith("error: ")) << c.body;
        EXPECT_THAT(got, HasSubstr(c.error)) << c.body;
    }
}

TEST(Otlp, RefusesDamageWithThePlace) {
    auto good = request(log_record(wire_bytes(5, any("x"))));
    for (std::size_t cut = 1; cut < good.size(); ++cut)
        EXPECT_THAT(events(good.substr(0, cut)), StartsWith("error: byte ")) << cut;
    struct Case {
        std::string body;
        std::string error;
    };
    const std::vector<Case> cases = {
        {wire_varint(1, 1), "byte 1: field 1 has the wrong wire type"},
        {request(log_record(wire_varint(1, 1))), "field 1 has the wrong wire type"},
        {request(log_record(wire_bytes(5, wire_bytes(3, "x")))), "field 3 has the wrong"},
        {request(log_record(attribute(6, "k", wire_varint(1, 1)))), "field 1 has the wrong"},
        {request(log_record(wire_bytes(5, wire_bytes(5, wire_varint(1, 1))))), "wrong wire type"},
        {good + std::string(100'000, '\x0B'), "groups"},
        {good + std::string(12, '\xFF'), "a number is longer than 64 bits"},
    };
    for (const auto& c : cases) {
        auto got = events(c.body);
        EXPECT_THAT(got, StartsWith("error: byte ")) << c.error;
        EXPECT_THAT(got, HasSubstr(c.error));
    }
}

TEST(Otlp, AnswersWhatWasNotTaken) {
    std::string deep = any("x");
    for (int i = 0; i < 100; ++i) deep = wire_bytes(5, wire_bytes(1, deep));
    auto good = log_record(wire_bytes(5, any("x")));
    auto body = request(good + log_record(wire_bytes(5, deep)) + good +
                        log_record(wire_fixed64(1, ~std::uint64_t{0})));
    EXPECT_EQ(events(body), events(request(good + good)));
    auto answer = answer_to(decode_otlp_logs, body);
    EXPECT_EQ(answer, wire_bytes(1, wire_varint(1, 2) +
                                        wire_bytes(2, "item 1: values are nested too deeply")));
    EXPECT_EQ(answer_to(decode_otlp_logs, request(good)), "");
    EXPECT_EQ(answer_to(decode_otlp_logs, "{}", kJson), "{}");
    EXPECT_EQ(answer_to(decode_otlp_traces,
                        R"({"resourceSpans":[{"scopeSpans":[{"spans":[
                        {"startTimeUnixNano":"9223372036854775808"}]}]}]})",
                        kJson),
              R"({"partialSuccess":{"rejectedSpans":"1",)"
              R"("errorMessage":"item 0: the time is after the year 2262"}})");
}

TEST(Otlp, SmallRequestsCannotMakeManyLargeEvents) {
    auto resource = wire_bytes(1, attribute(1, "k", any(std::string(1 << 20, 'x'))));
    std::string records;
    for (int i = 0; i < 1000; ++i) records += log_record("");
    EXPECT_THAT(events(wire_bytes(1, resource + wire_bytes(2, records))),
                StartsWith("error: the events, each with its resource and scope, are too many"));
}

}  // namespace
}  // namespace logwood::ingest
