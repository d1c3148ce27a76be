// Merging and sweeping over a simulated disk: which minis are taken, what becomes of their files.
#include "store/merger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "segment/writer.h"
#include "store/checkpoint_file.h"
#include "store/section_info.h"
#include "store/sweeper.h"
#include "testing/memory_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"
#include "testing/sim_random.h"

namespace logwood::store {
namespace {

using model::LogOffset;
using model::PartitionId;

const RepoId kRepo(Id128{0, 0xA});
constexpr std::int64_t kDayNs = 86'400'000'000'000;

class MergerTest : public ::testing::Test {
 protected:
    MergerTest()
        : runtime_{loop_, random_, files_},
          log_(loop_, 7, std::make_shared<testing::MemoryLog::Content>()),
          global_(runtime_, log_, {.host = HostId(Id128{1, 1}), .data_directory = "data"}),
          store_(runtime_, Layout("data")),
          disk_(runtime_, "data"),
          sweeper_(runtime_, global_, store_, {.grace = 1s, .interval = 1h}) {
        (void)files_.create_directories("data/digest");
        run(global_.start());
        run(global_.init_partitions(1));
        term_ = **loop_.run(global_.claim_partition(PartitionId(0)));
    }
    ~MergerTest() override {
        loop_.run(global_.stop());
        loop_.drop_all();
    }

    void run(async::Task<Result<void>> task) {
        auto done = loop_.run(std::move(task));
        ASSERT_TRUE(done && *done) << (done ? done->error().to_string() : "hangs");
    }
    Merger merger(MergerOptions options) { return {runtime_, global_, store_, disk_, options}; }

    /// Registers a checkpoint with one event of the day, `raw` being its text.
    void add_mini(std::string raw, int day = 20'000) {
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->epoch = log_.epoch();
        placed->offset = LogOffset(next_);
        placed->record.repo = kRepo;
        placed->record.ingest_time = loop_.utc_now();
        model::EventBatchBuilder builder;
        builder.add("@rawstring", raw);
        builder.end_event(day * kDayNs + static_cast<std::int64_t>(next_));
        placed->record.events = builder.finish();
        auto written =
            segment::write_segment({.id = SegmentId(Id128{9, next_ + 1}), .repo = kRepo},
                                   std::vector{std::shared_ptr<const model::PlacedRecord>(placed)});
        ASSERT_TRUE(written);
        CheckpointRange range{log_.epoch(), PartitionId(0), LogOffset(next_), LogOffset(next_ + 1)};
        CheckpointBuilder file(range);
        file.add(kRepo, written->bytes);
        auto info = section_info(written->summary, file.layout().sections[0].offset);
        auto bytes = std::move(file).finish();
        ASSERT_TRUE(
            async::replace_file(files_, "data/digest", checkpoint_name(range, term_), bytes));
        auto outcome =
            loop_.run(global_.propose(global::RegisterCheckpoint{.partition = PartitionId(0),
                                                                 .epoch = range.epoch,
                                                                 .term = term_,
                                                                 .from = range.from,
                                                                 .to = range.to,
                                                                 .file_bytes = bytes.size(),
                                                                 .sections = {info}}));
        ASSERT_TRUE(outcome && *outcome && (*outcome)->accepted());
        ++next_;
    }
    std::size_t files_ending(std::string_view end) const {
        auto paths = files_.paths();
        return static_cast<std::size_t>(
            std::ranges::count_if(paths, [&](auto& path) { return path.ends_with(end); }));
    }

