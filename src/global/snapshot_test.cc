#include "global/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "global/sample_test.h"
#include "global/snapshot_files.h"
#include "testing/sim_file_system.h"

namespace logwood::global {
namespace {

Sample random_sample(std::uint64_t seed, int changes) {
    Sample sample;
    sample.set_up();
    RandomChanges random(seed);
    for (int i = 0; i < changes; ++i) {
        auto body = random.draw(sample);
        if (std::holds_alternative<HostStarted>(body)) ++sample.next.incarnation;
        sample.apply(std::move(body));
    }
    return sample;
}

TEST(SnapshotTest, SnapshotAndLaterEventsAreAllEvents) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        auto sample = random_sample(seed, 600);
        testing::SimRandom random(seed);
        auto cut = random.below(sample.log.size());
        State all;
        std::vector<Outcome::Verdict> verdicts;
        std::string snapshot;
        for (std::size_t i = 0; i < sample.log.size(); ++i) {
            if (i == cut) snapshot = render_snapshot(all.view());
            verdicts.push_back(all.apply(sample.log[i], at(i)).verdict);
        }
        EXPECT_EQ(all.hash(), sample.state.hash());

        auto restored = parse_snapshot(snapshot);
        ASSERT_TRUE(restored) << seed << restored.error().to_string();
        ASSERT_EQ(restored->next(), at(cut));
        for (auto i = cut; i < sample.log.size(); ++i)
            ASSERT_EQ(restored->apply(sample.log[i], at(i)).verdict, verdicts[i]) << seed;
        EXPECT_EQ(restored->hash(), all.hash());
        EXPECT_EQ(restored->version(), all.version());
        for (std::uint64_t repo = 1; repo <= 3; ++repo)
            EXPECT_EQ(restored->live_segments(repo_id(repo)).size(),
                      all.live_segments(repo_id(repo)).size());
    }
}

TEST(SnapshotTest, SameChangesTwiceAreAppliedOnce) {
    auto sample = random_sample(3, 600);
    State twice;
    std::uint64_t next = 0;
    for (const auto& change : sample.log) {
        twice.apply(change, at(next++));
        auto hash = twice.hash();
        auto again = twice.apply(change, at(next++));
        EXPECT_FALSE(again.accepted());
        EXPECT_EQ(twice.hash(), hash);
    }
}

TEST(SnapshotTest, AViewIsFrozen) {
    auto sample = random_sample(4, 300);
    auto view = sample.state.view();
    auto before = render_snapshot(view);
    RandomChanges random(5);
    for (int i = 0; i < 300; ++i) {
        auto body = random.draw(sample);
        if (!std::holds_alternative<HostStarted>(body)) sample.apply(std::move(body));
    }
    EXPECT_EQ(render_snapshot(view), before);
    EXPECT_NE(sample.state.hash(), view.hash);
    EXPECT_TRUE(parse_snapshot(before));
}

/// Files that released versions wrote.
TEST(SnapshotTest, OldSnapshotsAreReadAndKeepTheirHash) {
    const char* source = std::getenv("LOGWOOD_SOURCE_DIR");
    std::ifstream in(
        std::string(source ? source : ".") + "/src/global/testdata/snapshot_level_1.json",
        std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    auto state = parse_snapshot(text);
    ASSERT_TRUE(state) << state.error().to_string();
    EXPECT_EQ(render_snapshot(state->view()).size(), text.size()) << "and not a byte more";
    EXPECT_EQ(state->cluster().feature_level, 1U);
    auto repository = state->repository_named("web");
    ASSERT_TRUE(repository);
    auto parser = state->parser_named(repository->id, "mine");
    ASSERT_TRUE(parser);
    EXPECT_EQ(parser->script, "kvParse() | x := 3");
    EXPECT_TRUE(parser->test_cases.empty());
}

TEST(SnapshotTest, EveryDamageIsSeen) {
    auto good = render_snapshot(random_sample(6, 60).state.view());
    ASSERT_TRUE(parse_snapshot(good));
    ASSERT_LT(good.size(), 20'000U);
    for (std::size_t size = 0; size < good.size(); ++size)
        ASSERT_FALSE(parse_snapshot(std::string_view(good).substr(0, size))) << size;
    auto bad = good;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto flip = [&] { bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8))); };
        flip();
        ASSERT_FALSE(parse_snapshot(bad)) << bit;
        flip();
    }
    EXPECT_FALSE(parse_snapshot(good + "\n"));
    EXPECT_FALSE(parse_snapshot(good + good));
}

