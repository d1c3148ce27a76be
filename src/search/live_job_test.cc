#include "search/live_job.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "search/limits.h"
#include "search/sample_node_test.h"
#include "search/search.h"

namespace logwood::search {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::int64_t kSecondNs = 1'000'000'000;

/// A node that works, with the search service.
class LiveWorld {
 public:
    explicit LiveWorld(std::uint64_t seed) : node(seed), search(node.runtime, node.data, {}) {
        search.start();
    }
    ~LiveWorld() { node.loop.run(search.stop()); }

    std::string create(std::string query, std::string start, std::uint64_t repo = 0) {
        auto job = search.create(
            "repo" + std::to_string(repo),
            {.query_string = std::move(query), .start = std::move(start), .is_live = true});
        EXPECT_TRUE(job) << job.error().message;
        return job ? job->id : "";
    }
    Result<JobView> poll(const std::string& id, std::uint64_t repo = 0, PollOptions options = {}) {
        return *node.loop.run(search.poll("repo" + std::to_string(repo), id, options));
    }
    /// Polls until the history is in.
    JobView poll_done(const std::string& id, std::uint64_t repo = 0) {
        for (;;) {
            auto view = poll(id, repo);
            EXPECT_TRUE(view) << view.error().message;
            if (!view || view->done) return view ? *view : JobView{};
        }
    }
    /// What a static query finds in the window.
    JobView run_static(std::string query, model::TimeRange window, std::uint64_t repo) {
        auto name = "repo" + std::to_string(repo);
        auto job = search.create(
            name,
            {.query_string = std::move(query), .start = window.start.ms(), .end = window.end.ms()});
        EXPECT_TRUE(job) << job.error().message;
        for (;;) {
            auto view = *node.loop.run(search.poll(name, job->id, {}));
            if (!view->done) continue;
            EXPECT_TRUE(search.remove(name, job->id));
            return *view;
        }
    }
    void pass(Duration time) {
        auto deadline = node.loop.now() + time;
        node.loop.call_at(deadline, [] {});
        node.loop.run_until([&] { return node.loop.now() >= deadline; });
    }
    std::int64_t now() const { return node.loop.utc_now().ns; }

    SampleNode node;
    Search search;
};

/// Rows as text: the fields of each sorted by name.
std::vector<std::string> texts(const exec::ResultRows& rows) {
    std::vector<std::string> all;
    for (auto& row : rows.rows) {
        std::vector<std::string> fields;
        for (auto& [field, value] : row.values)
            fields.push_back(fmt::format("{}={}", rows.fields[field], value));
        std::ranges::sort(fields);
        all.push_back(fmt::format("{}", fmt::join(fields, " ")));
    }
    return all;
}

std::string only_value(const JobView& view) {
    return view.result->rows.size() == 1 ? texts(*view.result)[0] : "not one row";
}

/// A live query of the trials, and what it is compared with.
struct Watched {
    std::string query;
    std::string start;
    std::uint64_t repo = 0;
    std::string id = {};
};

class Trials {
 public:
    explicit Trials(std::uint64_t seed) : world_(seed), random_(world_.node.random) {}

    void run(int steps) {
        for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) act();
        for (auto& watched : watched_) compare(watched);
    }
    std::uint64_t compared() const { return compared_; }
    std::uint64_t rows() const { return rows_; }
    std::uint64_t restarts() const { return restarts_; }

