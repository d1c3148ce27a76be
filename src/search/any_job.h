#pragma once

#include "async/task.h"
#include "base/time.h"
#include "search/data.h"
#include "search/job_view.h"

namespace logwood::search {

/// A query that clients poll and workers advance. Loop thread.
class AnyJob {
 public:
    virtual ~AnyJob() = default;

    virtual const Scope& scope() const = 0;
    /// True when no worker is needed any more.
    virtual bool is_done() const = 0;
    /// True while a worker could do something for it.
    virtual bool has_work() const = 0;
    /// Does a part of the work, of some milliseconds.
    virtual async::Task<void> step() = 0;
    /// Ends the job without a complete result, once work under way has ended.
    virtual void cancel() = 0;
    /// The job now.
    virtual async::Task<JobView> view(const PollOptions& options) = 0;
    /// Nobody has asked for it for so long that its client must be gone.
    virtual bool is_expired() const = 0;
};

}  // namespace logwood::search
