#include "search/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "search/explain.h"
#include "search/export.h"
#include "search/limits.h"
#include "search/sample_node_test.h"

namespace logwood::search {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

/// The service over a node that has segments and open records.
class SearchTest : public ::testing::Test {
 protected:
    SearchTest() {
        for (int round = 0; round < 4; ++round) {
            for (std::uint32_t p = 0; p < SampleNode::kPartitions; ++p)
                for (int i = 0; i < 10; ++i) node_.append(p, 0, 1 + node_.random.below(5));
            node_.append(1, 1, 5);
            if (round == 3) break;
            for (std::uint32_t p = 0; p < SampleNode::kPartitions; ++p) {
                node_.checkpoint(p);
                node_.release(p);
            }
        }
        search_.start();
    }
    ~SearchTest() override { node_.loop.run(search_.stop()); }

    static QueryInput all_time(std::string query) {
        return {.query_string = std::move(query), .start = std::int64_t{0}};
    }
    /// Creates the job and polls until it is done.
    JobView run(QueryInput input, PollOptions options = {}) {
        auto job = search_.create("repo0", std::move(input));
        EXPECT_TRUE(job) << job.error().message;
        for (;;) {
            auto view = poll(job->id, options);
            EXPECT_TRUE(view) << view.error().message;
            if (view->done) return *view;
        }
    }
    Result<JobView> poll(std::string id, PollOptions options = {}) {
        return *node_.loop.run(search_.poll("repo0", std::move(id), options));
    }
    /// All rows of an export; its error in `error`.
    std::vector<std::string> export_ids(std::string query, Error* error = nullptr) {
        std::vector<std::string> ids;
        auto started = *node_.loop.run(search_.start_export("repo0", all_time(std::move(query))));
        if (!started) {
            *error = started.error();
            return ids;
        }
        for (;;) {
            auto rows = *node_.loop.run((*started)->next());
            if (!rows) {
                *error = rows.error();
                return ids;
            }
            if (!*rows) return ids;
            for (auto& row : (*rows)->rows) ids.push_back(value(**rows, row, "id"));
        }
    }
    static std::string value(const exec::ResultRows& rows, const exec::ResultRow& row,
                             std::string_view field) {
        for (auto& [index, text] : row.values)
            if (rows.fields[index] == field) return text;
        return {};
    }
    std::string first_value(const JobView& view, std::string_view field) {
        if (view.result->rows.empty()) return "no row";
        return value(*view.result, view.result->rows[0], field);
    }
    void pass(Duration time) {
        auto deadline = node_.loop.now() + time;
        node_.loop.call_at(deadline, [] {});
        node_.loop.run_until([&] { return node_.loop.now() >= deadline; });
    }

