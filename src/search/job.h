#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "async/task.h"
#include "search/any_job.h"
#include "search/data.h"
#include "search/job_view.h"
#include "search/prepare.h"
#include "search/scan.h"
#include "search/search.h"
#include "search/slice.h"

namespace logwood::search {

/// One running query: its plans, the slices left, the states so far, and its result once it is
/// done. It goes over the data once for each input, which takes what was found, and then for the
/// query. Loop thread; the scheduler's workers call step(), each in turn with other jobs.
///
/// States: a worker takes one from `idle_` for a slice and gives it back, so none is touched by two
/// threads. For a result in between, as many states as are out are put into `given_` when they come
/// back, and the workers go on with new ones: at most two a worker exist, and one that is merged.
class Job final : public AnyJob, public std::enable_shared_from_this<Job> {
 public:
    Job(async::Loop& loop, Scope scope, PreparedQuery prepared, Counters& counters);

    const Scope& scope() const override { return scope_; }
    const PreparedQuery& prepared() const { return prepared_; }

    /// Gives the job its data; before the first step().
    void set_plans(Plans plans);
    /// The same for a query without inputs.
    void set_plan(Plan plan) { set_plans({.query = std::move(plan), .inputs = {}}); }
    bool has_plan() const { return !passes_.empty(); }
    bool has_work() const override;
    /// Does one slice, or ends the job when none is left.
    async::Task<void> step() override;
    void cancel() override;
    /// The same, because of an error.
    void abort(Error error);
    std::size_t held_bytes() const override;
    void give_up(Error error) override;
    bool is_done() const override { return is_done_; }
    /// Set once done, when a limit or an error ended it.
    const std::optional<Error>& failure() const { return failure_; }
    const std::vector<Missing>& missing() const { return missing_; }
    Progress progress() const;
    std::shared_ptr<const exec::ResultRows> result() const { return results_[0]; }
    async::Task<bool> wait_done(MonoTime deadline);

    /// Merges and finishes the states on the search lane if they changed.
    async::Task<JobView> view(const PollOptions& options) override;
    bool is_expired() const override;

    /// Lets the states of all data outlive the end of the job, for take_state().
    void keep_state() { keeps_state_ = true; }
    /// A state for each query, of all that was scanned. Once done without failure, once.
    Partials take_state();

 private:
    struct Finished;
    /// One way over the data.
    struct Pass {
        const exec::Input* input;  ///< Null for the last one: of the job's own queries.
        Queries queries;
        SliceQueue slices;
    };

    Pass& pass() { return passes_.front(); }
    const Pass& pass() const { return passes_.front(); }
    bool is_last_pass() const { return passes_.size() == 1; }
    void add_pass(Plan plan, const exec::Input* input, Queries queries,
                  const model::TimeRange& event_times);
    async::Task<void> end_pass();
    Error in_pass(Error error) const;
    bool end_early() const;
    Partials idle_state();
    void return_state(Partials state);
    async::Task<void> show_more(MonoTime deadline);
    async::Task<void> open_segment(Slice slice);
    async::Task<void> scan_slice(Slice slice);
    async::Task<void> refresh();
    async::Task<void> finalise();
    void stop(Error error);
    void note_unreadable(const Slice& slice, const Error& error);
    void note_missing(std::vector<Missing> missing);
    bool meets_done_criteria() const;
    JobView snapshot(const PollOptions& options) const;

    async::Loop& loop_;
    Scope scope_;
    PreparedQuery prepared_;
    Counters& counters_;
    Queries queries_;

    std::uint64_t plan_version_ = 0;
    std::vector<PartitionCut> cuts_;
    Progress progress_;
    std::deque<Pass>
        passes_;  ///< Those left; the first is under way. Empty before there is a plan.
    std::vector<Missing> missing_;
    std::vector<exec::Warning> input_warnings_;
    segment::ReadStats stats_;

    std::vector<Partials> idle_;
    std::vector<Partials> given_;
    std::size_t wanted_ = 0;  ///< How many more go into `given_`.
    std::size_t running_ = 0;
    bool is_changed_ = false;     ///< States hold what the results do not show.
    bool wants_refresh_ = false;  ///< Somebody waits for results of what there is.
    std::uint64_t refreshes_ = 0;
    std::size_t busy_bytes_ = 0;  ///< Of states that are being changed, before that.
    std::size_t result_bytes_ = 0;
    std::atomic<bool> is_given_up_{false};
    std::vector<std::shared_ptr<const exec::ResultRows>> results_;
    std::shared_ptr<const exec::BesideRows> beside_;  ///< Null until made, or not asked for.
    async::Mutex refreshing_;

    std::atomic<bool> cancelled_{false};
    std::optional<Error> failure_;
    bool keeps_state_ = false;
    bool is_finishing_ = false;  ///< A pass, or the job.
    bool is_done_ = false;
    async::Signal done_changed_;

    MonoTime started_;
    std::optional<MonoTime> started_scanning_;
    MonoTime ended_;
    MonoTime last_poll_;
    std::size_t polls_ = 0;
};

}  // namespace logwood::search
