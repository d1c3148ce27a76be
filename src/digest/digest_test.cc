// A digest over a log in memory and a simulated disk: what it seals, rebuilds, sets aside.
#include "digest/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "digest/checkpoint.h"
#include "log/record.h"
#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"
#include "testing/sim_random.h"

namespace logwood::digest {
namespace {

using model::LogOffset;
using model::PartitionId;
using SimLog = testing::MemoryLog;

const RepoId kRepoA(Id128{0, 0xA});
const RepoId kRepoB(Id128{0, 0xB});

model::Record record(RepoId repo, std::string raw) {
    model::Record made;
    made.repo = repo;
    made.ingest_time = UtcTime::from_ms(1'700'000'000'000);
    model::EventBatchBuilder builder;
    builder.add("@rawstring", raw);
    builder.end_event(made.ingest_time.ns);
    made.events = builder.finish();
    return made;
}

model::Record keyed(RepoId repo, std::uint64_t key, std::string raw, Duration later = 0s) {
    auto made = record(repo, std::move(raw));
    made.request_key = Id128{7, key};
    made.ingest_time = made.ingest_time + later;
    return made;
}

/// One start of a node, as far as the digest needs one.
struct Boot {
    Boot(async::Runtime r, std::shared_ptr<SimLog::Content> content)
        : runtime(r),
          log(r.loop, 7, std::move(content)),
          global(runtime, log, {.host = HostId(Id128{1, 1}), .data_directory = "data"}),
          blocks(r.loop),
          disk(runtime, "data"),
          layout("data"),
          digest(runtime, log, global, blocks, disk, layout,
                 {.flush_interval = 2s, .checkpoint_interval = 1s}) {}

    async::Task<Result<void>> start() {
        CO_TRY_OK(co_await global.start());
        CO_TRY_OK(co_await disk.start());
        if (global.state().partition_count() == 0) CO_TRY_OK(co_await global.init_partitions(1));
        digest.start();
        if (!co_await digest.catch_up(runtime.loop.now() + 1min))
            co_return fail(Code::kInternal, "late");
        co_return {};
    }
    async::Task<Result<void>> append(std::string payload) {
        CO_TRY(auto offset, co_await log.append(log::ingest_stream(PartitionId(0)), payload));
        (void)offset;
        co_return {};
    }
    /// What is searchable of records that are not sealed yet.
    std::vector<std::string> open_texts() const {
        std::vector<std::string> texts;
        auto end = blocks.consumed_end(PartitionId(0));
        for (auto& placed : blocks.range(PartitionId(0), LogOffset(0), end))
            texts.emplace_back(placed->record.events.value_of(0, "@rawstring"));
        return texts;
    }
    std::uint64_t sealed_rows() const {
        std::uint64_t rows = 0;
        for (auto& [repo, segments] : global.state().live_by_repo())
            for (auto& [key, segment] : segments) rows += segment->rows;
        return rows;
    }
    LogOffset registered_end() const {
        return global.state().partition(PartitionId(0))->registered_end;
    }

    async::Runtime runtime;
    SimLog log;
    global::Global global;
    store::OpenBlocks blocks;
    store::DiskGuard disk;
    store::Layout layout;
    Digest digest;
};

class DigestTest : public ::testing::Test {
 protected:
    ~DigestTest() override { crash(); }

    void boot() {
        (void)files_.create_directories("data/digest");
        boot_ = std::make_unique<Boot>(async::Runtime{loop_, random_, files_}, content_);
        auto started = loop_.run(boot_->start());
        ASSERT_TRUE(started && *started);
    }
    void crash() {
        loop_.drop_all();
        boot_.reset();
        loop_.drop_all();
        files_.crash();
    }
    void append(const model::Record& made) { append_bytes(*log::encode_record(made)); }
    void append_bytes(std::string payload) {
        auto appended = loop_.run(boot_->append(std::move(payload)));
        ASSERT_TRUE(appended && *appended);
    }
    bool wait_registered(std::uint64_t end) {
        return loop_.run_until([&] { return boot_->registered_end() >= LogOffset(end); }, 1min);
    }
    std::vector<std::string> paths_of(std::string_view suffix) const {
        auto paths = files_.paths();
        std::erase_if(paths, [&](auto& path) { return !path.ends_with(suffix); });
        return paths;
    }
    std::vector<std::string> checkpoint_paths() const { return paths_of(".ckpt"); }
    /// As if the log had not been trimmed.
    void keep_the_log() { content_->streams[log::ingest_stream(PartitionId(0))].begin = 0; }

