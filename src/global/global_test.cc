#include "global/global.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "global/change_codec.h"
#include "global/global_impl.h"
#include "global/sample_test.h"
#include "log/local_log.h"
#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::global {
namespace {

using testing::AppendFault;

/// One host over a log and a disk that outlive its processes.
struct World {
    testing::SimLoop loop{7};
    testing::SimRandom random{7};
    testing::SimFileSystem disk{7};
    async::Runtime runtime{loop, random, disk};
    std::shared_ptr<testing::MemoryLog::Content> content =
        std::make_shared<testing::MemoryLog::Content>();
    std::optional<testing::MemoryLog> log;
    std::unique_ptr<Global> global;
    GlobalOptions options{.host = host_id(1),
                          .host_name = "alpha",
                          .data_directory = "/data",
                          .proposal_timeout = 2s};

    World() { EXPECT_TRUE(disk.create_directories("/data")); }
    ~World() { stop(); }
    Result<void> start() {
        log.emplace(loop, random.next(), content);
        global = std::make_unique<Global>(runtime, *log, options);
        return *loop.run(global->start(), 1min);
    }
    void must_start() {
        auto started = start();
        ASSERT_TRUE(started) << started.error().to_string();
    }
    void stop() {
        if (!global) return;
        EXPECT_TRUE(loop.run(global->stop(), 1min));
        global.reset();
    }
    /// The process dies where it stands.
    void crash() {
        loop.drop_all();
        global.reset();
        log.reset();
        loop.drop_all();  // locks that were held wake their dead waiters
        disk.restart();
    }
    void restart() {
        stop();
        must_start();
    }
    Result<Outcome> propose(Body body, ProposalId& id) {
        return *loop.run(global->propose(std::move(body), id), 1min);
    }
    Result<Outcome> propose(Body body) {
        ProposalId id;
        return propose(std::move(body), id);
    }
    template <typename T>
    T run(async::Task<T> task) {
        return *loop.run(std::move(task), 1min);
    }
    std::vector<log::Entry>& entries() { return content->streams[kGlobalStream].entries; }
    /// Lets the reader catch up.
    void settle() {
        loop.run_until([&] { return global->state().next().value == entries().size(); }, 5s);
    }
};

CreateRepository web(std::uint64_t n) {
    return {repo_id(n), "web" + std::to_string(n), "", {}, {}};
}

TEST(GlobalTest, AnOlderClusterLearnsNewKindsOnceAllHostsKnowThem) {
    World world;
    auto write = [&](ProposalId id, Body body) {
        auto offset = at(world.entries().size());
        world.entries().push_back(
            {.offset = offset, .payload = encode_change({id, std::move(body)})});
    };
    write({}, Genesis{.cluster = ClusterId(Id128{9, 9}), .feature_level = 1});
    write({host_id(2), 1, 1}, HostStarted{"old", "", 1});
    world.must_start();
    auto repo = world.run(world.global->create_repository("web"));
    ASSERT_TRUE(repo);
    auto before = world.entries().size();
    auto refused = world.run(world.global->put_saved_query(*repo, "q", "*"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kUnsupported);
    EXPECT_EQ(world.entries().size(), before) << "an old host would stop there";
    write({host_id(2), 2, 1}, HostStarted{"new", "", kFeatureLevel});
    world.restart();
    EXPECT_EQ(world.global->state().cluster().feature_level, kFeatureLevel);
    ASSERT_TRUE(world.run(world.global->put_saved_query(*repo, "q", "*")));
    ASSERT_TRUE(world.run(world.global->put_saved_query(*repo, "q", "a=1")));
    ASSERT_TRUE(world.run(world.global->put_file(
        {.repo = *repo, .name = "a.csv", .content = FileContentId(Id128{1, 1})})));
    world.restart();
    EXPECT_EQ(world.global->state().saved_query(*repo, "q")->query, "a=1");
    EXPECT_TRUE(world.global->state().file(*repo, "a.csv"));
    EXPECT_TRUE(world.run(world.global->delete_file(*repo, "a.csv")));
    EXPECT_TRUE(world.run(world.global->delete_saved_query(*repo, "q")));
    EXPECT_EQ(world.run(world.global->delete_file(*repo, "a.csv")).error().code, Code::kNotFound);
}

TEST(GlobalTest, StateOutlivesTheProcess) {
    World world;
    world.must_start();
    auto repo = world.run(world.global->create_repository("web", "pages", age(1h)));
    ASSERT_TRUE(repo);
    EXPECT_EQ(world.run(world.global->create_repository("web")).error().code, Code::kAlreadyExists);
    auto parser = world.run(world.global->put_parser(*repo, "json", "parseJson()", {"host"}));
    ASSERT_TRUE(parser);
    EXPECT_EQ(*world.run(world.global->put_parser(*repo, "json", "parseJson(x)")), *parser);
    auto token = world.run(world.global->put_ingest_token(*repo, "t", "json"));
    ASSERT_TRUE(token);
    EXPECT_EQ(*world.run(world.global->put_ingest_token(*repo, "t", std::nullopt)), *token);
    EXPECT_EQ(token->size(), 36U);
    ASSERT_TRUE(world.run(world.global->set_retention(*repo, age(2h))));
    IngestListener listener{
        .repo = *repo, .name = "l", .port = 514, .tags = {{"b", "1"}, {"a", "2"}}};
    ASSERT_TRUE(world.run(world.global->put_ingest_listener(listener)));
    listener.port = 515;
    ASSERT_TRUE(world.run(world.global->put_ingest_listener(listener)));
    ASSERT_EQ(world.global->state().listeners().size(), 1U);
    EXPECT_EQ(world.global->state().listeners()[0]->port, 515);
    ASSERT_TRUE(world.run(world.global->init_partitions(2)));
    EXPECT_EQ(*world.run(world.global->claim_partition(partition_id(1))), 1U);
    EXPECT_EQ(world.run(world.global->claim_partition(partition_id(2))).error().code,
              Code::kNotFound);
    EXPECT_EQ(*world.run(world.global->advance_trim_watermark(partition_id(1))), at(0));

    auto cluster = world.global->state().cluster();
    auto hash = world.global->state().hash();
    for (bool crash : {false, true}) {
        if (crash) world.crash();
        world.stop();
        State replayed;
        for (const auto& entry : world.entries())
            replayed.apply(decode_entry(entry.payload)->change, entry.offset);
        EXPECT_EQ(replayed.hash(), hash);
        world.must_start();
        EXPECT_EQ(world.global->incarnation(), crash ? 3U : 2U);
        const auto& state = world.global->state();
        EXPECT_EQ(state.cluster(), cluster);
        EXPECT_EQ(state.repository(*repo)->retention, age(2h));
        EXPECT_EQ(state.parser(*parser)->revision, 2U);
        EXPECT_EQ(state.token_by_text(*token)->parser, std::nullopt);
        EXPECT_EQ(*world.run(world.global->claim_partition(partition_id(1))), crash ? 3U : 2U);
        hash = state.hash();
    }
    ASSERT_TRUE(world.run(world.global->delete_ingest_token(*repo, "t")));
    ASSERT_TRUE(world.run(world.global->delete_parser(*repo, "json")));
    ASSERT_TRUE(world.run(world.global->delete_repository(*repo)));
    EXPECT_EQ(world.run(world.global->delete_repository(*repo)).error().code, Code::kNotFound);
    EXPECT_TRUE(world.global->state().repositories().empty());
}

TEST(GlobalTest, WorksOverTheLocalLog) {
    World world;
    for (int start = 1; start <= 3; ++start) {
        auto log =
            *world.loop.run(log::LocalLog::open(world.runtime, "/data/log", {kGlobalStream}));
        ASSERT_TRUE(log) << log.error().to_string();
        Global global(world.runtime, **log, world.options);
        ASSERT_TRUE(world.run(global.start()));
        EXPECT_EQ(global.state().repositories().size(), static_cast<std::size_t>(start - 1));
        ASSERT_TRUE(world.run(global.create_repository("repo" + std::to_string(start))));
        if (start == 2) ASSERT_TRUE(world.run(global.write_snapshot()));
        EXPECT_TRUE(world.loop.run(global.stop()));
        EXPECT_TRUE(world.loop.run((*log)->close()));
    }
}

TEST(GlobalTest, UnknownStaysUnknownUntilSeen) {
    World world;
    world.must_start();
    struct Case {
        AppendFault fault;
        Code answer;
        std::optional<bool> accepted_later;  // after a later proposal was applied
    };
    const Case cases[] = {
        {AppendFault::kNever, Code::kUnavailable, std::nullopt},
        {AppendFault::kUnknownLost, Code::kUnknownOutcome, false},
        {AppendFault::kUnknownLate, Code::kUnknownOutcome, true},
        {AppendFault::kHangs, Code::kUnknownOutcome, false},
    };
    std::uint64_t n = 0;
    for (const auto& c : cases) {
        ++n;
        ProposalId id;
        world.log->fault = c.fault;
        auto outcome = world.propose(web(n), id);
        world.log->fault = AppendFault::kNone;
        ASSERT_FALSE(outcome) << n;
        EXPECT_EQ(outcome.error().code, c.answer) << n;
        EXPECT_EQ(id.incarnation, world.global->incarnation());
        EXPECT_FALSE(world.global->outcome_of(id)) << n;
        world.log->release_late();
        EXPECT_TRUE(world.propose(web(100 + n))->accepted());
        world.settle();
        auto later = world.global->outcome_of(id);
        ASSERT_EQ(later.has_value(), c.accepted_later.has_value()) << n;
        if (later) EXPECT_EQ(later->accepted(), *c.accepted_later) << n;
        EXPECT_EQ(world.global->state().repository(repo_id(n)) != nullptr,
                  c.accepted_later == true);
    }
    // Written, though the log did not say so: seen, so not unknown at all.
    world.log->fault = AppendFault::kUnknownWritten;
    EXPECT_TRUE(world.propose(web(50))->accepted());
}

TEST(GlobalTest, AnUnknownChangeThatComesAfterALaterOneIsRefused) {
    World world;
    world.must_start();
    ProposalId id;
    world.log->fault = AppendFault::kUnknownLate;
    EXPECT_EQ(world.propose(web(1), id).error().code, Code::kUnknownOutcome);
    world.log->fault = AppendFault::kNone;
    EXPECT_TRUE(world.propose(web(2))->accepted());
    EXPECT_EQ(world.global->outcome_of(id)->verdict, Outcome::Verdict::kDuplicate);
    world.log->release_late();
    world.settle();
    EXPECT_FALSE(world.global->state().repository(repo_id(1)));
    EXPECT_EQ(world.global->outcome_of(id)->verdict, Outcome::Verdict::kDuplicate);
}

TEST(GlobalTest, ManyAtOnceKeepTheirOrder) {
    World world;
    world.must_start();
    constexpr int kCount = 200;
    int accepted = 0;
    async::Gate gate(world.loop);
    auto one = [](World& w, int n, int& done) -> async::Task<void> {
        auto outcome = co_await w.global->propose(web(static_cast<std::uint64_t>(n)));
        done += outcome && outcome->accepted();
    };
    for (int n = 1; n <= kCount; ++n) gate.spawn(one(world, n, accepted));
    EXPECT_TRUE(world.loop.run(gate.close()));
    EXPECT_EQ(accepted, kCount);
}

TEST(GlobalTest, WhatCannotBeAnEntryIsNotAppended) {
    World world;
    world.must_start();
    auto before = world.entries().size();
    EXPECT_EQ(world.propose(CreateRepository{repo_id(1), "\xff\xff", "", {}, {}}).error().code,
              Code::kInvalidArgument);
    PutParser large{{.id = parser_id(1), .repo = repo_id(1), .name = "p"}, 0};
    large.parser.script = std::string(kEntryBytesMax, 'x');
    EXPECT_EQ(world.propose(large).error().code, Code::kTooLarge);
    EXPECT_EQ(world.entries().size(), before);
    world.stop();
}

TEST(GlobalTest, ASecondProcessOfTheHostTakesOver) {
    World world;
    world.must_start();
    testing::MemoryLog other_log(world.loop, 3, world.content);
    ASSERT_TRUE(world.disk.create_directories("/other"));
    auto other_options = world.options;
    other_options.data_directory = "/other";
    Global other(world.runtime, other_log, other_options);
    ASSERT_TRUE(world.run(other.start()));
    EXPECT_EQ(other.incarnation(), 2U);
    auto outcome = world.propose(web(1));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->verdict, Outcome::Verdict::kStaleIncarnation);
    EXPECT_TRUE(world.global->failed());
    EXPECT_EQ(world.propose(web(1)).error().code, Code::kUnavailable);
    EXPECT_TRUE(world.loop.run(other.stop()));
}

TEST(GlobalTest, SnapshotsTrimTheLogBehindThem) {
    World world;
    world.options.snapshot_every = 50;
    world.must_start();
    for (std::uint64_t n = 1; n <= 300; ++n) ASSERT_TRUE(world.propose(web(n))->accepted());
    auto begin = world.content->streams[kGlobalStream].begin;
    EXPECT_GT(begin, 150U);
    EXPECT_LE(begin, 255U);
    auto hash = world.global->state().hash();
    auto version = world.global->version();
    world.restart();
    EXPECT_EQ(world.global->state().repositories().size(), 300U);
    EXPECT_NE(world.global->state().hash(), hash);  // the host's new start
    EXPECT_EQ(world.global->version(), version + 1);
    // The newest snapshot rots: the one before it and the log behind it still make the state.
    world.stop();
    world.disk.flip_bit(std::string("/data/") + SnapshotFiles::kNewest, 12345);
    world.must_start();
    EXPECT_EQ(world.global->state().repositories().size(), 300U);
    // Both rot: the log alone is not enough, and the node says so.
    world.stop();
    for (auto name : {SnapshotFiles::kNewest, SnapshotFiles::kPrevious})
        world.disk.set_content(std::string("/data/") + name, "{}");
    EXPECT_EQ(world.start().error().code, Code::kCorrupt);
}

TEST(GlobalTest, ASnapshotIsWrittenAfterTheInterval) {
    World world;
    world.options.snapshot_interval = 10min;
    world.must_start();
    ASSERT_TRUE(world.propose(web(1))->accepted());
    auto path = std::string("/data/") + SnapshotFiles::kNewest;
    world.loop.run_until([] { return false; }, 9min);
    EXPECT_FALSE(*world.disk.exists(path));
    world.loop.run_until([] { return false; }, 2min);
    EXPECT_TRUE(*world.disk.exists(path));
}

TEST(GlobalTest, StopsAtWhatItMustNotPass) {
    auto lost = [](World& w) { w.entries()[3] = {at(3), "", at(5)}; };
    auto cut_off = [](World& w) {
        w.entries().pop_back();
        w.entries().pop_back();
    };
    auto trimmed = [](World& w) { w.content->streams[kGlobalStream].begin = 3; };
    auto newer = [](World& w) {
        auto& payload = w.entries()[3].payload;
        Change change{{host_id(1), 1, 1}, SetSegmentState{{}, SegmentState(9), {}}};
        payload = encode_change(change);
    };
    auto epoch = [](World& w) { w.content->epoch = model::Epoch(1); };
    struct Case {
        const char* what;
        std::function<void(World&)> damage;
        bool with_snapshot;
        std::optional<Code> error;
    };
    const Case cases[] = {
        {"lost entries", lost, false, Code::kCorrupt},
        {"lost entries that the snapshot has", lost, true, std::nullopt},
        {"end of the log lost", cut_off, true, Code::kCorrupt},
        {"begin of the log lost", trimmed, false, Code::kCorrupt},
        {"begin of the log trimmed", trimmed, true, std::nullopt},
        {"kind of the future", newer, false, Code::kUnsupported},
        {"another epoch", epoch, true, Code::kConflict},
        {"garbage", [](World& w) { w.entries()[3].payload = "?"; }, false, std::nullopt},
    };
    for (const auto& c : cases) {
        World world;
        world.must_start();
        for (std::uint64_t n = 1; n <= 5; ++n) ASSERT_TRUE(world.propose(web(n))->accepted());
        if (c.with_snapshot) ASSERT_TRUE(world.run(world.global->write_snapshot()));
        world.stop();
        c.damage(world);
        auto started = world.start();
        EXPECT_EQ(started.has_value(), !c.error) << c.what;
        if (c.error && !started) EXPECT_EQ(started.error().code, *c.error) << c.what;
    }
}

TEST(GlobalTest, HashesArePublishedAndCompared) {
    World world;
    world.must_start();
    while (world.global->version() < kHashCheckEvery + 3)
        ASSERT_TRUE(world.propose(InitPartitions{1}));
    world.settle();
    int checks = 0;
    for (auto& entry : world.entries()) {
        auto change = decode_entry(entry.payload)->change;
        auto* check = std::get_if<StateHashCheck>(&change.body);
        if (!check) continue;
        ++checks;
        ++check->hash;  // as if another node had found another state
        entry.payload = encode_change(change);
    }
    EXPECT_EQ(checks, 1);
    world.stop();
    EXPECT_EQ(world.start().error().code, Code::kCorrupt);
}

TEST(GlobalTest, ACrashAtAnyTimeLosesNothingThatWasAccepted) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        World world;
        world.random = testing::SimRandom(seed);
        world.options.snapshot_every = 5;
        std::set<std::uint64_t> accepted;
        std::uint64_t n = 0;
        auto work = [](World& w, std::set<std::uint64_t>& done,
                       std::uint64_t& next) -> async::Task<void> {
            for (;;) {
                auto mine = ++next;
                auto outcome = co_await w.global->propose(web(mine));
                if (outcome && outcome->accepted()) done.insert(mine);
            }
        };
        for (int life = 0; life < 4; ++life) {
            world.must_start();
            for (auto id : accepted)
                ASSERT_TRUE(world.global->state().repository(repo_id(id))) << seed << " " << id;
            auto gate = std::make_unique<async::Gate>(world.loop);
            for (int i = 0; i < 3; ++i) gate->spawn(work(world, accepted, n));
            auto steps = world.random.below(400);
            for (std::uint64_t i = 0; i < steps; ++i) world.loop.step();
            bool power_cut = world.random.one_in(2);
            world.loop.drop_all();
            gate.reset();
            world.crash();
            if (power_cut) world.disk.crash();
        }
    }
}

}  // namespace
}  // namespace logwood::global
