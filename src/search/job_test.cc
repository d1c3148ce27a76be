#include "search/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "search/limits.h"
#include "search/scheduler.h"

namespace logwood::search {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Event times of some rows, in seconds.
using Times = std::vector<std::int64_t>;

std::shared_ptr<const model::PlacedRecord> make_record(const Times& times) {
    model::EventBatchBuilder builder;
    for (auto t : times) {
        builder.add("@rawstring", "0123456789");
        builder.end_event(t * 1'000'000'000);
    }
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->record.events = builder.finish();
    return placed;
}

/// Keeps the newest rows, or the oldest (all of them when `keep` is 0: then it is a count).
struct FakePartial : exec::Partial {
    std::vector<std::int64_t> times;
    std::uint64_t rows = 0;
    std::size_t memory() const override { return times.size() * sizeof times[0]; }
    std::uint64_t matched() const override { return rows; }
};

class FakeQuery : public exec::Query {
 public:
    explicit FakeQuery(std::size_t keep) : keep_(keep) {}

    bool is_aggregate() const override { return keep_ == 0; }
    model::TimeRange interval() const override { return {}; }
    std::string filter_text() const override { return "*"; }
    bool may_match_tag(std::string_view, std::string_view) const override { return true; }
    std::unique_ptr<exec::Partial> start() const override {
        return std::make_unique<FakePartial>();
    }
    Result<void> scan(const model::RowSource& source, exec::Partial& into) const override {
        auto& partial = static_cast<FakePartial&>(into);
        TRY(auto times, source.event_times());
        for (auto t : times) {
            if (t == fails_at_ * 1'000'000'000)
                return fail(Code::kTooLarge, "The query needs too much memory.");
            partial.times.push_back(t / 1'000'000'000);
        }
        partial.rows += times.size();
        cut(partial);
        return {};
    }
    Result<void> scan_timed(const model::RowSource&, const exec::TimedScan&) const override {
        return fail(Code::kUnsupported, "not in this fake");
    }
    Result<void> merge(exec::Partial& into, const exec::Partial& from) const override {
        auto& partial = static_cast<FakePartial&>(into);
        auto& other = static_cast<const FakePartial&>(from);
        partial.times.insert(partial.times.end(), other.times.begin(), other.times.end());
        partial.rows += other.rows;
        cut(partial);
        return {};
    }
    std::string serialise(const exec::Partial&) const override { return {}; }
    Result<std::unique_ptr<exec::Partial>> deserialise(std::string_view) const override {
        return fail(Code::kUnsupported, "not in this fake");
    }
    Result<exec::ResultRows> finish(const exec::Partial& from) const override {
        auto& partial = static_cast<const FakePartial&>(from);
        exec::ResultRows result{.fields = {keep_ == 0 ? "_count" : "t"}};
        if (keep_ == 0)
            result.rows.push_back({.values = {{0, std::to_string(partial.rows)}}});
        else
            for (auto t : partial.times)
                result.rows.push_back({.values = {{0, std::to_string(t)}}});
        return result;
    }
    Result<exec::ResultRows> export_rows(const model::RowSource&) const override {
        return fail(Code::kUnsupported, "not in this fake");
    }
    bool is_settled_before(const exec::Partial& from, std::int64_t time_ns) const override {
        auto& partial = static_cast<const FakePartial&>(from);
        return keep_ > 0 && !keeps_oldest_ && partial.times.size() == keep_ &&
               partial.times.back() * 1'000'000'000 >= time_ns;
    }

    bool wants_oldest_first() const override { return keeps_oldest_; }
    bool is_settled_after(const exec::Partial& from, std::int64_t time_ns) const override {
        auto& partial = static_cast<const FakePartial&>(from);
        return keeps_oldest_ && partial.times.size() == keep_ &&
               partial.times.back() * 1'000'000'000 < time_ns;
    }

    std::int64_t fails_at_ = -1;
    bool keeps_oldest_ = false;

 private:
    void cut(FakePartial& partial) const {
        if (keeps_oldest_)
            std::ranges::sort(partial.times);
        else
            std::ranges::sort(partial.times, std::greater());
        if (keep_ > 0 && partial.times.size() > keep_) partial.times.resize(keep_);
    }
    std::size_t keep_;
};

/// A segment by the times of its row groups; an empty row group cannot be read.
class FakeOpened : public OpenedSegment {
 public:
    explicit FakeOpened(std::vector<Times> groups) : groups_(std::move(groups)) {}
    std::size_t row_groups() const override { return groups_.size(); }
    model::TimeBounds bounds(std::size_t i) const override {
        if (groups_[i].empty()) return {0, 50'000'000'000};
        return make_record(groups_[i])->record.events.time_bounds();
    }
    std::uint64_t raw_bytes(std::size_t i) const override { return groups_[i].size() * 10; }
    Result<std::unique_ptr<model::RowSource>> row_group(std::size_t i,
                                                        segment::ReadStats&) const override {
        if (groups_[i].empty()) return fail(Code::kCorrupt, "chunk 3 fails its checksum");
        return model::make_row_source(make_record(groups_[i]));
    }

 private:
    std::vector<Times> groups_;
};

class FakeSegment : public PlannedSegment {
 public:
    FakeSegment(std::uint64_t id, std::vector<Times> groups, std::vector<std::uint64_t>& opened)
        : id_(id), groups_(std::move(groups)), opened_(opened) {}
    SegmentId id() const override { return SegmentId({0, id_}); }
    model::PartitionId partition() const override { return model::PartitionId(1); }
    model::TimeBounds bounds() const override {
        model::TimeBounds bounds;
        for (std::size_t i = 0; i < groups_.size(); ++i) bounds.add(FakeOpened(groups_).bounds(i));
        return groups_.empty() ? model::TimeBounds{0, 40'000'000'000} : bounds;
    }
    async::Task<Result<std::shared_ptr<const OpenedSegment>>> open() override {
        if (groups_.empty()) co_return fail(Code::kNotFound, "no such file");
        opened_.push_back(id_);
        co_return std::make_shared<FakeOpened>(groups_);
    }

 private:
    std::uint64_t id_;
    std::vector<Times> groups_;
    std::vector<std::uint64_t>& opened_;
};

/// What a job answers from.
struct Scene {
    std::vector<std::vector<Times>> segments;  ///< With ids 1, 2, ...; no row groups: no file.
    std::vector<Times> records;
    std::size_t keep = 0;
    bool keeps_oldest = false;
    std::int64_t fails_at = -1;
    std::optional<DoneCriteria> done_criteria;
    unsigned workers = 2;
};

struct Ending {
    JobView view;
    std::vector<std::uint64_t> opened;
    std::vector<std::string> rows;
};

template <typename F>
void run_on_loop(F body) {
    auto loop = async::make_real_loop(2);
    async::Gate gate(*loop);
    auto main = [](async::RealLoop& l, F& f) -> async::Task<void> {
        co_await f(l);
        l.stop();
    };
    gate.spawn(main(*loop, body));
    loop->run();
}

std::shared_ptr<Job> make_job(async::Loop& loop, const Scene& scene, Ending& ending,
                              Counters& counters) {
    auto query = std::make_shared<FakeQuery>(scene.keep);
    query->keeps_oldest_ = scene.keeps_oldest;
    query->fails_at_ = scene.fails_at;
    PreparedQuery prepared{.text = "*", .query = query, .done_criteria = scene.done_criteria};
    auto job = std::make_shared<Job>(loop, Scope{"r", {}}, std::move(prepared), counters);
    Plan plan{.version = 7};
    for (std::uint64_t i = 0; i < scene.segments.size(); ++i)
        plan.segments.push_back(
            std::make_shared<FakeSegment>(i + 1, scene.segments[i], ending.opened));
    for (auto& times : scene.records) plan.records.push_back(make_record(times));
    job->set_plan(std::move(plan));
    return job;
}

/// Runs a job alone, to its end.
Ending run(const Scene& scene, PollOptions options = {}) {
    Ending ending;
    run_on_loop([&](async::Loop& loop) -> async::Task<void> {
        Counters counters;
        Scheduler scheduler(loop, scene.workers);
        scheduler.start();
        auto job = make_job(loop, scene, ending, counters);
        scheduler.add(job);
        co_await job->wait_done(MonoTime::never());
        ending.view = co_await job->view(options);
        co_await scheduler.stop();
    });
    for (auto row : ending.view.page)
        ending.rows.push_back(ending.view.result->rows[row].values[0].second);
    return ending;
}

TEST(Job, LetsGoOfItsSpaceWithItsResult) {
    struct NoSpace : exec::SpillSpace {
        Result<std::uint64_t> append(std::string_view) override { return fail(Code::kNoSpace, ""); }
        Result<std::string> read(std::uint64_t, std::size_t) const override { return {}; }
    };
    run_on_loop([&](async::Loop& loop) -> async::Task<void> {
        Counters counters;
        Scheduler scheduler(loop, 1);
        scheduler.start();
        auto space = std::make_shared<NoSpace>();
        std::weak_ptr<NoSpace> held = space;
        PreparedQuery prepared{
            .text = "*", .spill = std::move(space), .query = std::make_shared<FakeQuery>(0)};
        auto job = std::make_shared<Job>(loop, Scope{"r", {}}, std::move(prepared), counters);
        job->set_plan({});
        EXPECT_FALSE(held.expired());
        scheduler.add(job);
        co_await job->wait_done(MonoTime::never());
        EXPECT_TRUE(held.expired());
        co_await scheduler.stop();
    });
}

TEST(Job, SeesAllSegmentsAndOpenRecords) {
    auto end = run({.segments = {{{1, 2}, {3}}, {{10, 11, 12}}}, .records = {{20}, {21, 22}}});
    EXPECT_TRUE(end.view.done);
    EXPECT_FALSE(end.view.cancelled);
    EXPECT_TRUE(end.view.is_aggregate);
    EXPECT_THAT(end.view.missing, SizeIs(0));
    EXPECT_THAT(end.rows, ElementsAre("9"));
    EXPECT_EQ(end.view.progress.work_total, 3U);
    EXPECT_EQ(end.view.progress.work_done, 3U);
    EXPECT_EQ(end.view.progress.events_processed, 9U);
    EXPECT_EQ(end.view.progress.bytes_processed, 90U);
    EXPECT_EQ(end.view.progress.blocks_read, 5U);
    EXPECT_EQ(end.view.plan_version, 7U);
}

TEST(Job, WithoutDataIsAnEmptyResult) {
    EXPECT_THAT(run({}).rows, ElementsAre("0"));
    EXPECT_THAT(run({.keep = 3}).rows, SizeIs(0));
}

TEST(Job, NamesWhatItCouldNotRead) {
    auto end = run({.segments = {{{1, 2}, {}}, {}, {{5}}}});
    EXPECT_TRUE(end.view.done);
    EXPECT_THAT(end.rows, ElementsAre("3"));
    ASSERT_THAT(end.view.missing, SizeIs(2));
    for (auto& missing : end.view.missing) {
        EXPECT_EQ(missing.code, "SegmentUnreadable");
        ASSERT_TRUE(missing.segment && missing.partition && missing.bounds);
        EXPECT_EQ(*missing.partition, model::PartitionId(1));
        bool is_whole = missing.segment->low == 2;
        EXPECT_EQ(missing.bounds->max_ns, is_whole ? 40'000'000'000 : 50'000'000'000);
        EXPECT_THAT(missing.message, HasSubstr(missing.segment->to_string()));
        EXPECT_THAT(missing.message,
                    HasSubstr(is_whole ? "no such file" : "chunk 3 fails its checksum"));
    }
}

TEST(Job, OfTheNewestEventsLeavesOldSegmentsClosed) {
    auto end = run({.segments = {{{1, 2}}, {{30, 31, 32}, {5}}, {{20, 21}}},
                    .records = {{40}, {41}},
                    .keep = 3,
                    .workers = 1});
    EXPECT_THAT(end.rows, ElementsAre("41", "40", "32"));
    EXPECT_THAT(end.opened, ElementsAre(2));
    EXPECT_TRUE(end.view.has_more_events);
    EXPECT_EQ(end.view.progress.work_done, end.view.progress.work_total);
    EXPECT_GE(end.view.progress.blocks_skipped, 2U);
}

TEST(Job, OfTheOldestEventsLeavesNewSegmentsClosed) {
    auto end = run({.segments = {{{1, 2}}, {{30, 31, 32}, {5}}, {{20, 21}}},
                    .records = {{40}, {0}},
                    .keep = 4,
                    .keeps_oldest = true,
                    .workers = 1});
    EXPECT_THAT(end.rows, ElementsAre("0", "1", "2", "5"));
    EXPECT_THAT(end.opened, ElementsAre(1, 2));
    EXPECT_EQ(end.view.progress.work_done, end.view.progress.work_total);
    EXPECT_GE(end.view.progress.blocks_skipped, 2U);
}

TEST(Job, StopsAtALimitAndSaysSo) {
    auto end = run({.segments = {{{1}, {2}, {3}}}, .fails_at = 2});
    EXPECT_TRUE(end.view.done);
    EXPECT_TRUE(end.view.cancelled);
    ASSERT_THAT(end.view.warnings, SizeIs(1));
    EXPECT_EQ(end.view.warnings[0].message, "The query needs too much memory.");
}

TEST(Job, EndsEarlyWhenAskedTo) {
    auto end = run({.segments = {{{1}}, {{2}}, {{3}}, {{4}}},
                    .done_criteria = DoneCriteria{.fraction_scanned = 0.25}});
    EXPECT_TRUE(end.view.done);
    EXPECT_LT(end.view.progress.events_processed, 4U);
    end = run({.segments = {{{1}}, {{2}}, {{3}}, {{4}}},
               .keep = 10,
               .done_criteria = DoneCriteria{.result_rows = 1},
               .workers = 1});
    EXPECT_TRUE(end.view.done);
    EXPECT_LT(end.view.progress.events_processed, 4U);
}

TEST(Job, ShowsAPageOfItsRows) {
    Scene scene{.records = {{1, 2, 3, 40}}, .keep = 10};
    EXPECT_THAT(run(scene, {.offset = 1, .limit = 2}).rows, ElementsAre("3", "2"));
    EXPECT_THAT(run(scene, {.offset = 9}).rows, SizeIs(0));
    EXPECT_THAT(run(scene, {.sort_by = "t"}).rows, ElementsAre("1", "2", "3", "40"));
    EXPECT_THAT(run(scene, {.only_heartbeat = true}).rows, SizeIs(0));
}

TEST(Job, ThatIsCancelledEnds) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Counters counters;
        Ending ending;
        auto job = make_job(loop, {.segments = {{{1}}}}, ending, counters);
        job->cancel();
        auto view = co_await job->view({});
        EXPECT_TRUE(view.done);
        EXPECT_TRUE(view.cancelled);
        EXPECT_THAT(ending.opened, SizeIs(0));
    });
}

TEST(Job, ThatIsGivenUpHoldsNothing) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Counters counters;
        Ending ending;
        Scheduler scheduler(loop, 1);
        scheduler.start();
        auto done = make_job(loop, {.segments = {{{1, 2, 3}}}, .keep = 3}, ending, counters);
        scheduler.add(done);
        co_await done->wait_done(MonoTime::never());
        EXPECT_GT(done->held_bytes(), 0U);
        done->give_up({Code::kTooLarge, "too much"});
        EXPECT_EQ(done->held_bytes(), 0U);
        auto fresh = make_job(loop, {.segments = {{{1, 2, 3}}}, .keep = 3}, ending, counters);
        fresh->give_up({Code::kTooLarge, "too much"});
        auto view = co_await fresh->view({});
        EXPECT_TRUE(view.done);
        EXPECT_TRUE(view.cancelled);
        EXPECT_THAT(view.result->rows, SizeIs(0));
        EXPECT_EQ(view.warnings.at(0).message, "too much");
        co_await scheduler.stop();
    });
}

TEST(Scheduler, LetsASmallJobPassALargeOne) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Counters counters;
        Ending ending;
        Scene large;
        for (int i = 0; i < 500; ++i) large.segments.push_back({{i}});
        Scheduler scheduler(loop, 1);
        scheduler.start();
        auto slow = make_job(loop, large, ending, counters);
        auto quick = make_job(loop, {.segments = {{{1}}, {{2}}}}, ending, counters);
        scheduler.add(slow);
        scheduler.add(quick);
        co_await quick->wait_done(MonoTime::never());
        EXPECT_FALSE(slow->is_done());
        // A result in between is there although the only worker is never idle.
        auto view = co_await slow->view({});
        EXPECT_THAT(view.result->rows, SizeIs(1));
        co_await scheduler.stop();
        EXPECT_TRUE(slow->is_done());
    });
}

}  // namespace
}  // namespace logwood::search
