#include "api/job_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace logwood::api {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

search::JobView make_view() {
    auto rows = std::make_shared<exec::ResultRows>();
    rows->fields = {"@timestamp", "x"};
    for (auto* t : {"3000", "2000", "1000"})
        rows->rows.push_back({.values = {{0, t}, {1, std::string("v") + t}}});
    search::JobView view;
    view.done = true;
    view.result = rows;
    view.page = {0, 2};
    view.interval = {.start = UtcTime::from_ms(500), .end = UtcTime::from_ms(9000)};
    view.filter.query_string = "x=*";
    view.filter.start = std::int64_t{500};
    view.filter.end = std::int64_t{9000};
    view.host_number = 7;
    view.queued = 3ms;
    view.progress = {.work_total = 4, .work_done = 4, .events_processed = 3, .bytes_processed = 99};
    view.elapsed = 15ms;
    view.poll_after = 200ms;
    view.plan_version = 42;
    view.cuts = {{.partition = model::PartitionId(1),
                  .term = 2,
                  .registered_end = model::LogOffset(30),
                  .end = model::LogOffset(35)}};
    return view;
}

TEST(RenderJob, HasTheShapeOfAPoll) {
    auto poll = json::parse(render_job(make_view())).as_object();
    EXPECT_EQ(poll.at("done"), true);
    EXPECT_EQ(poll.at("cancelled"), false);
    EXPECT_EQ(json::serialize(poll.at("events")),
              R"([{"@timestamp":3000,"x":"v3000"},{"@timestamp":1000,"x":"v1000"}])");
    EXPECT_FALSE(poll.contains("queryEventDistribution"));
    EXPECT_FALSE(poll.contains("fieldStats"));
    auto& meta = poll.at("metaData").as_object();
    EXPECT_EQ(json::serialize(meta.at("extraData")), R"({"hasMoreEvents":"false"})");
    EXPECT_FALSE(meta.contains("fieldOrder"));
    EXPECT_EQ(json::serialize(meta.at("filterQuery")),
              R"({"queryString":"x=*","start":500,"end":9000,"isLive":false,"isInteractive":false,)"
              R"("includeDeletedEvents":false,"noResultUntilDone":false,)"
              R"("showQueryEventDistribution":false})");
    EXPECT_EQ(json::serialize(meta.at("cut")),
              R"({"globalVersion":42,"partitions":[{"partition":1,"term":2,"registeredEnd":30,)"
              R"("end":35}]})");
    const std::pair<std::string_view, int> numbers[] = {
        {"eventCount", 2},       {"queryStart", 500},    {"queryEnd", 9000},
        {"processedBytes", 99},  {"processedEvents", 3}, {"totalWork", 4},
        {"workDone", 4},         {"timeMillis", 15},     {"pollAfter", 200},
        {"resultBufferSize", 3}, {"responderVHost", 7},  {"queuedMillis", 3},
    };
    for (auto& [key, value] : numbers) EXPECT_EQ(meta.at(key), value) << key;
    EXPECT_EQ(json::serialize(meta.at("warnings")), "[]");
    EXPECT_EQ(json::serialize(poll.at("warnings")), "[]");
    EXPECT_EQ(json::serialize(meta.at("missing")), "[]");
}

TEST(RenderJob, OfAnInteractiveQueryShowsWhatFiltersFound) {
    auto view = make_view();
    view.filter.query_string = "x=v* 30";
    EXPECT_FALSE(json::parse(render_job(view)).as_object().contains("filterMatches"));
    view.filter.is_interactive = true;
    EXPECT_EQ(json::serialize(json::parse(render_job(view)).as_object().at("filterMatches")),
              R"([{"x":[{"filterId":0,"ranges":[{"start":0,"length":1}]},)"
              R"({"filterId":1,"ranges":[{"start":1,"length":2}]}]},)"
              R"({"x":[{"filterId":0,"ranges":[{"start":0,"length":1}]}]}])");
    view.is_aggregate = true;
    EXPECT_FALSE(json::parse(render_job(view)).as_object().contains("filterMatches"));
}

