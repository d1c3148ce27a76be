#include "search/scheduler.h"

#include <utility>

namespace logwood::search {

Scheduler::Scheduler(async::Loop& loop, unsigned workers)
    : workers_(workers), ready_(loop), gate_(loop) {}

void Scheduler::start() {
    for (unsigned i = 0; i < workers_; ++i) gate_.spawn(work());
}

async::Task<void> Scheduler::stop() {
    stopping_ = true;
    for (auto& job : jobs_) job->cancel();
    ready_.notify();
    co_await gate_.close();
    jobs_.clear();
}

void Scheduler::add(std::shared_ptr<AnyJob> job) {
    if (stopping_) return job->cancel();
    jobs_.push_back(std::move(job));
    ready_.notify();
}

/// The first job with work, which goes to the end of the line; done ones leave it.
std::shared_ptr<AnyJob> Scheduler::next() {
    std::erase_if(jobs_, [](const auto& job) { return job->is_done(); });
    for (auto at = jobs_.begin(); at != jobs_.end(); ++at) {
        if (!(*at)->has_work()) continue;
        jobs_.splice(jobs_.end(), jobs_, at);
        return jobs_.back();
    }
    return nullptr;
}

async::Task<void> Scheduler::work() {
    while (!stopping_) {
        auto job = next();
        if (!job) {
            co_await ready_.wait();
            continue;
        }
        co_await job->step();
        // Opening a segment makes work for others.
        ready_.notify();
    }
}

}  // namespace logwood::search
