#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/sync.h"
#include "async/task.h"
#include "base/id.h"
#include "exec/query.h"
#include "model/batch_source.h"
#include "model/coordinates.h"
#include "model/row_source.h"
#include "model/time_range.h"
#include "segment/reader.h"

namespace logwood::search {

/// The repositories that a name stands for: one, or those of a view.
struct Scope {
    std::string name;
    std::vector<RepoId> repos;
    /// Retention: older events are not shown, though their files may still be there.
    std::optional<Duration> age_max = {};
};

/// Something a complete answer needs and this one lacks.
struct Missing {
    /// `SegmentUnreadable`, `PartitionUnavailable`, `PartitionBehind` or `LogGap`.
    std::string code;
    std::string message;  ///< A sentence, with everything below in words.
    std::optional<SegmentId> segment;
    std::optional<model::PartitionId> partition;
    /// Event times of what is missing; absent when nobody knows.
    std::optional<model::TimeBounds> bounds;
};

/// A sealed segment that was opened. Immutable, any thread.
class OpenedSegment {
 public:
    virtual ~OpenedSegment() = default;
    virtual std::size_t row_groups() const = 0;
    virtual model::TimeBounds bounds(std::size_t row_group) const = 0;
    /// Original bytes of the row group's events, about.
    virtual std::uint64_t raw_bytes(std::size_t row_group) const = 0;
    /// The rows; reads the file as columns are asked for. kCorrupt or kIo when they cannot be had.
    /// `stats` counts the reads and must outlive the source.
    virtual Result<std::unique_ptr<model::RowSource>> row_group(
        std::size_t index, segment::ReadStats& stats) const = 0;
};

/// A segment of a plan, protected from deletion while this lives. Loop thread.
class PlannedSegment {
 public:
    virtual ~PlannedSegment() = default;
    virtual SegmentId id() const = 0;
    virtual model::PartitionId partition() const = 0;
    virtual model::TimeBounds bounds() const = 0;
    virtual async::Task<Result<std::shared_ptr<const OpenedSegment>>> open() = 0;
};

/// Where a partition was cut: segments answer for offsets below `registered_end`, open blocks for
/// [registered_end, end).
struct PartitionCut {
    model::PartitionId partition;
    std::uint64_t term = 0;
    model::LogOffset registered_end;
    model::LogOffset end;
};

/// All data that one query has to see, as of one moment.
struct Plan {
    std::uint64_t version = 0;  ///< Of Global.
    std::vector<PartitionCut> cuts;
    std::vector<std::shared_ptr<PlannedSegment>> segments;
    std::vector<std::shared_ptr<const model::PlacedRecord>> records;
    /// What is known to be missing already: a plan that is executed nevertheless reports it.
    std::vector<Missing> missing;
    /// What the commit log lost below its durable end about then: gone for good, and recorded.
    std::vector<Missing> lost;
    /// True when planning again soon may find something that is missing now (a partition whose
    /// leader is just starting).
    bool may_improve = false;
    std::uint64_t segments_pruned = 0;  ///< By arrival or tags.
    std::uint64_t records_pruned = 0;
};

/// The plans of a query and of what has to run before it, all of one moment.
struct Plans {
    Plan query;
    std::vector<Plan> inputs;
};

/// What was consumed of a partition from some offset on.
struct Followed {
    std::vector<std::shared_ptr<const model::PlacedRecord>> records;
    model::LogOffset end;
    /// The records at the offset are not held any more, only segments have them.
    bool has_gap = false;
};

/// Where events are. The seam between deciding and reading: this node's files and blocks today,
/// other nodes' later, fakes in tests. Loop thread.
class Data {
 public:
    virtual ~Data() = default;

    /// kNotFound when there is no repository or view of that name.
    virtual Result<Scope> resolve(std::string_view name) const = 0;
    /// Waits until a plan would see all that was acknowledged before this call. Gives what a plan
    /// still lacks at the deadline.
    virtual async::Task<std::vector<Missing>> catch_up(MonoTime /*deadline*/) {
        co_return std::vector<Missing>();
    }
    /// The name of a repository, for `#repo`; empty when it is gone. Loop thread, as all of this.
    virtual std::string repo_name(RepoId repo) const = 0;
    /// The text of a saved query that queries on the scope may use.
    virtual std::optional<std::string> saved_query(const Scope& /*scope*/,
                                                   std::string_view /*name*/) const {
        return std::nullopt;
    }
    /// What queries on the scope may take from outside of its events.
    virtual exec::Lookups lookups(const Scope& /*scope*/) const { return {}; }
    /// Decides in one turn of the loop what a query over the interval of event times has to see.
    /// What it leaves out cannot hold a row of the answer: by time, by arrival, by tags.
    virtual Plan plan(const Scope& scope, const model::TimeRange& interval,
                      const exec::Query& query) = 0;

    /// What the commit log lost about then; also in each plan.
    virtual std::vector<Missing> lost(const model::TimeRange& /*interval*/) const { return {}; }
    virtual std::uint32_t partitions() const { return 0; }
    /// The records of all repositories from there on. A record keeps its offset when a new leader
    /// consumes it again, so going on at `end` gives each once. Nothing while this node has no
    /// access to the partition's open block.
    virtual std::optional<Followed> follow(model::PartitionId /*partition*/,
                                           model::LogOffset /*from*/) const {
        return std::nullopt;
    }
    /// Notified when follow() may give more; null when it never does.
    virtual async::Signal* changed() { return nullptr; }
};

}  // namespace logwood::search
