// Merges and the later life of segments.
#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>

#include "global/apply.h"
#include "global/limits.h"

namespace logwood::global {

namespace {

/// Adds without wrapping round; false when it would.
bool add_rows(std::uint64_t& sum, std::uint64_t rows) {
    return !__builtin_add_overflow(sum, rows, &sum);
}

/// The union of all ranges, as few as possible, by partition and offset.
std::vector<OffsetRange> united(std::vector<OffsetRange> ranges) {
    std::ranges::sort(ranges);
    std::vector<OffsetRange> out;
    for (const auto& range : ranges) {
        if (!out.empty() && out.back().partition == range.partition && range.from <= out.back().to)
            out.back().to = std::max(out.back().to, range.to);
        else
            out.push_back(range);
    }
    return out;
}

bool may_become(SegmentState from, SegmentState to) {
    switch (to) {
        case SegmentState::kLive:
            return from == SegmentState::kExpired;
        case SegmentState::kExpired:
            return from == SegmentState::kLive;
        case SegmentState::kDeleted:
            return from == SegmentState::kLive || from == SegmentState::kExpired;
        case SegmentState::kGone:
            return from != SegmentState::kLive;
        case SegmentState::kReplaced:
            return false;
    }
    return false;
}

}  // namespace

Result<std::vector<Apply::SegmentPtr>> Apply::read_segments(
    std::span<const SegmentRead> reads) const {
    if (reads.empty()) return fail(Code::kInvalidArgument, "no segment is named");
    if (reads.size() > kSegmentsPerChangeMax)
        return fail(Code::kInvalidArgument, "too many segments in one change");
    std::vector<SegmentPtr> segments;
    std::unordered_set<SegmentId> ids;
    for (const auto& read : reads) {
        auto segment = entities().segments.find(read.id);
        if (!segment) return fail(Code::kNotFound, "there is no such segment");
        if (!ids.insert(read.id).second)
            return fail(Code::kInvalidArgument, "a segment is named twice");
        TRY_OK(check_version(segment->version, read.read, "a segment"));
        segments.push_back(std::move(segment));
    }
    return segments;
}

Result<void> Apply::on(const MergeSegments& change) {
    TRY(auto inputs, read_segments(change.inputs));
    std::uint64_t rows_in = 0;
    std::uint64_t rows_out = change.rows_dropped;
    std::vector<OffsetRange> ranges;
    for (const auto& input : inputs) {
        if (input->state != SegmentState::kLive)
            return fail(Code::kConflict, "an input is not live");
        if (input->repo != inputs[0]->repo || input->epoch != inputs[0]->epoch)
            return fail(Code::kInvalidArgument, "inputs of different repositories or epochs");
        if (!add_rows(rows_in, input->rows)) return fail(Code::kInvalidArgument, "too many rows");
        ranges.insert(ranges.end(), input->ranges.begin(), input->ranges.end());
    }
    ranges = united(std::move(ranges));
    if (change.outputs.size() > kSegmentsPerChangeMax)
        return fail(Code::kInvalidArgument, "too many segments in one change");
    std::unordered_set<SegmentId> ids;
    for (const auto& output : change.outputs) {
        TRY_OK(check_section(output));
        if (output.repo != inputs[0]->repo)
            return fail(Code::kInvalidArgument, "an output is of another repository");
        if (entities().segments.find(output.id) || !ids.insert(output.id).second)
            return fail(Code::kAlreadyExists, "a segment has the id of an output");
        if (!add_rows(rows_out, output.rows)) return fail(Code::kInvalidArgument, "too many rows");
    }
    if (rows_in != rows_out)
        return fail(Code::kInvalidArgument, "the inputs have " + std::to_string(rows_in) +
                                                " rows, the outputs and what was dropped " +
                                                std::to_string(rows_out));

    for (const auto& info : change.outputs) {
        auto output = make_segment(info, SegmentKind::kMerged);
        output.file_offset = 0;
        output.epoch = inputs[0]->epoch;
        output.ranges = ranges;
        output.holders = {proposer_.host};
        store_.put(std::move(output));
    }
    for (const auto& input : inputs) {
        auto next = *input;
        next.version = version_;
        next.state = change.outputs.empty() ? SegmentState::kDeleted : SegmentState::kReplaced;
        if (!change.outputs.empty()) next.replaced_by = change.outputs[0].id;
        next.state_since = change.at;
        store_.put(std::move(next));
    }
    return {};
}

Result<void> Apply::on(const SetSegmentState& change) {
    TRY(auto segments, read_segments(change.segments));
    for (const auto& segment : segments)
        if (!may_become(segment->state, change.to))
            return fail(Code::kConflict, "a segment in its present state cannot become that");
    if (change.to == SegmentState::kGone) {
        std::set<CheckpointKey> touched;
        for (const auto& segment : segments) {
            if (segment->kind == SegmentKind::kSection) touched.insert(segment->checkpoint());
            store_.erase(*segment);
        }
        for (const auto& key : touched) drop_if_unneeded(key);
        return {};
    }
    for (const auto& segment : segments) {
        auto next = *segment;
        next.version = version_;
        next.state = change.to;
        next.state_since = change.to == SegmentState::kLive ? UtcTime{} : change.at;
        store_.put(std::move(next));
    }
    return {};
}

}  // namespace logwood::global
