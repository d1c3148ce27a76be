#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "exec/query.h"

namespace logwood::search {

/// The state of a live query: a partial for each bucket of event time, from the window's start on.
/// Old buckets are let go as the window slides, so its start always lies on a bucket's edge, or
/// where it was when buckets were made wider. One thread at a time.
///
/// Merged partials of neighbours are kept in a binary tree over the buckets: a result costs a few
/// merges for what changed since the last one, not one for each bucket.
class LiveWindow final : public exec::Partial {
 public:
    LiveWindow(std::shared_ptr<const exec::Query> query, Duration bucket, UtcTime start,
               std::size_t bytes_max);

    Duration bucket() const { return bucket_; }
    UtcTime start() const { return start_; }
    /// Adds the source's rows of these event times, but none before the start. kTooLarge when the
    /// state is beyond its limit even with wide buckets.
    Result<void> add(const model::RowSource& source, model::TimeRange times, UtcTime now);
    /// Adds another window of the same query.
    Result<void> merge(const LiveWindow& other);
    /// Moves the start to the last bucket edge at or before `oldest`, or the first one that is not
    /// before `limit`; never back.
    void slide(UtcTime oldest, UtcTime limit = UtcTime::min());
    /// All of it as one partial of `finisher`, a query of the same text (see exec::Query::merge).
    Result<std::unique_ptr<exec::Partial>> merged(const exec::Query& finisher) const;
    /// True when no event older than that can change the result. May miss that it is so.
    bool is_settled_before(std::int64_t time_ns) const;

    std::size_t memory() const override;
    /// Rows in the window that passed all filters.
    std::uint64_t matched() const override;

 private:
    using PartialPtr = std::shared_ptr<exec::Partial>;

    exec::Partial& leaf(std::int64_t bucket);
    void forget_merged(std::int64_t bucket);
    Result<PartialPtr> node(unsigned level, std::int64_t index) const;
    Result<void> prune();
    Result<void> coarsen();
    Result<void> limit_memory();

    std::shared_ptr<const exec::Query> query_;
    Duration bucket_;
    UtcTime start_;
    std::size_t bytes_max_;
    std::map<std::int64_t, PartialPtr> leaves_;
    /// By level and index: the leaves [index << level, (index + 1) << level).
    mutable std::map<std::pair<unsigned, std::int64_t>, PartialPtr> merged_;
    /// Rows of buckets that were dropped because newer ones fill the result.
    std::map<std::int64_t, std::uint64_t> pruned_;
    bool has_new_leaf_ = false;
    std::unique_ptr<exec::Partial> dictionaries_;  ///< What scans remember of segments' ones.
};

}  // namespace logwood::search
