#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    /// Behind the last record of a partition that a client may know to be durable.
    using DurableEnd = std::function<model::LogOffset(model::PartitionId)>;
    /// What queries on repositories may use.
    using LookupsOf = std::function<exec::Lookups(const std::vector<RepoId>&)>;

    /// Borrows the first three, for its life. Without a `durable_end` catch_up() waits for nothing.
    LocalData(const global::State& state, store::OpenBlocks& open_blocks,
              store::SegmentStore& segments, DurableEnd durable_end = {}, LookupsOf lookups_of = {})
        : state_(state),
          open_blocks_(open_blocks),
          segments_(segments),
          durable_end_(std::move(durable_end)),
          lookups_of_(std::move(lookups_of)) {}

    Result<Scope> resolve(std::string_view name) const override;
    async::Task<std::vector<Missing>> catch_up(MonoTime deadline) override;
    std::string repo_name(RepoId repo) const override;
    std::optional<std::string> saved_query(const Scope& scope,
                                           std::string_view name) const override;
    exec::Lookups lookups(const Scope& scope) const override;
    Plan plan(const Scope& scope, const model::TimeRange& interval,
              const exec::Query& query) override;
    std::vector<Missing> lost(const model::TimeRange& interval) const override;
    std::uint32_t partitions() const override { return state_.partition_count(); }
    std::optional<Followed> follow(model::PartitionId partition,
                                   model::LogOffset from) const override;
    async::Signal* changed() override { return &open_blocks_.changed(); }

 private:
    void plan_segments(const Scope& scope, const model::TimeRange& interval,
                       const exec::Query& query, Plan& plan);
    void plan_partition(const global::Partition& partition, const Scope& scope,
                        const model::TimeRange& interval, const exec::Query& query, Plan& plan);

    const global::State& state_;
    store::OpenBlocks& open_blocks_;
    store::SegmentStore& segments_;
    DurableEnd durable_end_;
    LookupsOf lookups_of_;
};

}  // namespace logwood::search