 private:
    /// Around now: mostly a little late, sometimes older than the window, sometimes ahead.
    std::int64_t some_time() {
        auto now = world_.now();
        switch (random_.below(12)) {
            case 0:
                return now + static_cast<std::int64_t>(random_.below(20 * kSecondNs));
            case 1:
                return now - static_cast<std::int64_t>(random_.below(900 * kSecondNs));
            case 2:
                return now - static_cast<std::int64_t>(random_.below(100 * kSecondNs));
            default:
                return now - static_cast<std::int64_t>(random_.below(2 * kSecondNs));
        }
    }
    void append(std::uint32_t p, std::uint64_t repo) {
        std::vector<std::int64_t> times(1 + random_.below(6));
        for (auto& time : times) time = some_time();
        world_.node.append_at(p, repo, times);
    }
    void start_one() {
        static const char* const kQueries[] = {
            "count()",
            "",
            "tail(7)",
            "head(3)",
            "#host=host1 | groupBy(#host, function=[count(), max(id)])",
            "id=*3* | sum(id)",
            "bucket(span=7s)",
            "timeChart(#host, span=1m, function=sum(id))",
            "sort(id, limit=5)",
            "tail(4) | groupBy(#host)",
            "case { #host=host0 | k := 1; * | k := 2 } | groupBy(k, function=selectLast(id))",
            "\"event 1\" | count(id, distinct=true)",
        };
        static const char* const kStarts[] = {"10s", "77s", "10m"};
        Watched made{.query = kQueries[random_.below(std::size(kQueries))],
                     .start = kStarts[random_.below(std::size(kStarts))],
                     .repo = random_.below(SampleNode::kRepos)};
        made.id = world_.create(made.query, made.start, made.repo);
        watched_.push_back(std::move(made));
    }
    void compare(Watched& watched) {
        auto live = world_.poll_done(watched.id, watched.repo);
        if (live.cancelled) {
            // So many records were sealed unseen that it gave up, and said so.
            EXPECT_THAT(live.warnings.at(0).message, HasSubstr("anew too often"));
            ++restarts_;
            watched.id = world_.create(watched.query, watched.start, watched.repo);
            return;
        }
        auto expected = world_.run_static(watched.query, live.interval, watched.repo);
        EXPECT_THAT(expected.missing, SizeIs(0));
        EXPECT_FALSE(expected.cancelled);
        std::string said;
        for (auto& warning : expected.warnings) said += warning.message + "\n";
        EXPECT_EQ(texts(*live.result), texts(*expected.result))
            << said << watched.query << " from " << live.interval.start.ns << " to "
            << live.interval.end.ns;
        EXPECT_THAT(live.missing, SizeIs(0));
        EXPECT_THAT(live.warnings, SizeIs(expected.warnings.size()));
        EXPECT_LE(live.interval.end.ns, world_.now() + 1'000'000);
        if (watched.query == "count()") {
            auto truth = world_.node.expected(watched.repo, live.interval).size();
            EXPECT_EQ(only_value(live), "_count=" + std::to_string(truth));
        }
        ++compared_;
        rows_ += live.result->rows.size();
    }
    void act() {
        auto& node = world_.node;
        auto p = static_cast<std::uint32_t>(random_.below(SampleNode::kPartitions));
        auto repo = random_.below(SampleNode::kRepos);
        switch (random_.below(20)) {
            case 0:
                return node.checkpoint(p);
            case 1:
                // Seldom before the feed can have seen what is sealed.
                if (!random_.one_in(20)) world_.pass(kLiveBatchEvery);
                return node.release(p);
            case 2:
                return node.merge(repo);
            case 3:
                return node.sweep();
            case 4:
                return node.claim(p);
            case 5:
                if (watched_.size() < 6) start_one();
                return;
            case 6:
                if (random_.one_in(8)) world_.pass(Duration(random_.below(120 * kSecondNs)));
                return world_.pass(Duration(random_.below(3 * kSecondNs)));
            case 7:
                if (watched_.empty() || !random_.one_in(30)) return;
                EXPECT_TRUE(world_.search.remove("repo" + std::to_string(watched_.back().repo),
                                                 watched_.back().id));
                return watched_.pop_back();
            case 8:
            case 9:
            case 10:
                if (!watched_.empty()) compare(watched_[random_.below(watched_.size())]);
                return;
            default:
                append(p, repo);
        }
        for (auto steps = random_.below(6); steps > 0; --steps) node.loop.step();
    }

    LiveWorld world_;
    testing::SimRandom& random_;
    std::vector<Watched> watched_;
    std::uint64_t compared_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t restarts_ = 0;
};

/// Live equals static over the same window, while records come in late, early and out of order, are
/// sealed, released and merged, while leaders change and time passes.
TEST(LiveJob, EqualsAStaticQueryOverTheSameWindow) {
    std::uint64_t compared = 0;
    std::uint64_t rows = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Trials trials(seed);
        trials.run(800);
        compared += trials.compared();
        rows += trials.rows();
        if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    }
    RecordProperty("compared", std::to_string(compared));
    EXPECT_GT(compared, 5000U);
    EXPECT_GT(rows, compared) << "most windows had something in them";
}

