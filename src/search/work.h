#pragma once

#include <cstddef>

#include "async/task.h"
#include "base/result.h"
#include "search/data.h"

namespace logwood::search {

/// What the scheduler advances, a step at a time. Loop thread.
class Work {
 public:
    virtual ~Work() = default;

    virtual const Scope& scope() const = 0;
    /// True when no step is needed any more.
    virtual bool is_done() const = 0;
    /// True while a step could do something.
    virtual bool has_work() const = 0;
    /// Does a part of the work: milliseconds as a rule, never much more than kWorkCpuMax.
    virtual async::Task<void> step() = 0;
    /// Ends the work without a complete result, once steps under way have ended.
    virtual void cancel() = 0;
    /// Heap bytes of states and results that it holds between steps, about, as far as the limit of
    /// all queries together counts them; none once it was given up.
    virtual std::size_t held_bytes() const = 0;
    /// Ends it as cancel() does, with a reason, and lets go what it holds.
    virtual void give_up(Error error) = 0;
};

}  // namespace logwood::search
