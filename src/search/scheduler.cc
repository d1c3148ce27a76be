#include "search/scheduler.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "search/limits.h"

namespace logwood::search {

Scheduler::Scheduler(async::Loop& loop, unsigned workers)
    : loop_(loop), workers_(workers), ready_(loop), gate_(loop) {}

void Scheduler::start() {
    for (unsigned i = 0; i < kSlotsPerWorker * workers_; ++i) gate_.spawn(run_slot());
}

async::Task<void> Scheduler::stop() {
    stopping_ = true;
    for (auto& entry : entries_) entry->work->cancel();
    ready_.notify();
    co_await gate_.close();
    entries_.clear();
}

void Scheduler::add(std::shared_ptr<Work> work) {
    if (stopping_) return work->cancel();
    auto& share = shares_[work->scope().name];
    if (!share) share = std::make_shared<Share>();
    entries_.push_back(std::make_shared<Entry>(
        Entry{.work = std::move(work), .share = share, .served = share->floor}));
    ready_.notify();
}

std::vector<std::shared_ptr<Work>> Scheduler::unfinished() const {
    std::vector<std::shared_ptr<Work>> found;
    for (auto& entry : entries_)
        if (!entry->work->is_done()) found.push_back(entry->work);
    return found;
}

bool Scheduler::may_run(const Entry& entry) const {
    auto running = entry.share->running;
    bool is_new = entry.running == 0 && entry.used < kNewWorkTime;
    return running < workers_ || (is_new && running < std::size_t{2} * workers_);
}

/// Of the scope that has least, the work that has had least; done work is forgotten.
std::shared_ptr<Scheduler::Entry> Scheduler::next() {
    std::erase_if(entries_, [](const auto& entry) { return entry->work->is_done(); });
    std::erase_if(shares_, [](const auto& share) { return share.second.use_count() == 1; });
    auto rank = [](const Entry& entry) {
        return std::tuple(entry.share->running, entry.share->turn, entry.served);
    };
    std::shared_ptr<Entry> best;
    for (auto& entry : entries_)
        if ((!best || rank(*entry) < rank(*best)) && may_run(*entry) && entry->work->has_work())
            best = entry;
    return best;
}

async::Task<void> Scheduler::run_slot() {
    while (!stopping_) {
        auto entry = next();
        if (!entry) {
            co_await ready_.wait();
            continue;
        }
        auto& share = *entry->share;
        // What slept is not owed all that others got meanwhile.
        entry->served = std::max(entry->served, share.floor - kOwedTimeMax);
        share.floor = std::max(share.floor, entry->served);
        share.turn = ++turns_;
        ++share.running;
        ++entry->running;
        auto begun = loop_.now();
        co_await entry->work->step();
        auto took = std::max<Duration>(loop_.now() - begun, kStepTimeMin);
        --share.running;
        --entry->running;
        entry->used += took;
        entry->served += took;
        // A step may make work for other slots.
        ready_.notify();
    }
}

}  // namespace logwood::search