    testing::SimLoop loop_{3};
    testing::SimRandom random_{4};
    testing::SimFileSystem files_{5};
    async::Runtime runtime_;
    testing::MemoryLog log_;
    global::Global global_;
    SegmentStore store_;
    DiskGuard disk_;
    Sweeper sweeper_;
    global::Term term_ = 0;
    std::uint64_t next_ = 0;
};

TEST_F(MergerTest, TakesMinisWhenThereAreEnoughOrTheyAreOldOrNothingComes) {
    auto of = [&](MergerOptions options) { return merger(options).choose().size(); };
    EXPECT_EQ(of({.inputs_min = 1}), 0U);
    add_mini("aaaa");
    add_mini("bbbb");
    add_mini("cccc");
    EXPECT_EQ(of({.inputs_min = 4}), 0U);
    EXPECT_EQ(of({.inputs_min = 3}), 3U);
    EXPECT_EQ(of({.inputs_min = 4, .raw_bytes_max = 8}), 2U) << "as many as fit";
    EXPECT_EQ(of({.inputs_min = 4, .raw_bytes_max = 1}), 1U) << "one at least";
    loop_.jump_utc(10min);
    EXPECT_EQ(of({.inputs_min = 4, .window = 9min, .quiet = 1h}), 3U);
    EXPECT_EQ(of({.inputs_min = 4, .window = 1h, .quiet = 9min}), 3U);
    EXPECT_EQ(of({.inputs_min = 4, .window = 1h, .quiet = 1h}), 0U);
}

TEST_F(MergerTest, ReplacesMinisAndTheirFilesGoAfterTheGrace) {
    add_mini("this month", 20'000);
    add_mini("long ago", 10'000);
    add_mini("this month too", 20'001);
    auto merging = merger({.inputs_min = 3});
    run(merging.merge(merging.choose()));
    EXPECT_EQ(merging.counters().inputs, 3U);
    EXPECT_EQ(merging.counters().outputs, 2U) << "one a month";

    auto live = global_.state().live_by_repo().at(kRepo);
    ASSERT_EQ(live.size(), 2U);
    std::set<std::string> texts;
    for (auto& [key, segment] : live) {
        EXPECT_EQ(segment->kind, global::SegmentKind::kMerged);
        auto reader = loop_.run(store_.open(store_.pin(*segment), segment));
        ASSERT_TRUE(reader && *reader);
        auto column = (**reader)->row_group(0)->column("@rawstring");
        ASSERT_TRUE(column);
        for (std::size_t row = 0; row < column->rows(); ++row) texts.emplace((*column)[row]);
    }
    EXPECT_EQ(texts, (std::set<std::string>{"this month", "long ago", "this month too"}));

    run(sweeper_.sweep());
    EXPECT_EQ(files_ending(".ckpt"), 3U) << "within the grace";
    auto replaced =
        global_.state().segments_in(global::SegmentState::kReplaced, UtcTime::max(), 10);
    ASSERT_EQ(replaced.size(), 3U);
    auto pin = store_.pin(*replaced[0]);
    loop_.jump_utc(1min);
    run(sweeper_.sweep());
    EXPECT_EQ(files_ending(".ckpt"), 1U) << "one is pinned";
    pin.reset();
    run(sweeper_.sweep());
    EXPECT_EQ(files_ending(".ckpt"), 0U);
    EXPECT_EQ(files_ending(".seg"), 2U);
    EXPECT_FALSE(global_.state().segment(replaced[0]->id));
}

TEST_F(MergerTest, ARefusedMergeLeavesNoFile) {
    add_mini("a");
    auto merging = merger({.inputs_min = 1});
    auto inputs = merging.choose();
    auto expired = loop_.run(global_.propose(global::SetSegmentState{
        .segments = {{inputs[0]->id, inputs[0]->version}}, .to = global::SegmentState::kExpired}));
    ASSERT_TRUE(expired && *expired && (*expired)->accepted());
    auto merged = loop_.run(merging.merge(inputs));
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->error().code, Code::kConflict);
    EXPECT_EQ(files_ending(".seg"), 0U);
    EXPECT_EQ(files_ending(".tmp"), 0U);
}

TEST_F(MergerTest, TheStartRemovesWhatNobodyNames) {
    add_mini("a");
    ASSERT_TRUE(files_.create_directories("data/segments/x"));
    for (auto* path :
         {"data/digest/1-0-7-9-1.ckpt", "data/digest/a.ckpt.tmp", "data/segments/x/b.seg"})
        ASSERT_TRUE(files_.open(path, async::OpenMode::kCreate));
    run(sweeper_.start());
    loop_.run(sweeper_.stop());
    EXPECT_EQ(sweeper_.counters().orphans_unlinked, 3U);
    EXPECT_EQ(files_ending(".ckpt"), 1U);
}

}  // namespace
}  // namespace logwood::store