    SampleNode node_{7};
    Search search_{node_.runtime, node_.data, {}};
};

TEST_F(SearchTest, CountsEverything) {
    auto view = run(all_time("count()"));
    EXPECT_TRUE(view.is_aggregate);
    EXPECT_FALSE(view.cancelled);
    EXPECT_THAT(view.missing, SizeIs(0));
    EXPECT_EQ(first_value(view, "_count"), std::to_string(node_.expected(0, {}).size()));
    EXPECT_EQ(view.progress.events_processed, node_.expected(0, {}).size());
    EXPECT_EQ(view.cuts.size(), SampleNode::kPartitions);
    EXPECT_EQ(view.progress.bytes_read, 0U) << "the segments' tails say how many rows there are";
    EXPECT_GT(view.progress.bytes_skipped, 0U);
}

TEST_F(SearchTest, EndsTheLargestWhenAllHoldTooMuch) {
    Search small(node_.runtime, node_.data, {.held_bytes_max = 10'000});
    small.start();
    auto large = small.create("repo0", all_time("groupBy(id, limit=max)"));
    auto count = small.create("repo0", all_time("count()"));
    ASSERT_TRUE(large && count);
    pass(5s);
    EXPECT_EQ(small.counters().jobs_too_large, 1U);
    auto view = *node_.loop.run(small.poll("repo0", large->id, {}));
    EXPECT_TRUE(!view || view->cancelled);
    view = *node_.loop.run(small.poll("repo0", count->id, {}));
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->done && !view->cancelled);
    node_.loop.run(small.stop());
}

TEST_F(SearchTest, FiltersByTag) {
    auto view = run(all_time("#host=host1 | count()"));
    EXPECT_EQ(first_value(view, "_count"), std::to_string(node_.expected(0, {}, "host1").size()));
    EXPECT_EQ(view.filter.query_string, "#host=host1");
}

TEST_F(SearchTest, ShowsTheNewestEventsFirst) {
    auto view = run(all_time(""));
    EXPECT_FALSE(view.is_aggregate);
    EXPECT_GT(view.progress.bytes_read, 0U);
    ASSERT_THAT(view.result->rows, SizeIs(200));
    EXPECT_TRUE(view.has_more_events);
    std::vector<std::int64_t> newest;
    for (auto& event : node_.written[0]) newest.push_back(event.time_ns);
    std::ranges::sort(newest, std::greater());
    for (std::size_t i = 0; i < 200; ++i)
        EXPECT_EQ(view.result->rows[i].order->time_ns, newest[i]) << i;
}

TEST_F(SearchTest, HeadReadsTheOldestEventsOnly) {
    auto input = all_time("* | head(150)");
    input.end = std::int64_t{48 * 3'600'000};
    auto view = run(input);
    ASSERT_THAT(view.result->rows, SizeIs(150));
    EXPECT_EQ(view.progress.work_done, view.progress.work_total);
    std::vector<std::int64_t> oldest;
    for (auto& event : node_.written[0]) oldest.push_back(event.time_ns);
    std::ranges::sort(oldest);
    std::multiset<std::int64_t> shown;
    for (auto& row : view.result->rows) shown.insert(row.order->time_ns);
    EXPECT_EQ(shown, std::multiset<std::int64_t>(oldest.begin(), oldest.begin() + 150));
}

TEST_F(SearchTest, CountsEventsByTimeWhenAsked) {
    auto input = all_time("#host=host1");
    input.end = std::int64_t{48 * 3'600'000};
    input.show_query_event_distribution = true;
    auto view = run(input);
    ASSERT_TRUE(view.beside && view.beside->by_time);
    EXPECT_FALSE(view.beside->fields);
    auto& counts = *view.beside->by_time;
    std::size_t sum = 0;
    for (auto& row : counts.rows) sum += std::stoul(value(counts, row, "_count"));
    EXPECT_EQ(sum, node_.expected(0, {}, "host1").size());
    EXPECT_EQ(view.progress.matched, sum);

    input.compute_field_stats = true;
    input.around = Around{.event_id = "none", .timestamp_ms = 24 * 3'600'000};
    auto around = run(input);
    ASSERT_TRUE(around.beside && around.beside->by_time && around.beside->fields);
    EXPECT_EQ(around.beside->by_time->rows.size(), counts.rows.size());
    EXPECT_FALSE(around.result->rows.empty());
}

TEST_F(SearchTest, CountsFieldsAndTheirValuesWhenAsked) {
    auto input = all_time("#host=/host[12]/ | tail(3)");
    input.compute_field_stats = true;
    auto view = run(input);
    EXPECT_THAT(view.result->rows, SizeIs(3));
    ASSERT_TRUE(view.beside && view.beside->fields);
    EXPECT_FALSE(view.beside->by_time);
    auto& stats = *view.beside->fields;
    auto hosts = std::to_string(node_.expected(0, {}, "host1").size());
    std::map<std::string, std::pair<std::string, std::string>> found;
    for (auto& row : stats.rows)
        found[value(stats, row, "field") + value(stats, row, "value")] = {
            value(stats, row, "_count"), value(stats, row, "distinct")};
    auto all = std::to_string(view.progress.matched);
    EXPECT_EQ(found["#host"], std::pair(all, std::string("2")));
    EXPECT_EQ(found["host1"].first, hosts);
    EXPECT_EQ(found["id"].first, all);
    EXPECT_TRUE(found.contains("@rawstring"));
    EXPECT_FALSE(found.contains("@id"));
}

TEST_F(SearchTest, SearchesByArrival) {
    for (auto [start, end] : {std::pair(0, 5), std::pair(3, 31), std::pair(35, 36)}) {
        std::multiset<std::string> expected;
        for (auto& event : node_.written[0])
            if (event.ingest_ns >= start * SampleNode::kHourNs &&
                event.ingest_ns < end * SampleNode::kHourNs)
                expected.insert(event.id);
        ASSERT_FALSE(expected.empty());
        constexpr std::int64_t kHourMs = 3'600'000;
        QueryInput by_interval{.query_string = "groupBy(id)",
                               .start = start * kHourMs,
                               .end = end * kHourMs,
                               .use_ingest_time = true};
        auto by_bounds = all_time("groupBy(id)");
        by_bounds.ingest_start = start * kHourMs;
        by_bounds.ingest_end = end * kHourMs;
        for (auto& input : {by_interval, by_bounds}) {
            auto view = run(input);
            std::multiset<std::string> ids;
            for (auto& row : view.result->rows) ids.insert(value(*view.result, row, "id"));
            EXPECT_EQ(ids, expected) << start;
            EXPECT_EQ(view.interval.end.ms() == end * kHourMs, input.use_ingest_time);
            EXPECT_EQ(view.filter.use_ingest_time, input.use_ingest_time);
            EXPECT_EQ(std::holds_alternative<std::int64_t>(view.filter.ingest_start),
                      !input.use_ingest_time);
            if (end < 10) EXPECT_GT(view.progress.blocks_skipped, 5U) << "whole segments";
        }
    }
}

TEST_F(SearchTest, ExplainsAQuery) {
    auto input = all_time("#host=host1 id=* | groupBy(id) | sort(_count)");
    input.end = std::int64_t{24 * 3'600'000};
    auto explained = *node_.loop.run(search_.explain("repo0", input, false));
    ASSERT_TRUE(explained) << explained.error().message;
    EXPECT_EQ(explained->outline.aggregate, "groupBy(id)");
    EXPECT_FALSE(explained->run);
    auto& segments = explained->segments;
    EXPECT_EQ(segments.total, 3 * SampleNode::kPartitions);
    EXPECT_EQ(segments.total, segments.pruned_by_tags + segments.pruned_by_time + segments.read);
    EXPECT_EQ(explained->row_groups.total, segments.read) << "small segments have one";
    EXPECT_GT(explained->records.read, 0U);
    EXPECT_GT(explained->records.pruned, 0U);

    explained = *node_.loop.run(search_.explain("repo0", input, true));
    ASSERT_TRUE(explained && explained->run);
    EXPECT_TRUE(explained->run->done);
    model::TimeRange interval{.end = UtcTime::from_ms(24 * 3'600'000)};
    EXPECT_EQ(explained->run->progress.matched, node_.expected(0, interval, "host1").size());

    input.end = std::int64_t{-1};
    input.start = std::int64_t{-2};
    explained = *node_.loop.run(search_.explain("repo0", input, false));
    EXPECT_EQ(explained->segments.read, 0U);
    EXPECT_EQ(explained->row_groups.total, 0U);
    input.query_string = "count( |";
    EXPECT_EQ((*node_.loop.run(search_.explain("repo0", input, false))).error().code,
              Code::kInvalidArgument);
}

TEST_F(SearchTest, ShowsTheNeighboursOfAnEvent) {
    PollOptions all;
    auto input = all_time("* | tail(5000)");
    input.end = std::int64_t{48 * 3'600'000};
    auto everything = run(input, all);
    auto& rows = everything.result->rows;
    auto ids = [](const exec::ResultRows& result) {
        std::vector<std::string> found;
        for (auto& row : result.rows) found.push_back(value(result, row, "id"));
        return found;
    };
    auto expected = ids(*everything.result);
    struct Case {
        std::size_t anchor;
        std::uint32_t before;
        std::uint32_t after;
    };
    for (auto [anchor, before, after] :
         {Case{100, 3, 2}, Case{0, 2, 5}, Case{rows.size() - 1, 5, 1}, Case{50, 0, 0}}) {
        auto wanted = all_time("");
        wanted.end = input.end;
        wanted.around = Around{.event_id = value(*everything.result, rows[anchor], "@id"),
                               .timestamp_ms = UtcTime{rows[anchor].order->time_ns}.ms(),
                               .before = before,
                               .after = after};
        auto view = run(wanted);
        EXPECT_FALSE(view.is_aggregate);
        auto first = anchor - std::min<std::size_t>(anchor, after);
        auto last = std::min(anchor + before + 1, expected.size());
        EXPECT_EQ(ids(*view.result),
                  std::vector<std::string>(expected.begin() + static_cast<std::ptrdiff_t>(first),
                                           expected.begin() + static_cast<std::ptrdiff_t>(last)));
    }
}

TEST_F(SearchTest, HoldsToItsInterval) {
    auto input = all_time("count()");
    input.start = std::int64_t{3'600'000};
    input.end = std::string("7200000");
    auto view = run(input);
    model::TimeRange hour{.start = {SampleNode::kHourNs}, .end = {2 * SampleNode::kHourNs}};
    EXPECT_EQ(view.interval, hour);
    EXPECT_EQ(first_value(view, "_count"), std::to_string(node_.expected(0, hour).size()));
    EXPECT_GT(view.progress.blocks_skipped, 0U);
    // Without times: the last 24 hours, to the millisecond.
    auto day = run({.query_string = "count()"});
    EXPECT_EQ(day.interval.end.ms() - day.interval.start.ms(), 86'400'000);
}

TEST_F(SearchTest, ShowsNothingBeyondRetention) {
    UtcTime day{24 * SampleNode::kHourNs};
    auto repo = SampleNode::repo(0);
    node_.must(global::UpdateRepository{
        .id = repo,
        .read = node_.state.repository(repo)->version,
        .name = "repo0",
        .description = {},
        .retention = {
            .age = node_.loop.utc_now() - day, .original_bytes = {}, .stored_bytes = {}}});
    auto expected = node_.expected(0, {.start = day});
    ASSERT_LT(expected.size(), node_.expected(0, {}).size());
    for (auto* query : {"count()", "setTimeInterval(start=0, end=now) | count()"})
        EXPECT_EQ(first_value(run(all_time(query)), "_count"), std::to_string(expected.size()));
    EXPECT_EQ(export_ids("*").size(), expected.size());
}

TEST_F(SearchTest, RefusesWithATextForTheUser) {
    auto reversed = all_time("*");
    reversed.end = std::int64_t{-1};
    auto time = all_time("*");
    time.start = std::string("noon");
    auto zone = all_time("*");
    zone.time_zone = "Middle/Earth";
    struct Case {
        QueryInput input;
        Code code;
        std::string text;
    };
    const Case cases[] = {
        {all_time("| |"), Code::kInvalidArgument, "\n\n```\n"},
        {all_time("nosuchfunction()"), Code::kInvalidArgument, "nosuchfunction"},
        {all_time(std::string(kQueryTextBytesMax + 1, 'a')), Code::kInvalidArgument, "bytes"},
        {reversed, Code::kInvalidArgument, "ends before it starts"},
        {time, Code::kInvalidArgument, "start=\"noon\""},
        {zone, Code::kInvalidArgument, "Middle/Earth"},
    };
    for (auto& [input, code, text] : cases) {
        auto job = search_.create("repo0", input);
        ASSERT_FALSE(job) << text;
        EXPECT_EQ(job.error().code, code);
        EXPECT_THAT(job.error().message, HasSubstr(text));
    }
    EXPECT_EQ(search_.create("nowhere", all_time("*")).error().code, Code::kNotFound);
    EXPECT_EQ(search_.jobs(), 0U);
}

TEST_F(SearchTest, KeepsAJobWhileItIsPolled) {
    auto job = search_.create("repo0", all_time(""));
    ASSERT_TRUE(job);
    EXPECT_THAT(job->id, MatchesRegex("1-[0-9A-Za-z]{24}"));
    EXPECT_EQ(job->query_on_view, "*");
    for (int i = 0; i < 10; ++i) {
        pass(kJobExpiry / 2);
        EXPECT_TRUE(poll(job->id)) << i;
    }
    pass(kJobExpiry + kExpirySweep);
    EXPECT_EQ(poll(job->id).error().code, Code::kNotFound);
    EXPECT_EQ(search_.counters().jobs_expired, 1U);
}

TEST_F(SearchTest, ForgetsAJobThatIsRemoved) {
    auto job = search_.create("repo0", all_time("count()"));
    EXPECT_EQ(search_.remove("repo1", job->id).error().code, Code::kNotFound);
    EXPECT_TRUE(search_.remove("repo0", job->id));
    EXPECT_EQ(poll(job->id).error().code, Code::kNotFound);
    EXPECT_EQ(search_.remove("repo0", job->id).error().code, Code::kNotFound);
}

TEST_F(SearchTest, WaitsForALeaderThatIsStarting) {
    node_.blocks.end(model::PartitionId(1));
    auto job = search_.create("repo0", all_time("count()"));
    EXPECT_FALSE(poll(job->id)->done);
    node_.claim(1);
    pass(1s);
    auto view = poll(job->id);
    EXPECT_TRUE(view->done);
    EXPECT_THAT(view->missing, SizeIs(0));
    EXPECT_EQ(first_value(*view, "_count"), std::to_string(node_.expected(0, {}).size()));
}

TEST_F(SearchTest, NamesAPartitionNobodyLeads) {
    node_.blocks.end(model::PartitionId(1));
    auto job = search_.create("repo0", all_time("count()"));
    pass(kCutPatience + 1s);
    auto view = poll(job->id);
    EXPECT_TRUE(view->done);
    ASSERT_THAT(view->missing, SizeIs(1));
    EXPECT_EQ(view->missing[0].code, "PartitionUnavailable");
}

TEST_F(SearchTest, ExportsEachEventOnce) {
    Error none;
    auto ids = export_ids("*", &none);
    EXPECT_EQ(std::multiset<std::string>(ids.begin(), ids.end()), node_.expected(0, {}));
    EXPECT_THAT(export_ids("#host=host1 | id=* | tail(3)", &none), SizeIs(3));
    EXPECT_EQ(export_ids("id=nothing", &none), std::vector<std::string>());
    EXPECT_THAT(export_ids("groupBy(id)", &none), SizeIs(node_.expected(0, {}).size()));
    EXPECT_EQ(none.message, "");
    EXPECT_EQ(search_.exports(), 0U);
}

TEST_F(SearchTest, ExportsSlicesInOrder) {
    auto started = *node_.loop.run(search_.start_export("repo0", all_time("id=*")));
    ASSERT_TRUE(started);
    std::vector<std::int64_t> newest;
    for (;;) {
        auto rows = *node_.loop.run((*started)->next());
        ASSERT_TRUE(rows);
        if (!*rows) break;
        newest.push_back((*rows)->rows.front().order->time_ns);
        EXPECT_TRUE(std::ranges::is_sorted((*rows)->rows, std::greater(), &exec::ResultRow::order));
    }
    EXPECT_EQ(newest.size() > SampleNode::kPartitions, true);
    started->reset();
    EXPECT_EQ(search_.exports(), 0U);
}

TEST_F(SearchTest, AnExportKnowsItsFieldsBeforeItsRows) {
    for (std::string query : {"id=*", "x := id | drop(id)", "groupBy(id)"}) {
        auto started = *node_.loop.run(search_.start_export("repo0", all_time(query)));
        ASSERT_TRUE(started);
        auto first = *node_.loop.run((*started)->next());
        auto names = *node_.loop.run((*started)->field_names());
        ASSERT_TRUE(names) << names.error().message;
        std::set<std::string> occurring;
        for (auto rows = *first; rows; rows = **node_.loop.run((*started)->next()))
            for (auto& row : rows->rows)
                for (auto& [field, text] : row.values) occurring.insert(rows->fields[field]);
        EXPECT_EQ(*names, std::vector<std::string>(occurring.begin(), occurring.end())) << query;
    }
}

TEST_F(SearchTest, BreaksAnExportOffRatherThanLeavingOut) {
    Error error;
    EXPECT_THAT(export_ids("| |", &error), SizeIs(0));
    EXPECT_EQ(error.code, Code::kInvalidArgument);

    for (auto& path : node_.files.paths())
        node_.files.set_content(path, std::string(node_.files.content(path).size(), 'x'));
    for (std::string query : {"*", "groupBy(id)"}) {
        error = {};
        export_ids(query, &error);
        EXPECT_THAT(error.message, HasSubstr("The result lacks events of segment"));
    }
    node_.blocks.end(model::PartitionId(1));
    error = {};
    EXPECT_THAT(export_ids("*", &error), SizeIs(0));
    EXPECT_EQ(error.code, Code::kUnavailable);
    EXPECT_EQ(search_.counters().exports_failed, 3U);
}

TEST_F(SearchTest, LimitsExports) {
    std::vector<std::unique_ptr<Export>> running;
    for (std::size_t i = 0; i < kExportsPerScopeMax; ++i)
        running.push_back(
            *std::move(*node_.loop.run(search_.start_export("repo0", all_time("*")))));
    EXPECT_EQ((*node_.loop.run(search_.start_export("repo0", all_time("*")))).error().code,
              Code::kUnavailable);
    EXPECT_TRUE(*node_.loop.run(search_.start_export("repo1", all_time("*"))));
    running.pop_back();
    EXPECT_TRUE(*node_.loop.run(search_.start_export("repo0", all_time("*"))));
}

}  // namespace
}  // namespace logwood::search