    testing::SimLoop loop_{3};
    testing::SimRandom random_{4};
    testing::SimFileSystem files_{5};
    std::shared_ptr<SimLog::Content> content_ = std::make_shared<SimLog::Content>();
    std::unique_ptr<Boot> boot_;
};

TEST_F(DigestTest, SealsOneSectionARepositoryAndTrims) {
    boot();
    append(record(kRepoB, "b"));
    append(record(kRepoA, "a"));
    append(record(kRepoB, "bb"));
    ASSERT_TRUE(wait_registered(3));
    auto file =
        boot_->global.state().checkpoint({boot_->log.epoch(), PartitionId(0), LogOffset(0)});
    ASSERT_TRUE(file);
    EXPECT_EQ(file->to, LogOffset(3));
    ASSERT_EQ(file->sections.size(), 2U);
    EXPECT_EQ(boot_->global.state().segment(file->sections[0])->repo, kRepoA);
    EXPECT_EQ(boot_->global.state().segment(file->sections[1])->rows, 2U);
    auto trimmed = [&] {
        return boot_->log.begin(log::ingest_stream(PartitionId(0))) == LogOffset(3);
    };
    EXPECT_TRUE(loop_.run_until(trimmed, 1min));
    EXPECT_TRUE(boot_->blocks.cut(PartitionId(0), 1, LogOffset(3)));
    EXPECT_EQ(boot_->blocks.memory(), 0U);
}

TEST_F(DigestTest, APoisonRecordIsSetAsideAndPassed) {
    boot();
    append(record(kRepoA, "before"));
    append_bytes("this is no record");
    append(record(kRepoA, "behind"));
    ASSERT_TRUE(wait_registered(3));
    EXPECT_EQ(boot_->digest.counters().poison_records, 1U);
    EXPECT_EQ(
        files_.content("data/poison/" + std::to_string(boot_->log.epoch().value) + "-0-1.record"),
        "this is no record");
    auto live = boot_->global.state().live_by_repo();
    EXPECT_EQ(live.begin()->second.begin()->second->rows, 2U);
}

TEST_F(DigestTest, ARangeWithoutRowsHasNoFile) {
    boot();
    append_bytes("this is no record");
    ASSERT_TRUE(wait_registered(1));
    EXPECT_TRUE(checkpoint_paths().empty());
}

TEST_F(DigestTest, ALostFileIsBuiltAgainFromTheLog) {
    boot();
    append(record(kRepoA, "a"));
    ASSERT_TRUE(wait_registered(1));
    auto path = checkpoint_paths().at(0);
    auto bytes = files_.content(path);
    // The log still has the records: nothing was trimmed yet.
    content_->streams[log::ingest_stream(PartitionId(0))].begin = 0;
    crash();
    for (auto damage : {0, 1, 2}) {
        if (damage == 0)
            ASSERT_TRUE(files_.remove(path));
        else if (damage == 1)
            files_.set_content(path, bytes.substr(0, bytes.size() - 1));
        else
            files_.flip_bit(path, bytes.size() * 4);  // in the middle of a section
        content_->streams[log::ingest_stream(PartitionId(0))].begin = 0;
        boot();
        EXPECT_EQ(boot_->digest.counters().rebuilt_files, 1U) << damage;
        path = boot_->layout.digest_directory() + "/" +
               store::Layout::name_of(*boot_->global.state().checkpoint(
                   {boot_->log.epoch(), PartitionId(0), LogOffset(0)}));
        EXPECT_EQ(files_.content(path), bytes) << "a pure function of the range";
        crash();
    }
}

TEST_F(DigestTest, AFileLostBelowTheTrimmedLogIsCounted) {
    boot();
    append(record(kRepoA, "a"));
    ASSERT_TRUE(wait_registered(1));
    auto trimmed = [&] {
        return boot_->log.begin(log::ingest_stream(PartitionId(0))) == LogOffset(1);
    };
    ASSERT_TRUE(loop_.run_until(trimmed, 1min));
    auto path = checkpoint_paths().at(0);
    crash();
    ASSERT_TRUE(files_.remove(path));
    boot();
    EXPECT_EQ(boot_->digest.counters().lost_files, 1U);
    EXPECT_EQ(boot_->digest.counters().rebuilt_files, 0U);
}

TEST_F(DigestTest, AGapInTheLogIsRecorded) {
    boot();
    append(record(kRepoA, "a"));
    crash();
    auto& stream = content_->streams[log::ingest_stream(PartitionId(0))];
    stream.entries.push_back({.offset = LogOffset(1), .payload = {}, .gap_end = LogOffset(2)});
    boot();
    append(record(kRepoA, "behind"));
    ASSERT_TRUE(wait_registered(3));
    EXPECT_EQ(boot_->digest.counters().gaps, 1U);
    EXPECT_EQ(boot_->global.state().entities().gaps.size(), 1U);
}

TEST_F(DigestTest, ARepeatIsNeitherOpenNorSealed) {
    boot();
    append(keyed(kRepoA, 1, "a"));
    append(keyed(kRepoA, 1, "a again"));
    append(keyed(kRepoA, 2, "b"));
    append(keyed(kRepoB, 1, "of another repository"));
    auto consumed = [&] { return boot_->blocks.consumed_end(PartitionId(0)) == LogOffset(4); };
    ASSERT_TRUE(loop_.run_until(consumed, 1s));
    if (boot_->registered_end() == LogOffset(0))
        EXPECT_EQ(boot_->open_texts(),
                  (std::vector<std::string>{"a", "b", "of another repository"}));
    ASSERT_TRUE(wait_registered(4));
    EXPECT_EQ(boot_->sealed_rows(), 3U);
    EXPECT_EQ(boot_->digest.counters().repeated_records, 1U);
    EXPECT_EQ(boot_->digest.counters().events, 3U);
}

TEST_F(DigestTest, ARepeatIsKnownAfterARestart) {
    boot();
    append(keyed(kRepoA, 1, "a"));
    ASSERT_TRUE(wait_registered(1));
    crash();
    boot();
    append(keyed(kRepoA, 1, "a again", 15min));
    append(keyed(kRepoA, 2, "b"));
    ASSERT_TRUE(wait_registered(3));
    EXPECT_EQ(boot_->digest.counters().repeated_records, 1U);
    EXPECT_EQ(boot_->sealed_rows(), 2U);
    append(keyed(kRepoA, 1, "a, as new", 15min + 1ns));
    ASSERT_TRUE(wait_registered(4));
    EXPECT_EQ(boot_->sealed_rows(), 3U);
}

TEST_F(DigestTest, ARangeOfRepeatsHasNoCheckpointFileButKeys) {
    boot();
    append(keyed(kRepoA, 1, "a"));
    ASSERT_TRUE(wait_registered(1));
    append(keyed(kRepoA, 1, "a again"));
    ASSERT_TRUE(wait_registered(2));
    EXPECT_EQ(checkpoint_paths().size(), 1U);
    auto is_alone = [&] { return paths_of(".keys").size() == 1; };
    EXPECT_TRUE(loop_.run_until(is_alone, 1min)) << "older key files are removed";
    crash();
    boot();
    append(keyed(kRepoA, 1, "a once more"));
    ASSERT_TRUE(wait_registered(3));
    EXPECT_EQ(boot_->sealed_rows(), 1U);
    append(record(kRepoA, "much later"));
    append(keyed(kRepoA, 9, "x", 1h));
    append(keyed(kRepoA, 9, "x again", 2h));
    ASSERT_TRUE(wait_registered(6));
    EXPECT_EQ(boot_->sealed_rows(), 4U);
}

TEST_F(DigestTest, RebuildingDropsTheSameRepeats) {
    boot();
    append(keyed(kRepoA, 1, "a"));
    append(keyed(kRepoA, 2, "b"));
    ASSERT_TRUE(wait_registered(2));
    append(keyed(kRepoA, 1, "a again"));
    append(record(kRepoA, "plain"));
    append(keyed(kRepoA, 3, "c"));
    append(keyed(kRepoA, 3, "c again"));
    ASSERT_TRUE(wait_registered(6));
    std::map<std::string, std::string> before;
    for (auto& path : checkpoint_paths()) before[path] = files_.content(path);
    ASSERT_EQ(before.size(), 2U);
    keep_the_log();
    crash();
    for (auto& [path, bytes] : before) ASSERT_TRUE(files_.remove(path));
    keep_the_log();
    boot();
    EXPECT_EQ(boot_->digest.counters().rebuilt_files, 2U);
    std::vector<std::string> again;
    for (auto& path : checkpoint_paths()) again.push_back(files_.content(path));
    std::vector<std::string> want;
    for (auto& [path, bytes] : before) want.push_back(bytes);
    EXPECT_EQ(again, want) << "byte for byte";
    EXPECT_EQ(boot_->sealed_rows(), 4U);
}

TEST_F(DigestTest, ADamagedKeyFileIsReportedAndPassed) {
    boot();
    append(keyed(kRepoA, 1, "a"));
    ASSERT_TRUE(wait_registered(1));
    crash();
    ASSERT_EQ(paths_of(".keys").size(), 1U);
    files_.flip_bit(paths_of(".keys")[0], 100);
    boot();
    EXPECT_EQ(boot_->digest.counters().key_files_lost, 1U);
    append(record(kRepoA, "goes on"));
    ASSERT_TRUE(wait_registered(2));
    EXPECT_EQ(boot_->sealed_rows(), 2U);
}

TEST(BuildCheckpoint, IsAPureFunctionOfTheRange) {
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->record = record(kRepoA, "a");
    store::CheckpointRange range{.to = LogOffset(1)};
    auto first = build_checkpoint(range, {placed});
    auto second = build_checkpoint(range, {placed});
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->bytes, second->bytes);
    EXPECT_EQ(first->sections[0].id, section_id(range, kRepoA));
    range.to = LogOffset(2);
    EXPECT_NE(build_checkpoint(range, {placed})->sections[0].id, first->sections[0].id);
}

}  // namespace
}  // namespace logwood::digest
