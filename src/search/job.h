#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "async/task.h"
#include "search/data.h"
#include "search/job_view.h"
#include "search/prepare.h"
#include "search/scan.h"
#include "search/search.h"
#include "search/slice.h"

namespace logwood::search {

/// One running query: its plan, the slices left, the states so far, and its result once it is done.
/// Loop thread; the scheduler's workers call step(), each in turn with other jobs.
///
/// States: a worker takes one from `idle_` for a slice and gives it back, so none is touched by two
/// threads. For a result in between, as many states as are out are put into `given_` when they come
/// back, and the workers go on with new ones: at most two a worker exist, and one that is merged.
class Job : public std::enable_shared_from_this<Job> {
 public:
    Job(async::Loop& loop, Scope scope, PreparedQuery prepared, Counters& counters);

    const Scope& scope() const { return scope_; }
    const PreparedQuery& prepared() const { return prepared_; }

    /// Gives the job its data; before the first step().
    void set_plan(Plan plan);
    bool has_plan() const { return slices_.has_value(); }
    /// True while a worker could do something for it.
    bool has_work() const;
    /// Does one slice, or ends the job when none is left.
    async::Task<void> step();
    /// Ends the job without a complete result, once scans under way have ended.
    void cancel();

    bool is_done() const { return is_done_; }
    /// Set once done, when a limit or an error ended it.
    const std::optional<Error>& failure() const { return failure_; }
    const std::vector<Missing>& missing() const { return missing_; }
    std::shared_ptr<const exec::ResultRows> result() const { return results_[0]; }
    async::Task<bool> wait_done(MonoTime deadline);

    /// The job now; merges and finishes the states on the search lane if they changed.
    async::Task<JobView> view(const PollOptions& options);

    MonoTime last_poll() const { return last_poll_; }
    void touch() { last_poll_ = loop_.now(); }
    /// Being asked for right now: not to be expired.
    bool is_polled() const { return polls_ > 0; }

 private:
    struct Finished;

    bool end_early() const;
    Partials take_state();
    void return_state(Partials state);
    async::Task<void> open_segment(Slice slice);
    async::Task<void> scan_slice(Slice slice);
    async::Task<void> refresh();
    async::Task<void> finalise();
    void stop(Error error);
    void note_unreadable(const Slice& slice, const Error& error);
    bool meets_done_criteria() const;
    JobView snapshot(const PollOptions& options) const;

    async::Loop& loop_;
    Scope scope_;
    PreparedQuery prepared_;
    Counters& counters_;
    Queries queries_;

    std::uint64_t plan_version_ = 0;
    std::vector<PartitionCut> cuts_;
    std::optional<SliceQueue> slices_;
    Progress progress_;
    std::vector<Missing> missing_;
    segment::ReadStats stats_;

    std::vector<Partials> idle_;
    std::vector<Partials> given_;
    std::size_t wanted_ = 0;  ///< How many more go into `given_`.
    std::size_t running_ = 0;
    bool is_changed_ = false;  ///< States hold what the results do not show.
    std::vector<std::shared_ptr<const exec::ResultRows>> results_;
    std::shared_ptr<const exec::BesideRows> beside_;  ///< Null until made, or not asked for.
    async::Mutex refreshing_;

    std::atomic<bool> cancelled_{false};
    std::optional<Error> failure_;
    bool is_finishing_ = false;
    bool is_done_ = false;
    async::Signal done_changed_;

    MonoTime started_;
    std::optional<MonoTime> started_scanning_;
    MonoTime ended_;
    MonoTime last_poll_;
    std::size_t polls_ = 0;
};

}  // namespace logwood::search
