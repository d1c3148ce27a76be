#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "global/state.h"
#include "search/data.h"
#include "store/open_blocks.h"
#include "store/segment_store.h"

namespace logwood::search {

/// The data of one node: its copy of Global, its open blocks, the segments on its disks.
///
/// plan() reads all three in one turn of the loop. That makes the cut: Global's live segments hold
/// exactly the records below each partition's registered end, the open block exactly those from
/// there on, and the pins keep the segments' files until the search is done with them.
class LocalData : public Data {
 public:
    /// Borrows all three, for its life.
    LocalData(const global::State& state, const store::OpenBlocks& open_blocks,
              store::SegmentStore& segments)
        : state_(state), open_blocks_(open_blocks), segments_(segments) {}

    Result<Scope> resolve(std::string_view name) const override;
    std::string repo_name(RepoId repo) const override;
    Plan plan(const Scope& scope, const model::TimeRange& interval,
              const exec::Query& query) override;

 private:
    void plan_segments(const Scope& scope, const model::TimeRange& interval,
                       const exec::Query& query, Plan& plan);
    void plan_partition(const global::Partition& partition, const Scope& scope,
                        const model::TimeRange& interval, const exec::Query& query, Plan& plan);
    void plan_gaps(const model::TimeRange& interval, Plan& plan) const;

    const global::State& state_;
    const store::OpenBlocks& open_blocks_;
    store::SegmentStore& segments_;
};

}  // namespace logwood::search