TEST(RenderJob, OfAnAggregateHasColumnsAndExtras) {
    auto view = make_view();
    auto rows = std::make_shared<exec::ResultRows>(*view.result);
    rows->field_order = {"x", "@timestamp"};
    rows->extra_data = {{"bucket_span_millis", "1000"}, {"timechart", "true"}};
    view.is_aggregate = true;
    view.result = rows;
    exec::ResultRows fields{.fields = {"_count", "field", "value", "distinct"}};
    fields.rows.push_back({.values = {{0, "9"}, {1, "a"}, {3, "2"}}});
    fields.rows.push_back({.values = {{0, "8"}, {2, "x\"y"}}});
    fields.rows.push_back({.values = {{0, "1"}, {2, ""}}});
    fields.rows.push_back({.values = {{0, "3"}, {1, "b"}, {3, "3"}}});
    view.beside =
        std::make_shared<exec::BesideRows>(exec::BesideRows{.by_time = *rows, .fields = fields});
    view.interval_zone = "Europe/Rome";
    view.filter.use_ingest_time = true;
    view.filter.time_zone = "Europe/Rome";
    view.filter.arguments = {{"p", {"1"}}};
    auto poll = json::parse(render_job(view)).as_object();
    auto& meta = poll.at("metaData").as_object();
    EXPECT_EQ(meta.at("isAggregate"), true);
    EXPECT_EQ(json::serialize(meta.at("fieldOrder")), R"(["x","@timestamp"])");
    EXPECT_EQ(json::serialize(meta.at("extraData")),
              R"({"bucket_span_millis":"1000","timechart":"true",)"
              R"("timeSettingsOverwrittenFromQuery":{"start":500,"end":9000,)"
              R"("timezoneName":"Europe/Rome"}})");
    EXPECT_EQ(json::serialize(poll.at("fieldStats")),
              R"([{"fieldName":"a","numOfOccurrences":9,"numOfDistinctValues":2,)"
              R"("topValues":{"x\"y":8,"":1}},)"
              R"({"fieldName":"b","numOfOccurrences":3,"numOfDistinctValues":3,"topValues":{}}])");
    EXPECT_EQ(json::serialize(meta.at("filterQuery")),
              R"({"queryString":"x=*","start":500,"end":9000,"useIngestTime":true,)"
              R"("timeZone":"Europe/Rome","arguments":{"p":"1"},"isLive":false,)"
              R"("isInteractive":false,"includeDeletedEvents":false,"noResultUntilDone":false,)"
              R"("showQueryEventDistribution":false})");
    auto& distribution = poll.at("queryEventDistribution").as_object();
    EXPECT_EQ(distribution.at("events").as_array().size(), 3U);
    EXPECT_EQ(json::serialize(distribution.at("extraData")), R"({"bucket_span_millis":"1000"})");
}

TEST(RenderJob, NamesWhatIsMissing) {
    auto view = make_view();
    view.warnings = {{"GroupLimitExceeded", "too many groups"}};
    view.missing = {{.code = "SegmentUnreadable",
                     .message = "segment gone",
                     .segment = SegmentId({0, 5}),
                     .partition = model::PartitionId(3),
                     .bounds = model::TimeBounds{1'000'000'000, 2'000'000'000}},
                    {.code = "PartitionUnavailable",
                     .message = "no leader",
                     .segment = {},
                     .partition = model::PartitionId(1),
                     .bounds = {}}};
    auto text = render_job(view);
    auto poll = json::parse(text).as_object();
    EXPECT_EQ(poll.at("metaData").as_object().at("warning"), "too many groups");
    EXPECT_EQ(
        json::serialize(poll.at("warnings")),
        R"([{"category":"QUERY_STATE","code":"GroupLimitExceeded","message":"too many groups"},)"
        R"({"category":"REPOSITORY","code":"SegmentUnreadable","message":"segment gone"},)"
        R"({"category":"CLUSTER","code":"PartitionUnavailable","message":"no leader"}])");
    EXPECT_EQ(json::serialize(poll.at("metaData").as_object().at("missing")),
              R"([{"code":"SegmentUnreadable","segment":"00000000000000000000000000000005",)"
              R"("partition":3,"start":1000,"end":2001,"message":"segment gone"},)"
              R"({"code":"PartitionUnavailable","partition":1,"message":"no leader"}])");
    view.missing.assign(100, view.missing[0]);
    EXPECT_THAT(render_job(view), HasSubstr("The result lacks 80 more parts"));
}

TEST(RenderCreated, HasIdAndQuery) {
    for (bool is_live : {false, true}) {
        auto text = render_created({.id = "1-abc", .query_on_view = "*", .is_live = is_live});
        auto created = json::parse(text).as_object();
        EXPECT_EQ(created.at("id"), "1-abc");
        EXPECT_EQ(created.at("queryOnView"), "*");
        EXPECT_EQ(created.at("hashedQueryOnView").as_string().size(), 16U);
        auto& mode = created.at("staticMetaData").at("executionMode");
        EXPECT_EQ(mode.at("runMode"), is_live ? "live" : "static");
        EXPECT_FALSE(mode.at("details").as_string().empty());
    }
}

}  // namespace
}  // namespace logwood::api