TEST(LiveJob, ShowsWhatIsAppendedOnceAcrossCheckpointsAndTerms) {
    LiveWorld world(3);
    auto& node = world.node;
    node.append_at(0, 0, {world.now() - kSecondNs});
    node.checkpoint(0);
    node.append_at(0, 0, {world.now() - kSecondNs, world.now()});
    auto id = world.create("count()", "30m");
    node.append_at(1, 0, {world.now()});
    auto view = world.poll_done(id);
    EXPECT_EQ(only_value(view), "_count=4");
    EXPECT_TRUE(view.is_live);
    EXPECT_TRUE(view.is_aggregate);
    node.append_at(0, 0, {world.now()});
    node.claim(0);  // Consumes again what is not registered: nothing new.
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=5");
    node.checkpoint(0);
    node.release(0);
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=5");
    node.append_at(0, 0, {world.now()});
    node.append_at(0, 1, {world.now()});
    view = world.poll_done(id);
    EXPECT_EQ(only_value(view), "_count=6");
    EXPECT_EQ(view.cuts[0].end, node.blocks.consumed_end(model::PartitionId(0)));
    world.pass(32min);
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=0");
}

TEST(LiveJob, IsBuiltAnewWhenEventsWereSealedUnseen) {
    LiveWorld world(4);
    auto& node = world.node;
    auto id = world.create("count()", "1h");
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=0");
    for (std::size_t i = 1; i <= kLiveRestartsMax; ++i) {
        node.append_at(0, 0, {world.now()});
        node.checkpoint(0);
        node.release(0);
        EXPECT_EQ(only_value(world.poll_done(id)), "_count=" + std::to_string(i));
    }
    node.append_at(0, 0, {world.now()});
    node.checkpoint(0);
    node.release(0);
    auto view = world.poll_done(id);
    EXPECT_TRUE(view.cancelled);
    EXPECT_THAT(view.warnings.back().message, HasSubstr("anew too often"));
}

TEST(LiveJob, ShowsEventsWhenTheirTimeComes) {
    LiveWorld world(5);
    auto& node = world.node;
    auto start = world.now();
    node.append_at(0, 0, {start + 10 * kSecondNs, start - kSecondNs});  // In the history.
    node.checkpoint(0);
    node.release(0);
    node.append_at(1, 0, {start + 20 * kSecondNs});
    auto id = world.create("count()", "10m");
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=1");
    node.append_at(2, 0, {start + 30 * kSecondNs, world.now()});  // In the live part.
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=2");
    for (int i = 3; i <= 5; ++i) {
        world.pass(10s);
        EXPECT_EQ(only_value(world.poll_done(id)), "_count=" + std::to_string(i));
    }
    // A query that starts later finds the held event by itself, once.
    node.append_at(2, 0, {world.now() + 30 * kSecondNs});
    world.pass(1s);
    auto later = world.create("count()", "10m");
    EXPECT_EQ(only_value(world.poll_done(later)), "_count=5");
    world.pass(40s);
    EXPECT_EQ(only_value(world.poll_done(later)), "_count=6");
    EXPECT_EQ(only_value(world.poll_done(id)), "_count=6");
}

TEST(LiveJob, SpeaksOfTheTimeAsDocumented) {
    LiveWorld world(6);
    auto& node = world.node;
    auto id = world.create("age := now() - @timestamp | max(age) | at := now()", "10m");
    world.poll_done(id);
    node.append_at(0, 0, {world.now() - 5 * kSecondNs});
    auto first = texts(*world.poll_done(id).result).at(0);
    world.pass(30s);
    auto second = texts(*world.poll_done(id).result).at(0);
    auto max_of = [](const std::string& text) { return text.substr(0, text.find(" at=")); };
    EXPECT_EQ(max_of(first), max_of(second)) << "the event was seen once";
    EXPECT_NE(first, second) << "the result's now() goes on";
    auto window = world.create("d := end() - start() | max(d) | w := end() - start()", "10m");
    world.poll_done(window);
    node.append_at(0, 0, {world.now()});
    auto view = world.poll_done(window);
    auto shown = view.interval.end.ms() - view.interval.start.ms();
    EXPECT_EQ(texts(*view.result).at(0), fmt::format("_max=600000 w={}", shown));
}

TEST(LiveJob, IsForgottenWhenNobodyAsks) {
    LiveWorld world(7);
    auto id = world.create("count()", "1h");
    for (int i = 0; i < 4; ++i) {
        world.pass(kLiveJobExpiry / 2);
        EXPECT_TRUE(world.poll(id, 0, {.only_heartbeat = true}));
    }
    world.pass(kLiveJobExpiry + kExpirySweep);
    EXPECT_EQ(world.poll(id).error().code, Code::kNotFound);
    EXPECT_EQ(world.search.live_jobs(), 0U);
    auto removed = world.create("count()", "1h");
    EXPECT_EQ(world.search.live_jobs(), 1U);
    EXPECT_TRUE(world.search.remove("repo0", removed));
    EXPECT_EQ(world.poll(removed).error().code, Code::kNotFound);
}