TEST(SnapshotTest, WhatHasAGoodChecksumIsStillChecked) {
    Sample sample;
    sample.set_up();
    sample.must(sample.checkpoint(0, 10, {section(1, 1)}));
    auto good = render_snapshot(sample.state.view());
    auto end = good.rfind("{\"footer\"");
    auto before = good.substr(0, end);
    auto entities = static_cast<std::uint64_t>(std::ranges::count(before, '\n')) - 1;
    auto sealed = [&](std::string text, std::uint64_t count) {
        return text + snapshot_footer(count, sample.state.hash(), text);
    };
    ASSERT_EQ(sealed(before, entities), good);
    auto edited = [&](const std::string& from, const std::string& to) {
        auto copy = before;
        auto where = copy.find(from);
        EXPECT_NE(where, copy.npos) << from;
        return copy.replace(where, from.size(), to);
    };
    auto last_line = before.rfind('\n', before.size() - 2) + 1;
    const std::tuple<const char*, std::string, Code> cases[] = {
        {"an entity less", sealed(before.substr(0, last_line), entities - 1), Code::kCorrupt},
        {"an entity twice", sealed(before + before.substr(last_line), entities + 1),
         Code::kCorrupt},
        {"other count", sealed(before, entities + 1), Code::kCorrupt},
        {"other value", sealed(edited("alpha", "alphb"), entities), Code::kCorrupt},
        {"other format", sealed(edited("logwood-global", "logwood_global"), entities),
         Code::kCorrupt},
        {"newer", sealed(edited("\"format_version\":1", "\"format_version\":2"), entities),
         Code::kUnsupported},
        {"older than the first",
         sealed(edited("\"format_version\":1", "\"format_version\":0"), entities), Code::kCorrupt},
        {"other offset", sealed(edited("\"next_offset\":", "\"next_offset\":1"), entities),
         Code::kCorrupt},
        {"other level", sealed(edited("\"feature_level\":2", "\"feature_level\":3"), entities),
         Code::kCorrupt},
        {"newer kind", sealed(edited("{\"host\"", "{\"hose\""), entities), Code::kUnsupported},
        {"empty line", sealed(before + "\n", entities + 1), Code::kCorrupt},
    };
    for (const auto& [what, text, code] : cases) {
        auto parsed = parse_snapshot(text);
        ASSERT_FALSE(parsed) << what;
        EXPECT_EQ(parsed.error().code, code) << what << ": " << parsed.error().message;
    }
}

TEST(SnapshotFilesTest, FallsBackAndNeverReplacesAGoodOneByABadOne) {
    testing::SimFileSystem disk(1);
    ASSERT_TRUE(disk.create_directories("/data"));
    auto sample = random_sample(8, 30);
    auto first = sample.state.view();
    {
        SnapshotFiles files(disk, "/data");
        EXPECT_FALSE(files.load().state);
        ASSERT_TRUE(files.write(first));
        EXPECT_EQ(files.trim_point(), at(0));
        sample.apply(StateHashCheck{});
        ASSERT_TRUE(files.write(sample.state.view()));
        EXPECT_EQ(files.trim_point(), first.next);
    }
    auto newest = std::string("/data/") + SnapshotFiles::kNewest;
    disk.flip_bit(newest, 999);
    SnapshotFiles files(disk, "/data");
    auto loaded = files.load();
    ASSERT_TRUE(loaded.state);
    EXPECT_EQ(loaded.state->next(), first.next);
    EXPECT_EQ(loaded.newest_error->code, Code::kCorrupt);
    // The bad file does not become the previous one.
    ASSERT_TRUE(files.write(sample.state.view()));
    disk.flip_bit(newest, 999);
    EXPECT_EQ(SnapshotFiles(disk, "/data").load().state->next(), first.next);
    disk.flip_bit(std::string("/data/") + SnapshotFiles::kPrevious, 5);
    loaded = SnapshotFiles(disk, "/data").load();
    EXPECT_FALSE(loaded.state);
    EXPECT_TRUE(loaded.newest_error && loaded.previous_error);
}

// The power goes at every single operation of a write; what is there afterwards is the old or the
// new snapshot, never older than the one before it, so that the trimmed log still fits.
TEST(SnapshotFilesTest, SurvivesACrashAtEveryOperation) {
    auto sample = random_sample(9, 30);
    auto first = sample.state.view();
    sample.apply(StateHashCheck{});
    auto second = sample.state.view();
    sample.apply(StateHashCheck{});
    auto third = sample.state.view();
    bool done = false;
    for (std::uint64_t dies = 0; !done; ++dies) {
        testing::SimFileSystem disk(dies);
        ASSERT_TRUE(disk.create_directories("/data"));
        SnapshotFiles files(disk, "/data");
        ASSERT_TRUE(files.write(first));
        ASSERT_TRUE(files.write(second));
        disk.die_at_op(disk.operations() + dies);
        done = files.write(third).has_value();
        disk.crash();
        auto loaded = SnapshotFiles(disk, "/data").load();
        ASSERT_TRUE(loaded.state) << dies;
        EXPECT_GE(loaded.state->next(), done ? third.next : second.next) << dies;
        ASSERT_LT(dies, 100U);
    }
}

}  // namespace
}  // namespace logwood::global
