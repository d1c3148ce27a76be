// Walks the checkpoints above the watermark until one is not settled, or one is missing.
#include "global/settled.h"

#include <algorithm>

namespace logwood::global {

namespace {

bool is_settled(const State& state, const CheckpointFile& checkpoint, std::size_t holders_min) {
    if (checkpoint.holders.size() >= holders_min) return true;
    return std::ranges::all_of(checkpoint.sections, [&](const SegmentId& id) {
        auto segment = state.segment(id);
        if (!segment || segment->state != SegmentState::kLive) return true;
        auto repository = state.repository(segment->repo);
        return repository && repository->deleted;
    });
}

}  // namespace

model::LogOffset settled_prefix(const State& state, model::PartitionId id,
                                std::size_t holders_min) {
    auto partition = state.partition(id);
    if (!partition) return {};
    auto end = partition->trim_watermark;
    for (const auto& checkpoint : state.checkpoints(partition->epoch, id, end)) {
        if (checkpoint->key.from > end || !is_settled(state, *checkpoint, holders_min)) break;
        end = checkpoint->to;
    }
    return std::min(end, partition->registered_end);
}

}  // namespace logwood::global
