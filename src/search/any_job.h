#pragma once

#include "async/task.h"
#include "base/time.h"
#include "search/job_view.h"
#include "search/work.h"

namespace logwood::search {

/// A query that clients poll. Loop thread.
class AnyJob : public Work {
 public:
    /// The job now.
    virtual async::Task<JobView> view(const PollOptions& options) = 0;
    /// Nobody has asked for it for so long that its client must be gone.
    virtual bool is_expired() const = 0;
};

}  // namespace logwood::search
