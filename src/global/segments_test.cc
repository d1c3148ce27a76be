// Partitions, checkpoints, merges, the later life of segments, and what is settled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "global/entity_codec.h"
#include "global/limits.h"
#include "global/sample_test.h"
#include "global/settled.h"

namespace logwood::global {
namespace {

using enum Outcome::Verdict;
using ::testing::ElementsAre;

std::vector<std::uint64_t> ids(const std::vector<std::shared_ptr<const Segment>>& segments) {
    std::vector<std::uint64_t> out;
    for (const auto& segment : segments) out.push_back(segment->id.low);
    return out;
}

UtcTime hour(int n) { return UtcTime{} + std::chrono::hours(n); }

struct Case {
    const char* what;
    Body body;
    bool accepted;
    Code code = Code::kConflict;
};

void check(const Sample& sample, const std::vector<Case>& cases) {
    for (const auto& c : cases) {
        auto copy = sample;
        auto outcome = copy.apply(c.body);
        EXPECT_EQ(outcome.accepted(), c.accepted) << c.what << ": " << outcome.reason;
        if (!outcome.accepted()) EXPECT_EQ(outcome.code, c.code) << c.what << outcome.reason;
    }
}

TEST(PartitionTest, ClaimsCountTerms) {
    Sample sample;
    sample.must(InitPartitions{2});
    auto made = sample.state.partition(partition_id(0))->version;
    EXPECT_EQ(sample.state.partition(partition_id(0))->term, 0U);
    check(sample,
          {{"more", InitPartitions{4}, true},
           {"as many", InitPartitions{2}, true},
           {"fewer", InitPartitions{1}, false},
           {"far too many", InitPartitions{kPartitionsMax + 1}, false, Code::kInvalidArgument},
           {"claim at another version", ClaimPartition{partition_id(0), made - 1}, false},
           {"claim of nothing", ClaimPartition{partition_id(2), made}, false, Code::kNotFound}});
    sample.must(ClaimPartition{partition_id(0), made});
    EXPECT_EQ(sample.apply(ClaimPartition{partition_id(0), made}).verdict, kConflict);
    auto row = sample.state.partition(partition_id(0));
    EXPECT_EQ(row->term, 1U);
    EXPECT_EQ(row->leader, host_id(1));
    EXPECT_EQ(row->leader_incarnation, 1U);
}

TEST(CheckpointTest, OnlyTheLeaderRegistersInTurn) {
    Sample sample;
    sample.set_up();
    sample.must(sample.checkpoint(0, 10, {section(1, 1), section(2, 2)}));
    auto good = sample.checkpoint(0, 20, {section(3, 1)});
    auto change = [&](auto edit) {
        auto copy = good;
        edit(copy);
        return copy;
    };
    using R = RegisterCheckpoint;
    check(sample,
          {
              {"next", good, true},
              {"no rows", change([](R& r) { r.sections.clear(); }), true},
              {"unknown repository", change([](R& r) { r.sections[0].repo = repo_id(99); }), true},
              {"old term", change([](R& r) { r.term = 0; }), false},
              {"term to come", change([](R& r) { r.term = 2; }), false},
              {"other epoch", change([](R& r) { r.epoch = model::Epoch(1); }), false},
              {"range registered", change([](R& r) { r.from = at(0); }), false},
              {"hole before it", change([](R& r) { r.from = at(11); }), false},
              {"empty range", change([](R& r) { r.to = r.from; }), false, Code::kInvalidArgument},
              {"backwards", change([](R& r) { r.to = at(3); }), false, Code::kInvalidArgument},
              {"no such partition", change([](R& r) { r.partition = partition_id(9); }), false,
               Code::kNotFound},
              {"id taken", change([](R& r) { r.sections[0].id = segment_id(1); }), false,
               Code::kAlreadyExists},
              {"id twice", change([](R& r) { r.sections.push_back(r.sections[0]); }), false,
               Code::kInvalidArgument},
              {"section outside", change([](R& r) { r.sections[0].file_offset = 51; }), false,
               Code::kInvalidArgument},
              {"section far outside", change([](R& r) { r.sections[0].stored_bytes = UINT64_MAX; }),
               false, Code::kInvalidArgument},
              {"long tag summary",
               change([](R& r) { r.sections[0].tag_summary = std::string(65, 't'); }), false,
               Code::kInvalidArgument},
          });

    auto file = sample.state.checkpoint({{}, partition_id(0), at(0)});
    ASSERT_TRUE(file);
    EXPECT_EQ(file->to, at(10));
    EXPECT_THAT(file->sections, ElementsAre(segment_id(1), segment_id(2)));
    EXPECT_THAT(file->holders, ElementsAre(host_id(1)));
    auto segment = sample.state.segment(segment_id(2));
    EXPECT_EQ(segment->file_offset, 100U);
    EXPECT_EQ(segment->checkpoint_term, 1U);
    EXPECT_EQ(segment->checkpoint(), file->key);
    EXPECT_EQ(sample.state.partition(partition_id(0))->registered_end, at(10));
    EXPECT_EQ(sample.state.partition(partition_id(1))->registered_end, at(0));

    // Another process of the host, then another host: neither leads.
    auto restarted = sample;
    restarted.next.incarnation = 2;
    restarted.must(HostStarted{"alpha", "", 2});
    EXPECT_EQ(restarted.apply(good).verdict, kConflict);
    auto other = sample;
    other.apply_as({host_id(2), 1, 1}, HostStarted{"beta", "", 2});
    EXPECT_EQ(other.apply_as({host_id(2), 1, 2}, good).verdict, kConflict);
    EXPECT_TRUE(other
                    .apply_as({host_id(2), 1, 3},
                              ClaimPartition{partition_id(0),
                                             other.state.partition(partition_id(0))->version})
                    .accepted());
    EXPECT_EQ(other.apply(good).verdict, kConflict);  // the zombie
    good.term = 2;
    EXPECT_TRUE(other.apply_as({host_id(2), 1, 4}, good).accepted());
}

TEST(CheckpointTest, ReplacedByARebuiltFile) {
    Sample sample;
    sample.set_up();
    auto version =
        sample.must(sample.checkpoint(0, 10, {section(1, 1), section(2, 2), section(3, 1)}));
    sample.must(SetSegmentState{{sample.read(3)}, SegmentState::kDeleted, {}});
    sample.must(ClaimPartition{partition_id(0), sample.state.partition(partition_id(0))->version});
    CheckpointKey key{{}, partition_id(0), at(0)};
    auto one = section(1, 1);
    one.checksum = 1234;
    ReplaceCheckpoint good{key, version, 2, 500, {one, section(2, 2)}};
    auto change = [&](auto edit) {
        auto copy = good;
        edit(copy);
        return copy;
    };
    using R = ReplaceCheckpoint;
    check(sample,
          {
              {"good", good, true},
              {"the deleted section too", change([](R& r) { r.sections.push_back(section(3, 1)); }),
               true},
              {"old term", change([](R& r) { r.term = 1; }), false},
              {"lacks a section", change([](R& r) { r.sections.pop_back(); }), false},
              {"other rows", change([](R& r) { r.sections[0].rows = 9; }), false},
              {"other repository", change([](R& r) { r.sections[0].repo = repo_id(2); }), false},
              {"old version", change([](R& r) { --r.read; }), false},
              {"no such range", change([](R& r) { r.key.from = at(10); }), false, Code::kNotFound},
          });
    sample.must(good);
    EXPECT_EQ(sample.state.segment(segment_id(1))->checksum, 1234U);
    EXPECT_EQ(sample.state.segment(segment_id(1))->checkpoint_term, 2U);
    EXPECT_EQ(sample.state.segment(segment_id(3))->state, SegmentState::kDeleted);
    EXPECT_EQ(sample.state.checkpoint(key)->term, 2U);
}

TEST(MergeTest, RowsInAreRowsOut) {
    Sample sample;
    sample.set_up();
    sample.must(sample.checkpoint(0, 10, {section(1, 1), section(2, 2)}));
    sample.must(sample.checkpoint(0, 15, {section(3, 1)}));
    sample.must(sample.checkpoint(1, 7, {section(4, 1)}));
    auto out = [](std::uint64_t id, std::uint64_t rows) {
        auto info = section(id, 1);
        info.rows = rows;
        return info;
    };
    MergeSegments good{
        {sample.read(1), sample.read(4), sample.read(3)}, {out(10, 20), out(11, 7)}, 3, hour(5)};
    auto change = [&](auto edit) {
        auto copy = good;
        edit(copy);
        return copy;
    };
    using M = MergeSegments;
    check(sample,
          {
              {"good", good, true},
              {"all dropped", change([](M& m) {
                   m.outputs.clear();
                   m.rows_dropped = 30;
               }),
               true},
              {"row lost", change([](M& m) { m.rows_dropped = 2; }), false, Code::kInvalidArgument},
              {"row made", change([](M& m) { m.outputs[0].rows = 21; }), false,
               Code::kInvalidArgument},
              {"wraps round", change([](M& m) {
                   m.outputs[0].rows = UINT64_MAX;
                   m.rows_dropped = 24;
               }),
               false, Code::kInvalidArgument},
              {"old version", change([](M& m) { ++m.inputs[0].read; }), false},
              {"no inputs", change([](M& m) { m.inputs.clear(); }), false, Code::kInvalidArgument},
              {"input twice", change([](M& m) { m.inputs[1] = m.inputs[0]; }), false,
               Code::kInvalidArgument},
              {"other repository", change([&](M& m) { m.inputs[1] = sample.read(2); }), false,
               Code::kInvalidArgument},
              {"output elsewhere", change([](M& m) { m.outputs[0].repo = repo_id(2); }), false,
               Code::kInvalidArgument},
              {"output id taken", change([](M& m) { m.outputs[0].id = segment_id(2); }), false,
               Code::kAlreadyExists},
              {"output twice", change([](M& m) { m.outputs[1].id = segment_id(10); }), false,
               Code::kAlreadyExists},
              {"unknown input", change([](M& m) { m.inputs[0].id = segment_id(99); }), false,
               Code::kNotFound},
          });
    sample.must(good);
    EXPECT_EQ(sample.apply(good).verdict, kConflict);
    auto merged = sample.state.segment(segment_id(10));
    EXPECT_EQ(merged->kind, SegmentKind::kMerged);
    EXPECT_THAT(merged->ranges, ElementsAre(OffsetRange{partition_id(0), at(0), at(15)},
                                            OffsetRange{partition_id(1), at(0), at(7)}));
    EXPECT_LE(encoded_bytes(*merged), kSegmentEncodedBytesMax);
    EXPECT_THAT(merged->holders, ElementsAre(host_id(1)));
    auto input = sample.state.segment(segment_id(3));
    EXPECT_EQ(input->state, SegmentState::kReplaced);
    EXPECT_EQ(input->replaced_by, segment_id(10));
    EXPECT_THAT(ids(sample.state.live_segments(repo_id(1))), ElementsAre(10, 11));
    EXPECT_THAT(ids(sample.state.segments_in(SegmentState::kReplaced, hour(6), 10)),
                ElementsAre(1, 3, 4));
    EXPECT_THAT(ids(sample.state.segments_in(SegmentState::kReplaced, hour(6), 2)),
                ElementsAre(1, 3));
    EXPECT_TRUE(sample.state.segments_in(SegmentState::kReplaced, hour(5), 10).empty());
}

TEST(SegmentTest, StatesThatMayFollow) {
    using enum SegmentState;
    const std::vector<std::pair<SegmentState, std::vector<SegmentState>>> allowed = {
        {kLive, {kExpired, kDeleted}},
        {kReplaced, {kGone}},
        {kExpired, {kLive, kDeleted, kGone}},
        {kDeleted, {kGone}},
    };
    for (const auto& [from, targets] : allowed) {
        Sample sample;
        sample.set_up();
        sample.must(sample.checkpoint(0, 10, {section(1, 1)}));
        if (from == kReplaced)
            sample.must(MergeSegments{{sample.read(1)}, {section(2, 1)}, 0, {}});
        else if (from != kLive)
            sample.must(SetSegmentState{{sample.read(1)}, from, hour(1)});
        for (auto to : {kLive, kReplaced, kExpired, kDeleted, kGone}) {
            auto copy = sample;
            auto outcome = copy.apply(SetSegmentState{{copy.read(1)}, to, hour(2)});
            bool expected = std::ranges::find(targets, to) != targets.end();
            EXPECT_EQ(outcome.accepted(), expected)
                << static_cast<int>(from) << " to " << static_cast<int>(to);
            if (expected && to == kGone) EXPECT_FALSE(copy.state.segment(segment_id(1)));
            if (expected && to == kLive) EXPECT_EQ(copy.state.live_segments(repo_id(1)).size(), 1U);
        }
    }
}

TEST(SegmentTest, FoundByTime) {
    Sample sample;
    sample.set_up();
    sample.must(sample.checkpoint(
        0, 10, {section(1, 1, 0), section(2, 1, 1), section(3, 1, 2), section(4, 2, 1)}));
    const std::vector<std::pair<model::TimeRange, std::vector<std::uint64_t>>> cases = {
        {{}, {1, 2, 3}},
        {{hour(1), hour(2)}, {2}},
        {{hour(0), UtcTime{hour(1).ns + 1}}, {1, 2}},
        {{hour(2), UtcTime::max()}, {3}},
        {{hour(3), UtcTime::max()}, {}},
        {{UtcTime::min(), UtcTime{0}}, {}},
    };
    for (const auto& [range, expected] : cases)
        EXPECT_EQ(ids(sample.state.live_segments(repo_id(1), range)), expected);
    sample.must(DeleteRepository{repo_id(1), sample.state.repository(repo_id(1))->version});
    EXPECT_TRUE(sample.state.live_segments(repo_id(1)).empty());
    EXPECT_EQ(sample.state.live_by_repo().at(repo_id(1)).size(), 3U);
}

TEST(SettledTest, WatermarkFollowsAndDropsCheckpoints) {
    Sample sample;
    sample.set_up();
    auto p = partition_id(0);
    EXPECT_EQ(settled_prefix(sample.state, p), at(0));
    sample.must(sample.checkpoint(0, 10, {section(1, 1), section(2, 2)}));
    sample.must(sample.checkpoint(0, 15, {}));
    sample.must(sample.checkpoint(0, 20, {section(3, 1)}));
    EXPECT_EQ(settled_prefix(sample.state, p), at(20));
    // With two copies asked for, what is live waits for the second.
    EXPECT_EQ(settled_prefix(sample.state, p, 2), at(0));
    sample.must(MergeSegments{{sample.read(1)}, {section(10, 1)}, 0, {}});
    EXPECT_EQ(settled_prefix(sample.state, p, 2), at(0));
    auto other = sample;
    other.must(SetSegmentState{{other.read(2)}, SegmentState::kExpired, {}});
    EXPECT_EQ(settled_prefix(other.state, p, 2), at(15));
    auto gone = sample;
    gone.must(DeleteRepository{repo_id(2), gone.state.repository(repo_id(2))->version});
    EXPECT_EQ(settled_prefix(gone.state, p, 2), at(15));

    check(sample,
          {{"part", SetTrimWatermark{p, {}, at(12)}, true},
           {"beyond", SetTrimWatermark{p, {}, at(21)}, false},
           {"other epoch", SetTrimWatermark{p, model::Epoch(1), at(10)}, false},
           {"no partition", SetTrimWatermark{partition_id(5), {}, at(0)}, false, Code::kNotFound}});
    sample.must(SetTrimWatermark{p, {}, at(15)});
    EXPECT_EQ(sample.apply(SetTrimWatermark{p, {}, at(14)}).verdict, kConflict);
    EXPECT_EQ(sample.state.partition(p)->trim_watermark, at(15));
    // The empty one below the watermark is dropped, the others when their sections are gone.
    EXPECT_TRUE(sample.state.checkpoint({{}, p, at(0)}));
    EXPECT_FALSE(sample.state.checkpoint({{}, p, at(10)}));
    sample.must(SetSegmentState{{sample.read(2)}, SegmentState::kDeleted, {}});
    sample.must(SetSegmentState{{sample.read(1), sample.read(2)}, SegmentState::kGone, {}});
    EXPECT_FALSE(sample.state.checkpoint({{}, p, at(0)}));
    EXPECT_TRUE(sample.state.checkpoint({{}, p, at(15)}));
    EXPECT_EQ(settled_prefix(sample.state, p), at(20));
    // Above the watermark a checkpoint stays, though its sections are gone.
    sample.must(SetSegmentState{{sample.read(3)}, SegmentState::kDeleted, {}});
    sample.must(SetSegmentState{{sample.read(3)}, SegmentState::kGone, {}});
    EXPECT_TRUE(sample.state.checkpoint({{}, p, at(15)}));
    sample.must(SetTrimWatermark{p, {}, at(20)});
    EXPECT_EQ(sample.state.entities().checkpoints.size(), 0U);
}

TEST(GapTest, IsRecordedOnce) {
    Sample sample;
    sample.set_up();
    Gap gap{{}, {partition_id(0), at(5), at(8)}, 0, "rot", UtcTime{1}};
    sample.must(RecordGap{gap});
    EXPECT_EQ(sample.apply(RecordGap{gap}).code, Code::kAlreadyExists);
    gap.range.partition = partition_id(7);
    EXPECT_EQ(sample.apply(RecordGap{gap}).code, Code::kNotFound);
    EXPECT_EQ(sample.state.entities().gaps.size(), 1U);
}

}  // namespace
}  // namespace logwood::global
