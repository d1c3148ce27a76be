#include "search/local_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "search/job.h"
#include "search/sample_node_test.h"
#include "search/scheduler.h"

namespace logwood::search {
namespace {

using ::testing::SizeIs;

/// Runs a job over a node while the node goes on.
class RunningSearch {
 public:
    RunningSearch(SampleNode& node, std::uint64_t repo, model::TimeRange interval = {},
                  std::string host = {})
        : expected_(node.expected(repo, interval, host)) {
        auto query = std::make_shared<IdQuery>(interval, std::move(host));
        Scope scope{"r", {SampleNode::repo(repo)}};
        plan_ = node.data.plan(scope, interval, *query);
        job_ = std::make_shared<Job>(
            node.loop, scope, PreparedQuery{.interval = interval, .query = query}, counters_);
    }
    Plan& plan() { return plan_; }
    void start(Scheduler& scheduler) {
        job_->set_plan(std::move(plan_));
        scheduler.add(job_);
    }
    bool is_done() const { return job_->is_done(); }
    const Job& job() const { return *job_; }
    /// The result has each event that was acknowledged when the plan was made, once.
    void expect_complete() const {
        ASSERT_TRUE(job_->is_done());
        EXPECT_THAT(job_->missing(), SizeIs(0));
        EXPECT_EQ(ids(), expected_);
    }
    std::multiset<std::string> ids() const {
        std::multiset<std::string> ids;
        for (auto& row : job_->result()->rows) ids.insert(row.values[0].second);
        return ids;
    }

