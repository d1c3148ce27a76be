#pragma once

#include <list>
#include <memory>

#include "async/loop.h"
#include "async/sync.h"
#include "search/any_job.h"

namespace logwood::search {

/// Shares a few workers among all jobs: each takes a slice of the next job that has one, so a large
/// query cannot keep small ones waiting. Loop thread.
class Scheduler {
 public:
    Scheduler(async::Loop& loop, unsigned workers);

    void start();
    async::Task<void> stop();
    /// Adds a job that has its plan.
    void add(std::shared_ptr<AnyJob> job);
    /// Says that some job has got new work.
    void wake() { ready_.notify(); }

 private:
    std::shared_ptr<AnyJob> next();
    async::Task<void> work();

    unsigned workers_;
    std::list<std::shared_ptr<AnyJob>> jobs_;
    bool stopping_ = false;
    async::Signal ready_;
    async::Gate gate_;
};

}  // namespace logwood::search
