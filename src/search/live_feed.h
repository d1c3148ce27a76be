#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "async/task.h"
#include "search/data.h"
#include "search/held_rows.h"
#include "search/limits.h"
#include "search/scheduler.h"

namespace logwood::search {

class LiveJob;
struct Counters;

/// Shows what is consumed to all live queries: each record once, from the cut of a query's history
/// on. The decoded records of some hundred milliseconds make one batch, which all queries share.
///
/// Where it stands in a partition is an offset, and records keep their offsets: a leader that
/// consumes anew from the registered end changes nothing. Records that were registered before they
/// were seen here are in segments only; then all queries are built anew. Loop thread.
class LiveFeed {
 public:
    /// Borrows all, for its life.
    LiveFeed(async::Runtime& runtime, Data& data, Scheduler& scheduler, Counters& counters);

    void start();
    async::Task<void> stop();

    /// Starts the query's history and feeds it from there on, as soon as all partitions can be cut.
    void add(std::shared_ptr<LiveJob> job);
    /// Waits until all that was acknowledged before this call is in the queries' hands. Gives what
    /// they lack at the deadline.
    async::Task<std::vector<Missing>> catch_up(MonoTime deadline);
    /// Before this event time lies all that the queries were shown.
    UtcTime end() const { return end_; }
    /// Behind the last record of the partition that they were shown.
    model::LogOffset position(model::PartitionId partition) const;
    /// Events left out because their time is too far ahead for the memory there is.
    std::uint64_t left_out() const { return held_.left_out(); }

 private:
    async::Task<void> run();
    async::Task<void> collect_at_once();
    async::Task<void> join_when_possible(std::shared_ptr<LiveJob> job);
    bool try_join(const std::shared_ptr<LiveJob>& job);
    void pump();
    void collect();
    void hold(const MicroBatch& batch, const std::vector<MicroBatch::Part>& parts);
    void deliver(const std::shared_ptr<const MicroBatch>& batch, std::uint64_t sequence);
    void restart_all(const std::string& why);
    bool has_news() const;
    void forget_ended();
    void stop_late_ones();

    async::Runtime& runtime_;
    Data& data_;
    Scheduler& scheduler_;
    Counters& counters_;
    std::vector<std::shared_ptr<LiveJob>> jobs_;  ///< Those that joined.
    std::map<model::PartitionId, model::LogOffset> positions_;
    /// Collected, to be shown by the next pump.
    std::map<RepoId, std::vector<MicroBatch::Part>> collected_;
    bool has_gap_ = false;
    std::map<model::PartitionId, MonoTime> absent_since_;  ///< Partitions without access.
    HeldRows held_{kHeldBytesMax};
    UtcTime end_ = UtcTime::min();
    /// Counts pumps: a held event is for queries that joined before it came.
    std::uint64_t sequence_ = 0;
    MonoTime last_pump_{};
    MonoTime last_stop_{};
    async::Signal pumped_;
    async::Gate gate_;
};

}  // namespace logwood::search