TEST(LiveJob, EndsWithItsRepository) {
    LiveWorld world(8);
    auto id = world.create("count()", "1h");
    world.poll_done(id);
    auto repo = SampleNode::repo(0);
    world.node.must(global::DeleteRepository{repo, world.node.state.repository(repo)->version});
    auto view = world.poll(id);
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->cancelled);
    EXPECT_THAT(view->warnings.back().message, HasSubstr("not there any more"));
}

TEST(LiveJob, TellsWhatItDidNotLookAtYet) {
    int behind = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        LiveWorld world(seed);
        auto id = world.create("count()", "1h");
        world.poll_done(id);
        world.node.loop.set_work_time_max(15s);
        world.node.append_at(0, 0, {world.now()});
        world.pass(300ms);
        world.node.append_at(0, 0, {world.now()});
        world.pass(300ms);
        world.node.loop.set_work_time_max(2ms);
        auto view = world.poll(id);
        ASSERT_TRUE(view);
        // One event is being looked at, the other waits, if the work took long.
        if (only_value(*view) != "_count=2") {
            ASSERT_THAT(view->warnings, SizeIs(1));
            EXPECT_EQ(view->warnings[0].code, "LiveQueryBehind");
            EXPECT_EQ(only_value(*view), "_count=1");
            ++behind;
        }
        EXPECT_EQ(only_value(world.poll_done(id)), "_count=2");
    }
    EXPECT_GT(behind, 3);
}

TEST(LiveJob, TheCostliestGoWhenTheyComeTooLate) {
    LiveWorld world(9);
    auto id = world.create("count()", "1h");
    world.poll_done(id);
    world.node.loop.set_work_time_max(1h);
    auto seconds = 0;
    for (; world.search.counters().jobs_stopped == 0 && seconds < 60; ++seconds) {
        world.node.append_at(0, 0, {world.now()});
        world.pass(1s);
    }
    EXPECT_GE(seconds, kLiveLagMax / 1s);
    EXPECT_LT(seconds, 60);
    auto view = world.poll(id);
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->cancelled);
    EXPECT_THAT(view->warnings.back().message, HasSubstr("behind what comes in"));
}

TEST(LiveJob, RefusesWhatCannotSlide) {
    LiveWorld world(10);
    struct Case {
        QueryInput input;
        std::string text;
    };
    auto live = [](std::string query, TimeArgument start = {}, TimeArgument end = {}) {
        return QueryInput{.query_string = std::move(query),
                          .start = std::move(start),
                          .end = std::move(end),
                          .is_live = true};
    };
    auto around = live("*");
    around.around = Around{};
    auto arrival = live("*");
    arrival.ingest_start = "1h";
    const Case cases[] = {
        {live("*", std::int64_t{0}), "start must be a relative time"},
        {live("*", "1767225600000"), "start must be a relative time"},
        {live("*", "1d@d"), "start must be a relative time"},
        {live("*", "calendar: 1d"), "start must be a relative time"},
        {live("*", "0s"), "1 ms to"},
        {live("*", "1h", "5m"), "end must be left out"},
        {live("*", "1h", std::int64_t{1}), "end must be left out"},
        {live("setTimeInterval(start=1h, end=now) | count()"), "setTimeInterval() cannot be used"},
        {live("join({*}, field=a)"), "join() cannot be used in a live query"},
        {live("selfJoinFilter(a, where=[{b=1}])"), "selfJoinFilter() cannot be used in a live"},
        {live("| |"), "\n\n```\n"},
        {around, "Events around an event"},
        {arrival, "ingestStart"},
    };
    for (auto& [input, text] : cases) {
        auto job = world.search.create("repo0", input);
        ASSERT_FALSE(job) << input.query_string << text;
        EXPECT_EQ(job.error().code, Code::kInvalidArgument);
        EXPECT_THAT(job.error().message, HasSubstr(text));
    }
    for (std::size_t i = 0; i < kLiveJobsMax; ++i) world.create("nothing=here", "1m");
    auto one_more = world.search.create("repo0", live("*"));
    ASSERT_FALSE(one_more);
    EXPECT_EQ(one_more.error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace logwood::search
