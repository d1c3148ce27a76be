// Partitions of the ingest log and the checkpoints of their ranges. What makes a record visible
// exactly once is here: a range is registered only by the leader, in its term, where the registered
// ranges end.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "global/apply.h"
#include "global/limits.h"
#include "global/settled.h"

namespace logwood::global {

Result<void> Apply::on(const InitPartitions& change) {
    auto present = state_.partition_count();
    if (change.count < present)
        return fail(Code::kConflict, "the number of partitions never shrinks");
    if (change.count > kPartitionsMax)
        return fail(Code::kInvalidArgument,
                    "more than " + std::to_string(kPartitionsMax) + " partitions");
    for (auto id = present; id < change.count; ++id)
        store_.put(Partition{
            .id = model::PartitionId(id), .version = version_, .epoch = entities().cluster.epoch});
    return {};
}

Result<void> Apply::on(const ClaimPartition& change) {
    auto old = entities().partitions.find(change.partition);
    if (!old) return fail(Code::kNotFound, "there is no such partition");
    TRY_OK(check_version(old->version, change.read, "the partition"));
    auto next = *old;
    next.version = version_;
    next.leader = proposer_.host;
    next.leader_incarnation = proposer_.incarnation;
    next.term = old->term + 1;
    store_.put(std::move(next));
    return {};
}

Result<std::shared_ptr<const Partition>> Apply::led_partition(model::PartitionId id,
                                                              model::Epoch epoch, Term term) const {
    auto partition = entities().partitions.find(id);
    if (!partition) return fail(Code::kNotFound, "there is no such partition");
    if (partition->epoch != epoch) return fail(Code::kConflict, "another epoch of the log");
    if (partition->term != term)
        return fail(Code::kConflict, "term " + std::to_string(term) + " is over, it is " +
                                         std::to_string(partition->term));
    if (partition->leader != proposer_.host ||
        partition->leader_incarnation != proposer_.incarnation)
        return fail(Code::kConflict, "the proposer does not lead the partition");
    return partition;
}

Result<void> Apply::check_section(const SectionInfo& section) const {
    if (section.id.is_none() || section.repo.is_none())
        return fail(Code::kInvalidArgument, "a segment lacks its id or its repository");
    if (section.tag_summary.size() > kTagSummaryBytesMax)
        return fail(Code::kInvalidArgument, "a segment's tag summary is too long");
    if (section.tail_offset > section.stored_bytes)
        return fail(Code::kInvalidArgument, "a segment's tail lies behind its end");
    return {};
}

Result<void> Apply::check_sections(std::span<const SectionInfo> sections,
                                   std::uint64_t file_bytes) const {
    std::unordered_set<SegmentId> ids;
    for (const auto& section : sections) {
        TRY_OK(check_section(section));
        if (section.file_offset > file_bytes ||
            section.stored_bytes > file_bytes - section.file_offset)
            return fail(Code::kInvalidArgument, "a section reaches behind the end of its file");
        if (!ids.insert(section.id).second)
            return fail(Code::kInvalidArgument, "a section is named twice");
    }
    return {};
}

Segment Apply::make_segment(const SectionInfo& info, SegmentKind kind) const {
    return Segment{.id = info.id,
                   .version = version_,
                   .repo = info.repo,
                   .kind = kind,
                   .event_times = info.event_times,
                   .ingest_times = info.ingest_times,
                   .rows = info.rows,
                   .raw_bytes = info.raw_bytes,
                   .stored_bytes = info.stored_bytes,
                   .checksum = info.checksum,
                   .tail_offset = info.tail_offset,
                   .file_offset = info.file_offset,
                   .redacted_up_to = info.redacted_up_to,
                   .tag_summary = info.tag_summary};
}

Result<void> Apply::on(const RegisterCheckpoint& change) {
    TRY(auto partition, led_partition(change.partition, change.epoch, change.term));
    if (change.from != partition->registered_end)
        return fail(Code::kConflict, "the partition is registered up to " +
                                         std::to_string(partition->registered_end.value) +
                                         ", not " + std::to_string(change.from.value));
    if (change.to <= change.from) return fail(Code::kInvalidArgument, "an empty range");
    TRY_OK(check_sections(change.sections, change.file_bytes));
    for (const auto& section : change.sections)
        if (entities().segments.find(section.id))
            return fail(Code::kAlreadyExists, "a segment has the id of a section");

    CheckpointFile file{.key = {change.epoch, change.partition, change.from},
                        .version = version_,
                        .to = change.to,
                        .term = change.term,
                        .file_bytes = change.file_bytes,
                        .records_without_rows = change.records_without_rows,
                        .holders = {proposer_.host}};
    for (const auto& section : change.sections) {
        auto segment = make_segment(section, SegmentKind::kSection);
        segment.epoch = change.epoch;
        segment.ranges = {{change.partition, change.from, change.to}};
        segment.checkpoint_term = change.term;
        file.sections.push_back(segment.id);
        store_.put(std::move(segment));
    }
    store_.put(std::move(file));
    auto next = *partition;
    next.registered_end = change.to;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const ReplaceCheckpoint& change) {
    TRY(auto partition, led_partition(change.key.partition, change.key.epoch, change.term));
    auto old = entities().checkpoints.find(change.key);
    if (!old) return fail(Code::kNotFound, "there is no such checkpoint");
    TRY_OK(check_version(old->version, change.read, "the checkpoint"));
    TRY_OK(check_sections(change.sections, change.file_bytes));
    std::unordered_map<SegmentId, const SectionInfo*> rebuilt;
    for (const auto& section : change.sections) rebuilt.emplace(section.id, &section);

    std::vector<Segment> next_segments;
    for (const auto& id : old->sections) {
        auto segment = entities().segments.find(id);
        if (!segment || segment->state != SegmentState::kLive) continue;
        auto found = rebuilt.find(id);
        if (found == rebuilt.end() || found->second->repo != segment->repo ||
            found->second->rows != segment->rows)
            return fail(Code::kConflict, "the rebuilt file lacks rows of a live section");
        auto next = make_segment(*found->second, SegmentKind::kSection);
        next.epoch = segment->epoch;
        next.ranges = segment->ranges;
        next.checkpoint_term = change.term;
        next_segments.push_back(std::move(next));
    }
    for (auto& segment : next_segments) store_.put(std::move(segment));
    auto next = *old;
    next.version = version_;
    next.term = change.term;
    next.file_bytes = change.file_bytes;
    next.holders = {proposer_.host};
    store_.put(std::move(next));
    return {};
}

void Apply::drop_if_unneeded(const CheckpointKey& key) {
    auto checkpoint = entities().checkpoints.find(key);
    if (!checkpoint) return;
    auto partition = entities().partitions.find(key.partition);
    if (partition && partition->epoch == key.epoch && checkpoint->to > partition->trim_watermark)
        return;
    for (const auto& id : checkpoint->sections)
        if (entities().segments.find(id)) return;
    store_.erase(*checkpoint);
}

Result<void> Apply::on(const SetTrimWatermark& change) {
    auto old = entities().partitions.find(change.partition);
    if (!old) return fail(Code::kNotFound, "there is no such partition");
    if (old->epoch != change.epoch) return fail(Code::kConflict, "another epoch of the log");
    if (change.offset < old->trim_watermark)
        return fail(Code::kConflict, "the trim watermark never goes back");
    if (change.offset > settled_prefix(state_, change.partition))
        return fail(Code::kConflict, "not all of it is settled");
    auto passed = state_.checkpoints(old->epoch, old->id, old->trim_watermark);
    auto next = *old;
    next.trim_watermark = change.offset;
    store_.put(std::move(next));
    for (const auto& checkpoint : passed)
        if (checkpoint->to <= change.offset) drop_if_unneeded(checkpoint->key);
    return {};
}

Result<void> Apply::on(const RecordGap& change) {
    const auto& gap = change.gap;
    if (gap.range.to <= gap.range.from) return fail(Code::kInvalidArgument, "an empty range");
    if (gap.reason.size() > kTextBytesMax)
        return fail(Code::kInvalidArgument, "the reason is too long");
    if (!entities().partitions.find(gap.range.partition))
        return fail(Code::kNotFound, "there is no such partition");
    if (entities().gaps.find(GapKey{gap.epoch, gap.range.partition, gap.range.from}))
        return fail(Code::kAlreadyExists, "the gap is recorded already");
    auto next = gap;
    next.version = version_;
    store_.put(std::move(next));
    return {};
}

}  // namespace logwood::global
