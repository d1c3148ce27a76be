#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "async/sync.h"
#include "search/any_job.h"
#include "search/held_rows.h"
#include "search/job.h"
#include "search/live_query.h"
#include "search/prepare.h"

namespace logwood::search {

class LiveFeed;
class Scheduler;

/// A live query: a history, which is an ordinary job up to the cut, and a part that the feed shows
/// it from the cut on, until both are one. Loop thread; workers call step().
class LiveJob final : public AnyJob, public std::enable_shared_from_this<LiveJob> {
 public:
    /// What the query lives in; borrowed.
    struct Context {
        async::Loop& loop;
        Data& data;
        Scheduler& scheduler;
        LiveFeed& feed;
        Counters& counters;
        Duration expiry{};
    };
    /// Prepares the query for the window of this moment.
    using Prepare = std::function<Result<PreparedQuery>(const Scope& scope)>;

    LiveJob(Context context, Scope scope, PreparedQuery prepared, Prepare prepare);

    const Scope& scope() const override { return scope_; }
    bool is_done() const override { return failure_.has_value(); }
    bool has_work() const override;
    async::Task<void> step() override;
    void cancel() override;
    /// Its memory has a limit of its own, which the feed watches.
    std::size_t held_bytes() const override { return 0; }
    void give_up(Error error) override { stop(std::move(error)); }
    async::Task<JobView> view(const PollOptions& options) override;
    bool is_expired() const override;

    // --- for the feed ----------------------------------------------------------------------------
    Result<PreparedQuery> prepare() { return prepare_(scope_); }
    /// Starts with the history `plan`; `ahead` plans what is in it of times to come. What the feed
    /// counted up to `joined_at` is in these two.
    void begin(PreparedQuery prepared, Plan plan, Plan ahead, std::uint64_t joined_at);
    /// Says what the start waits for.
    void wait_for(std::vector<Missing> missing) { awaited_ = std::move(missing); }
    void deliver(std::shared_ptr<const MicroBatch> batch);
    /// Forgets everything; begin() comes again. Stops the query when that happens too often.
    void restart(const std::string& why);
    void stop(Error error);
    std::uint64_t joined_at() const { return joined_at_; }
    /// Heap bytes of its state, as of its last step.
    std::size_t memory() const { return memory_; }
    std::uint64_t backlog_bytes() const { return backlog_bytes_; }
    /// How long the oldest batch has waited.
    Duration lag() const;
    /// Time that workers have spent on it since reset_cost().
    Duration cost() const { return cost_; }
    void reset_cost() { cost_ = {}; }

 private:
    struct Arrival {
        std::shared_ptr<const MicroBatch> batch;
        MonoTime at;
    };
    using Arrivals = std::vector<Arrival>;
    struct Run;
    struct Moment;

    Moment moment() const;
    Arrivals take_arrivals();
    async::Task<void> hold_ahead(std::shared_ptr<Run> run);
    Partials take_history(Run& run);
    async::Task<void> work(std::shared_ptr<Run> run);
    async::Task<void> refresh();
    void check_scope();
    void note_usage(const Run& run);
    async::Task<std::vector<Missing>> bring_up();
    JobView snapshot(const PollOptions& options, std::vector<Missing> missing) const;
    void add_warnings(JobView& view) const;

    Context context_;
    Scope scope_;
    PreparedQuery prepared_;
    Prepare prepare_;

    std::shared_ptr<Run> run_;  ///< Null until it begins.
    std::uint64_t joined_at_ = 0;
    std::vector<Missing> awaited_;
    std::deque<Arrival> inbox_;
    std::uint64_t backlog_bytes_ = 0;
    std::size_t memory_ = 0;
    std::uint64_t matched_ = 0;
    std::uint64_t left_out_ = 0;
    Duration cost_{};
    Duration total_cost_{};
    bool is_busy_ = false;        ///< A worker is on it.
    std::size_t refreshing_ = 0;  ///< Polls that are on it.
    async::Mutex state_lock_;
    async::Signal worked_;

    std::shared_ptr<const LiveResult> result_ = std::make_shared<const LiveResult>();
    model::TimeRange shown_;  ///< The window of the result.
    std::deque<MonoTime> restarts_;
    std::string restart_reason_;
    std::optional<Error> failure_;

    MonoTime started_;
    MonoTime last_poll_;
    std::size_t polls_ = 0;
};

}  // namespace logwood::search
