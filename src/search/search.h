#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "async/task.h"
#include "exec/query.h"
#include "search/data.h"
#include "search/job_view.h"
#include "search/limits.h"
#include "search/query_input.h"

namespace logwood::search {

class AnyJob;
class Export;
struct Explanation;
class Job;
class LiveFeed;
class Scheduler;
struct PreparedQuery;
enum class Purpose : std::uint8_t;

struct CreatedJob {
    std::string id;
    std::string query_on_view;  ///< The query text; `*` for an empty one.
    bool is_live = false;
};

/// Sums since the start of the process.
struct Counters {
    std::uint64_t jobs_created = 0;
    std::uint64_t live_jobs_created = 0;  ///< Among those.
    std::uint64_t jobs_refused = 0;
    std::uint64_t jobs_expired = 0;
    std::uint64_t jobs_incomplete = 0;  ///< Ended with something missing.
    std::uint64_t jobs_stopped = 0;     ///< By a limit or an error.
    std::uint64_t jobs_too_large = 0;   ///< Ended as all together held too much, exports too.
    std::uint64_t exports_started = 0;
    std::uint64_t exports_failed = 0;
    std::uint64_t segments_opened = 0;
    std::uint64_t segments_unreadable = 0;
    std::uint64_t events_processed = 0;
    std::uint64_t bytes_processed = 0;
    std::uint64_t replans = 0;
};

struct SearchOptions {
    unsigned workers = 2;      ///< Slices scanned at once, over all jobs.
    unsigned host_number = 1;  ///< Begins each job's id.
    /// Where queries put what does not fit into memory; it is there and theirs. Empty: nowhere.
    std::string spill_directory = {};
    /// Memory of states and results of all queries, but for live ones.
    std::size_t held_bytes_max = kHeldBytesOfAllMax;
    Duration live_expiry = kLiveJobExpiry;  ///< Live queries nobody polls for so long are deleted.
};

/// The search service of a node. Loop thread; scans run on the search lane.
///
/// Errors carry a text that can be shown to the user: kInvalidArgument and kUnsupported for what is
/// wrong with the input, kNotFound for unknown repositories and jobs, kUnavailable for limits of
/// the node.
class Search {
 public:
    /// Borrows both, for its life.
    Search(async::Runtime& runtime, Data& data, SearchOptions options);
    ~Search();

    void start();
    /// Cancels all jobs and exports and waits for them; whoever draws from an export ends it.
    async::Task<void> stop();

    Result<CreatedJob> create(std::string_view scope_name, QueryInput input);
    /// The job's state; waits a moment for the end of a running one. Keeps the job alive.
    async::Task<Result<JobView>> poll(std::string scope_name, std::string id, PollOptions options);
    /// Cancels and forgets the job.
    Result<void> remove(std::string_view scope_name, std::string_view id);
    /// Starts a query without the implicit tail(): its rows are given as they are found, newest
    /// segments first, or as one result when the query aggregates (which is then complete already).
    /// kUnavailable when something is known to be missing: a stream cannot say so.
    async::Task<Result<std::unique_ptr<Export>>> start_export(std::string scope_name,
                                                              QueryInput input);

    /// Says what a query would do and where it would look; runs it too when asked to, for at most
    /// kExplainRunMax.
    async::Task<Result<Explanation>> explain(std::string scope_name, QueryInput input, bool runs);

    UtcTime now() const { return runtime_.loop.utc_now(); }
    const Counters& counters() const { return counters_; }
    std::size_t jobs() const { return jobs_.size(); }
    /// Live queries among them.
    std::size_t live_jobs() const;
    /// Exports under way.
    std::size_t exports() const;

 private:
    std::shared_ptr<AnyJob> find(std::string_view scope_name, std::string_view id) const;
    std::shared_ptr<AnyJob> start_job(Scope scope, PreparedQuery prepared);
    std::shared_ptr<AnyJob> start_live_job(Scope scope, PreparedQuery prepared, QueryInput input);
    std::string new_id();
    Result<PreparedQuery> prepare_for(const Scope& scope, const QueryInput& input, Purpose purpose);
    /// Of the query and its inputs, all in one turn of the loop: none sees an event that the others
    /// do not. kNotFound when a repository or view of an input is gone.
    async::Task<Result<Plans>> make_plans(Scope scope, PreparedQuery prepared);
    Result<Plans> try_plans(const Scope& scope, const PreparedQuery& prepared);
    async::Task<void> plan_job(std::shared_ptr<Job> job);
    async::Task<Result<std::unique_ptr<Export>>> make_export(Scope scope, PreparedQuery prepared);
    async::Task<Result<std::shared_ptr<const exec::ResultRows>>> complete_result(
        std::shared_ptr<Job> job, Plans plans);
    std::shared_ptr<const void> lease_export(std::string scope_name);
    async::Task<void> expire_jobs();
    async::Task<void> limit_memory();
    bool end_largest();

    async::Runtime& runtime_;
    Data& data_;
    SearchOptions options_;
    Counters counters_;
    std::map<std::string, std::shared_ptr<AnyJob>, std::less<>> jobs_;
    std::map<std::string, std::size_t, std::less<>> exports_;
    std::unique_ptr<Scheduler> scheduler_;
    std::unique_ptr<LiveFeed> feed_;
    std::uint64_t spill_files_ = 0;
    bool stopping_ = false;
    async::Signal exports_changed_;
    async::Gate gate_;
};

}  // namespace logwood::search
