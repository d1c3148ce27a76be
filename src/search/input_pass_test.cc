// Queries that need several passes over the data, on a node that goes on meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "search/explain.h"
#include "search/export.h"
#include "search/limits.h"
#include "search/sample_node_test.h"
#include "search/search.h"

namespace logwood::search {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Row = std::map<std::string, std::string>;

std::vector<Row> rows_of(const exec::ResultRows& result) {
    std::vector<Row> rows;
    for (auto& row : result.rows) {
        auto& out = rows.emplace_back();
        for (auto& [field, text] : row.values) out[result.fields[field]] = text;
    }
    return rows;
}

QueryInput all_time(std::string query) {
    return {.query_string = std::move(query), .start = std::int64_t{0}};
}

/// The next job of the loop; the clock moves a little when there is none.
void step(SampleNode& node) {
    node.loop.call_at(node.loop.now() + 1ms, [] {});
    node.loop.step();
}

/// The service over a node that has segments and open records.
class InputPass : public ::testing::Test {
 protected:
    InputPass() {
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
    ~InputPass() override { node_.loop.run(search_.stop()); }

    JobView run(QueryInput input) {
        auto job = search_.create("repo0", std::move(input));
        EXPECT_TRUE(job) << job.error().message;
        if (!job) return {.done = true, .result = std::make_shared<exec::ResultRows>()};
        for (;;) {
            auto view = *node_.loop.run(search_.poll("repo0", job->id, {}));
            EXPECT_TRUE(view) << view.error().message;
            if (view->done) return *view;
        }
    }
    std::string count_of(const std::string& query) {
        auto view = run(all_time(query + " | count()"));
        EXPECT_FALSE(view.cancelled) << query;
        EXPECT_THAT(view.missing, SizeIs(0));
        return view.result->rows.empty() ? "no row" : rows_of(*view.result)[0]["_count"];
    }
    std::string all(std::uint64_t repo = 0, std::string_view host = {}) {
        return std::to_string(node_.expected(repo, {}, host).size());
    }

    SampleNode node_{7};
    Search search_{node_.runtime, node_.data, {}};
};

TEST_F(InputPass, JoinsARepositoryWithItself) {
    EXPECT_EQ(count_of("join({id=*}, field=id)"), all());
    EXPECT_EQ(count_of("!join({id=*}, field=id)"), "0");
    EXPECT_EQ(count_of("join({#host=host1}, field=id)"), all(0, "host1"));
    EXPECT_EQ(count_of("selfJoinFilter(id, where=[{#host=host1}])"), all(0, "host1"));
    EXPECT_EQ(count_of("selfJoinFilter(#host, where=[{#host=host1}, {id=*}])"), all(0, "host1"));
    EXPECT_EQ(count_of("defineTable(name=t, query={#host=host2}, include=id) | match(t, field=id)"),
              all(0, "host2"));
    EXPECT_EQ(count_of("defineTable(name=t, query={#host=host2}, include=id) | "
                       "#host=host1 OR match(t, field=id) | !join({#host=host2}, field=id)"),
              all(0, "host1"));
}

TEST_F(InputPass, CountsWhatAllPassesRead) {
    auto events = node_.expected(0, {}).size();
    auto once = run(all_time("id=* | count()"));
    auto twice = run(all_time("join({id=*}, field=id) | count()"));
    EXPECT_EQ(once.progress.events_processed, events);
    EXPECT_EQ(twice.progress.events_processed, 2 * events);
    EXPECT_EQ(twice.progress.bytes_processed, 2 * once.progress.bytes_processed);
    EXPECT_EQ(twice.progress.work_total, 2 * once.progress.work_total);
    EXPECT_EQ(twice.progress.work_done, twice.progress.work_total);
    EXPECT_EQ(twice.progress.matched, events);
    EXPECT_THAT(twice.cuts, SizeIs(SampleNode::kPartitions));
    // Tags and limits keep a pass short, as they do for a query.
    auto tags = run(all_time("#host=host1 | join({#host=host9}, field=id) | count()"));
    EXPECT_LT(tags.progress.events_processed, events);
    EXPECT_EQ(rows_of(*tags.result)[0]["_count"], "0");
}

TEST_F(InputPass, LooksAtOtherRepositories) {
    std::string table = "defineTable(name=t, query={id=*}, include=id, view=repo1) | ";
    EXPECT_EQ(count_of(table + "readFile(t)"), all(1));
    EXPECT_EQ(count_of("join({id=*}, field=id, repo=repo1)"), "0");
    EXPECT_EQ(count_of("!join({id=* | selfJoinFilter(id, where=[{id=*}])}, field=id, view=repo1)"),
              all());
    EXPECT_EQ(count_of(table + "readFile(t) | join({#repo=repo1 #host=*}, field=id, view=repo1)"),
              all(1));
    auto forbidden = all_time(table + "readFile(t)");
    forbidden.may_search = [](std::string_view name) -> Result<void> {
        return fail(Code::kForbidden, "You may not search " + std::string(name) + ".");
    };
    auto refused = search_.create("repo0", forbidden);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("You may not search repo1."));
    refused = search_.create("repo0", all_time("join({id=*}, field=id, view=nowhere)"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("There is no repository or view named nowhere"));
}

TEST_F(InputPass, KeepsToTheRetentionOfEachRepository) {
    UtcTime day{24 * SampleNode::kHourNs};
    auto repo = SampleNode::repo(1);
    node_.must(global::UpdateRepository{
        .id = repo,
        .read = node_.state.repository(repo)->version,
        .name = "repo1",
        .description = {},
        .retention = {
            .age = node_.loop.utc_now() - day, .original_bytes = {}, .stored_bytes = {}}});
    auto left = node_.expected(1, {.start = day}).size();
    ASSERT_LT(left, node_.expected(1, {}).size());
    EXPECT_EQ(count_of("defineTable(name=t, query={id=*}, include=id, view=repo1) | readFile(t)"),
              std::to_string(left));
    EXPECT_EQ(count_of("join({id=*}, field=id)"), all());
}

TEST_F(InputPass, HasTimesOfItsOwn) {
    auto input = all_time("!join({id=*}, field=id, start=24h, end=12h) | count()");
    input.end = std::int64_t{48 * 3'600'000};
    model::TimeRange middle{.start = {24 * SampleNode::kHourNs}, .end = {36 * SampleNode::kHourNs}};
    auto outside = node_.expected(0, {}).size() - node_.expected(0, middle).size();
    EXPECT_EQ(rows_of(*run(input).result)[0]["_count"], std::to_string(outside));
    input = all_time(
        "setTimeInterval(start=0, end=172800000) | "
        "defineTable(name=t, query={id=*}, include=id, start=24h, end=12h) | "
        "!match(t, field=id) | count()");
    input.start = std::int64_t{1};
    input.end = std::int64_t{2};
    EXPECT_EQ(rows_of(*run(input).result)[0]["_count"], std::to_string(outside));
}

TEST_F(InputPass, ShowsNoRowsBeforeItsLastPass) {
    auto job = search_.create("repo0", all_time("join({id=*}, field=id)"));
    ASSERT_TRUE(job);
    auto view = *node_.loop.run(search_.poll("repo0", job->id, {}));
    for (; !view->done; view = *node_.loop.run(search_.poll("repo0", job->id, {})))
        EXPECT_LE(view->progress.work_done, view->progress.work_total);
    EXPECT_THAT(view->result->rows, SizeIs(200));
    EXPECT_TRUE(view->has_more_events);
}

TEST_F(InputPass, ErrorsNameThePassAndStopTheJob) {
    struct Case {
        std::string query;
        std::string message;
    };
    for (auto& [query, message] :
         {Case{"join({[min(id, as=id), max(id, as=id)]}, field=id)", "In join(): "},
          Case{"defineTable(name=t, query={[min(id, as=x), max(id, as=x)]}, include=x) | "
               "join({id=*}, field=id) | match(t, field=x)",
               "In defineTable(t): "},
          Case{"defineTable(name=t, query={id=*}, include=*) | match(t, field=id, column=nothing)",
               "match(): file `t`: the file `t` has no column `nothing`"}}) {
        auto view = run(all_time(query));
        EXPECT_TRUE(view.cancelled) << query;
        EXPECT_EQ(view.progress.work_done, view.progress.work_total);
        EXPECT_THAT(view.result->rows, SizeIs(0));
        ASSERT_THAT(view.warnings, SizeIs(1));
        EXPECT_EQ(view.warnings[0].code, "QueryStopped");
        EXPECT_THAT(view.warnings[0].message, HasSubstr(message));
    }
    EXPECT_EQ(search_.counters().jobs_stopped, 3U);
}

TEST_F(InputPass, ShowsTheWarningsOfAllPasses) {
    auto view = run(all_time("join({series(id, memlimit=3B)}, field=id) | count()"));
    EXPECT_FALSE(view.cancelled);
    ASSERT_THAT(view.warnings, SizeIs(1));
    EXPECT_EQ(view.warnings[0].code, "SeriesMemoryExceeded");
}

TEST_F(InputPass, NamesOnceWhatAllPassesLack) {
    node_.blocks.end(model::PartitionId(1));
    auto view = run(all_time("join({id=*}, field=id) | count()"));
    ASSERT_THAT(view.missing, SizeIs(1));
    EXPECT_EQ(view.missing[0].code, "PartitionUnavailable");
    for (auto& path : node_.files.paths())
        node_.files.set_content(path, std::string(node_.files.content(path).size(), 'x'));
    auto once = run(all_time("id=* | count()"));
    view = run(all_time("join({id=*}, field=id) | count()"));
    EXPECT_GT(view.missing.size(), 1U);
    EXPECT_EQ(view.missing.size(), once.missing.size());
}

TEST_F(InputPass, EndsWhereverItIsCancelled) {
    // Each round cancels a job a little later on its way through the passes.
    for (int steps = 0; steps < 120; ++steps) {
        auto job = search_.create("repo0", all_time("join({id=*}, field=id) | "
                                                    "selfJoinFilter(id, where=[{id=*}])"));
        ASSERT_TRUE(job);
        for (int i = 0; i < steps; ++i) step(node_);
        EXPECT_TRUE(search_.remove("repo0", job->id));
    }
    EXPECT_EQ(count_of("join({id=*}, field=id)"), all());
}

TEST_F(InputPass, ExportsStream) {
    auto export_ids = [&](const std::string& query, Error& error) {
        std::multiset<std::string> ids;
        auto started = *node_.loop.run(search_.start_export("repo0", all_time(query)));
        if (!started) {
            error = started.error();
            return ids;
        }
        for (;;) {
            auto rows = *node_.loop.run((*started)->next());
            EXPECT_TRUE(rows);
            if (!rows || !*rows) return ids;
            for (auto& row : rows_of(**rows)) ids.insert(row["id"]);
        }
    };
    Error error;
    EXPECT_EQ(export_ids("join({id=*}, field=id)", error), node_.expected(0, {}));
    EXPECT_EQ(export_ids("!join({#host=host1}, field=id) | join({#host=host2}, field=id)", error),
              node_.expected(0, {}, "host2"));
    EXPECT_EQ(export_ids("selfJoinFilter(id, where=[{#host=host1}]) | groupBy(id)", error),
              node_.expected(0, {}, "host1"));
    EXPECT_EQ(error.message, "");
    EXPECT_THAT(export_ids("join({[min(id, as=id), max(id, as=id)]}, field=id)", error), SizeIs(0));
    EXPECT_THAT(error.message, HasSubstr("In join(): "));
    for (auto& path : node_.files.paths())
        node_.files.set_content(path, std::string(node_.files.content(path).size(), 'x'));
    EXPECT_THAT(export_ids("join({id=*}, field=id)", error), SizeIs(0));
    EXPECT_THAT(error.message, HasSubstr("The result lacks events of segment"));
    EXPECT_EQ(search_.exports(), 0U);
}

TEST_F(InputPass, ShowsTheNeighboursOfAnEvent) {
    auto input = all_time("#host=host1");
    input.end = std::int64_t{48 * 3'600'000};
    input.around = Around{.event_id = "none", .timestamp_ms = 24 * 3'600'000};
    auto plain = rows_of(*run(input).result);
    EXPECT_FALSE(plain.empty());
    input.query_string = "join({#host=host1}, field=id)";
    EXPECT_EQ(rows_of(*run(input).result), plain);
    input.query_string = "selfJoinFilter(id, where=[{#host=host1}, {id=*}])";
    EXPECT_EQ(rows_of(*run(input).result), plain);
}

TEST_F(InputPass, ADashboardFilterGoesBehindTheTables) {
    auto input = all_time(
        "defineTable(name=t, query={#host=/host[12]/}, include=id) | "
        "match(t, field=id) | count()");
    input.dashboard_filter = "#host=host1";
    EXPECT_EQ(rows_of(*run(input).result)[0]["_count"], all(0, "host1"));
    input.query_string = "setTimeInterval(start=0, end=now) | count()";
    EXPECT_EQ(rows_of(*run(input).result)[0]["_count"], all(0, "host1"));
}

TEST_F(InputPass, IsExplained) {
    auto input = all_time(
        "defineTable(name=t, query={id=*}, include=id, view=repo1) | "
        "#host=host1 | !join({#host=host2}, field=id, end=1h) | "
        "match(t, field=id, strict=false) | count()");
    input.end = std::int64_t{48 * 3'600'000};
    auto explained = *node_.loop.run(search_.explain("repo0", input, true));
    ASSERT_TRUE(explained) << explained.error().message;
    auto& outline = explained->outline;
    ASSERT_THAT(outline.inputs, SizeIs(2));
    EXPECT_EQ(outline.inputs[0].name, "defineTable(t)");
    EXPECT_EQ(outline.inputs[0].view, "repo1");
    EXPECT_EQ(outline.inputs[1].name, "join()");
    EXPECT_EQ(outline.inputs[1].view, std::nullopt);
    EXPECT_EQ(outline.inputs[1].interval.end.ms(), 47 * 3'600'000);
    EXPECT_THAT(outline.fields, ElementsAre("#host", "id"));
    EXPECT_THAT(outline.tag_filters, ElementsAre("#host=host1"));
    ASSERT_TRUE(explained->run);
    EXPECT_EQ(explained->run->progress.matched, node_.expected(0, {}, "host1").size());
}

/// Queries that join all events with themselves run while records come in, are sealed, released,
/// merged and their files unlinked: all passes see the same events, once.
TEST(InputPasses, SeeTheSameEvents) {
    constexpr int kSteps = 300;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        SampleNode node(seed);
        Search search(node.runtime, node.data, {});
        search.start();
        auto& random = node.random;
        std::vector<std::string> ids;
        for (int round = 0; round < kSteps; ++round) {
            auto p = static_cast<std::uint32_t>(random.below(SampleNode::kPartitions));
            switch (random.below(12)) {
                case 0:
                    node.checkpoint(p);
                    break;
                case 1:
                case 2:
                    node.release(p);
                    break;
                case 3:
                    node.merge(0);
                    break;
                case 4:
                    node.sweep();
                    break;
                case 5: {
                    auto query = random.one_in(2)
                                     ? "join({id=* | m := 1}, field=id, include=m, mode=left) | "
                                       "groupBy(m)"
                                     : "selfJoinFilter(id, where=[{id=*}, {#host=*}]) | m := 1 | "
                                       "groupBy(m)";
                    auto job = search.create("repo0", all_time(query));
                    ASSERT_TRUE(job) << job.error().message;
                    ids.push_back(job->id);
                    break;
                }
                default:
                    node.append(p, 0, 1 + random.below(5));
            }
            for (auto steps = random.below(6); steps > 0; --steps) step(node);
        }
        std::size_t compared = 0;
        for (auto& id : ids) {
            auto view = *node.loop.run(search.poll("repo0", id, {}));
            while (view && !view->done) view = *node.loop.run(search.poll("repo0", id, {}));
            ASSERT_TRUE(view) << view.error().message;
            EXPECT_THAT(view->missing, SizeIs(0));
            EXPECT_FALSE(view->cancelled);
            auto rows = rows_of(*view->result);
            auto events = view->progress.events_processed / 2;
            if (events == 0) continue;
            ++compared;
            EXPECT_THAT(rows, ElementsAre(Row{{"m", "1"}, {"_count", std::to_string(events)}}));
        }
        EXPECT_GT(compared, 5U);
        node.loop.run(search.stop());
        if (HasFailure()) FAIL() << "seed " << seed;
    }
}

}  // namespace
}  // namespace logwood::search