 private:
    std::multiset<std::string> expected_;
    Counters counters_;
    Plan plan_;
    std::shared_ptr<Job> job_;
};

/// Starts the search and lets it come to its end.
void run(SampleNode& node, RunningSearch& search) {
    Scheduler scheduler(node.loop, 2);
    scheduler.start();
    search.start(scheduler);
    EXPECT_TRUE(node.loop.run_until([&] { return search.is_done(); }));
    node.loop.run(scheduler.stop());
}

TEST(LocalData, CutsEachPartitionOnce) {
    SampleNode node(1);
    node.append(0, 0, 3);
    node.append(0, 1, 2);
    node.checkpoint(0);
    node.append(0, 0, 4);  // Above the registered end; what is below was not released yet.
    node.append(1, 0, 1);
    RunningSearch search(node, 0);
    auto& plan = search.plan();
    EXPECT_FALSE(plan.may_improve);
    EXPECT_EQ(plan.version, node.state.version());
    EXPECT_THAT(plan.segments, SizeIs(1));
    EXPECT_THAT(plan.records, SizeIs(2));
    ASSERT_THAT(plan.cuts, SizeIs(3));
    EXPECT_EQ(plan.cuts[0].registered_end, model::LogOffset(2));
    EXPECT_EQ(plan.cuts[0].end, model::LogOffset(3));
    EXPECT_EQ(plan.cuts[1].end, model::LogOffset(1));
    run(node, search);
    search.expect_complete();
    EXPECT_THAT(search.ids(), SizeIs(8));
}

TEST(LocalData, LeavesOutWhatTimeAndTagsRuleOut) {
    SampleNode node(2);
    for (int i = 0; i < 20; ++i) node.append(0, 0, 2);
    node.checkpoint(0);
    node.release(0);
    for (int i = 0; i < 20; ++i) node.append(0, 0, 2);
    model::TimeRange never{.start = {100 * SampleNode::kHourNs},
                           .end = {101 * SampleNode::kHourNs}};
    RunningSearch late(node, 0, never);
    EXPECT_THAT(late.plan().segments, SizeIs(0));
    EXPECT_THAT(late.plan().records, SizeIs(0));
    RunningSearch host(node, 0, {}, "host1");
    EXPECT_THAT(host.plan().segments, SizeIs(1));
    EXPECT_GT(host.plan().records_pruned, 0U);
    run(node, host);
    host.expect_complete();
    RunningSearch nobody(node, 0, {}, "host9");
    EXPECT_THAT(nobody.plan().segments, SizeIs(0));
    EXPECT_EQ(nobody.plan().segments_pruned, 1U);
}

TEST(LocalData, NamesAPartitionWithoutCut) {
    SampleNode node(3);
    node.append(2, 0, 1);
    node.blocks.end(model::PartitionId(2));
    RunningSearch search(node, 0);
    EXPECT_TRUE(search.plan().may_improve);
    ASSERT_THAT(search.plan().missing, SizeIs(1));
    EXPECT_EQ(search.plan().missing[0].code, "PartitionUnavailable");
    EXPECT_EQ(search.plan().missing[0].partition, model::PartitionId(2));
    run(node, search);
    EXPECT_THAT(search.job().missing(), SizeIs(1));
    node.claim(2);
    RunningSearch again(node, 0);
    EXPECT_FALSE(again.plan().may_improve);
    run(node, again);
    again.expect_complete();
}

async::Task<void> append_later(SampleNode& node, async::Gate& gate) {
    co_await gate.pause_for(1s);
    node.append(0, 0, 1);
}

TEST(LocalData, WaitsForWhatIsAcknowledged) {
    SampleNode node(5);
    node.append(0, 0, 1);
    auto durable_end = [](model::PartitionId p) { return model::LogOffset(p.value == 0 ? 2 : 0); };
    LocalData data(node.state, node.blocks, node.store, durable_end);
    auto behind = node.loop.run(data.catch_up(node.loop.now() + 1s));
    ASSERT_TRUE(behind);
    ASSERT_THAT(*behind, SizeIs(1));
    EXPECT_EQ(behind->front().code, "PartitionBehind");
    EXPECT_EQ(behind->front().partition, model::PartitionId(0));

    async::Gate gate(node.loop);
    gate.spawn(append_later(node, gate));
    behind = node.loop.run(data.catch_up(node.loop.now() + 3s));
    ASSERT_TRUE(behind);
    EXPECT_THAT(*behind, SizeIs(0));
    EXPECT_EQ(node.blocks.consumed_end(model::PartitionId(0)), model::LogOffset(2));
    node.loop.run(gate.close());
}

TEST(LocalData, NamesADamagedSegment) {
    SampleNode node(4);
    node.append(0, 0, 5);
    node.checkpoint(0);
    node.release(0);
    node.append(1, 0, 2);
    auto path = node.files.paths().at(0);
    node.files.set_content(path, std::string(node.files.content(path).size(), 'x'));
    RunningSearch search(node, 0);
    run(node, search);
    EXPECT_THAT(search.ids(), SizeIs(2));
    ASSERT_THAT(search.job().missing(), SizeIs(1));
    EXPECT_EQ(search.job().missing()[0].code, "SegmentUnreadable");
    EXPECT_EQ(search.job().missing()[0].segment, node.state.live_segments(node.repo(0))[0]->id);
}

/// Searches run while records come in, are sealed, released, merged and their files unlinked, and
/// while leaders change. Each sees what was acknowledged when it began, once.
TEST(LocalData, EverySearchSeesEachEventOnce) {
    constexpr int kSteps = 400;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SampleNode node(seed);
        Scheduler scheduler(node.loop, 2);
        scheduler.start();
        std::vector<std::unique_ptr<RunningSearch>> searches;
        auto& random = node.random;
        for (int step = 0; step < kSteps; ++step) {
            auto p = static_cast<std::uint32_t>(random.below(SampleNode::kPartitions));
            auto repo = random.below(SampleNode::kRepos);
            switch (random.below(12)) {
                case 0:
                    node.checkpoint(p);
                    break;
                case 1:
                case 2:
                    node.release(p);
                    break;
                case 3:
                    node.merge(repo);
                    break;
                case 4:
                    node.sweep();
                    break;
                case 5:
                    if (random.one_in(5)) node.claim(p);
                    break;
                case 6: {
                    model::TimeRange interval{.start = {24 * SampleNode::kHourNs}};
                    auto host = random.one_in(2) ? "host1" : "";
                    auto some = random.one_in(2) ? interval : model::TimeRange();
                    searches.push_back(std::make_unique<RunningSearch>(node, repo, some, host));
                    searches.back()->start(scheduler);
                    break;
                }
                default:
                    node.append(p, repo, 1 + random.below(5));
            }
            for (auto steps = random.below(6); steps > 0; --steps) node.loop.step();
        }
        EXPECT_TRUE(node.loop.run_until([&] {
            return std::ranges::all_of(searches, [](auto& search) { return search->is_done(); });
        }));
        for (auto& search : searches) search->expect_complete();
        node.loop.run(scheduler.stop());
        if (HasFailure()) FAIL() << "seed " << seed;
    }
}

}  // namespace
}  // namespace logwood::search
