// All jobs lie in one map, ordered by due time and then by a random number: taking the first is a
// fair draw among those that are due together.
#include "testing/sim_loop.h"

#include <algorithm>

namespace logwood::testing {

SimLoop::SimLoop(std::uint64_t seed, UtcTime start) : random_(seed), start_(start) {}

SimLoop::Key SimLoop::add(std::int64_t when_ns, Job job) {
    Key key{std::max(when_ns, elapsed_.count()), random_.next()};
    while (!jobs_.try_emplace(key, std::move(job)).second) key.second = random_.next();
    return key;
}

void SimLoop::post(Job job) { add(elapsed_.count(), std::move(job)); }

async::Loop::TimerId SimLoop::call_at(MonoTime when, Job job) {
    auto id = ++last_timer_;
    auto once = [this, id, inner = std::move(job)]() mutable {
        timers_.erase(id);
        inner();
    };
    timers_[id] = add(when.ns, std::move(once));
    return id;
}

void SimLoop::cancel(TimerId timer) {
    auto at = timers_.find(timer);
    if (at == timers_.end()) return;
    jobs_.erase(at->second);
    timers_.erase(at);
}

void SimLoop::offload(async::Lane, Job job) {
    auto most = static_cast<std::uint64_t>(work_time_max_.count());
    auto takes = most == 0 ? 0 : random_.below(most);
    add(elapsed_.count() + static_cast<std::int64_t>(takes), std::move(job));
}

bool SimLoop::step() {
    if (jobs_.empty()) return false;
    auto next = jobs_.extract(jobs_.begin());
    elapsed_ = std::max(elapsed_, Duration(next.key().first));
    next.mapped()();
    return true;
}

bool SimLoop::run_until(const std::function<bool()>& done, Duration limit) {
    auto end = elapsed_ + limit;
    while (!done()) {
        if (jobs_.empty() || jobs_.begin()->first.first > end.count()) return false;
        step();
    }
    return true;
}

bool SimLoop::run(async::Task<void> task, Duration limit) {
    async::Gate gate(*this);
    gate.spawn(std::move(task));
    return run_until([&] { return gate.running() == 0; }, limit);
}

void SimLoop::drop_all() {
    timers_.clear();
    // Destroying a job may post another.
    while (!jobs_.empty()) std::exchange(jobs_, {}).clear();
}

}  // namespace logwood::testing
