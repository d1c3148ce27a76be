#include "search/live_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "base/server_log.h"
#include "search/live_job.h"
#include "search/search.h"

namespace logwood::search {

LiveFeed::LiveFeed(async::Runtime& runtime, Data& data, Scheduler& scheduler, Counters& counters)
    : runtime_(runtime),
      data_(data),
      scheduler_(scheduler),
      counters_(counters),
      pumped_(runtime.loop),
      gate_(runtime.loop) {}

void LiveFeed::start() {
    gate_.spawn(run());
    if (data_.changed()) gate_.spawn(collect_at_once());
}

async::Task<void> LiveFeed::stop() {
    gate_.request_stop();
    pumped_.notify();
    if (auto* changed = data_.changed()) changed->notify();
    co_await gate_.close();
    jobs_.clear();
    collected_.clear();
}

void LiveFeed::add(std::shared_ptr<LiveJob> job) {
    gate_.spawn(join_when_possible(std::move(job)));
}

async::Task<void> LiveFeed::run() {
    while (!gate_.closing()) {
        co_await gate_.pause_for(kLiveBatchEvery);
        pump();
    }
}

/// Records must be seen before a checkpoint takes them away, which may be soon.
async::Task<void> LiveFeed::collect_at_once() {
    while (!gate_.closing()) {
        co_await data_.changed()->wait();
        if (!jobs_.empty()) collect();
    }
}

async::Task<void> LiveFeed::join_when_possible(std::shared_ptr<LiveJob> job) {
    while (!gate_.closing() && !job->is_done() && !try_join(job))
        co_await gate_.pause_for(kReplanEvery);
}

/// All in one turn of the loop: everything consumed so far goes to the others, the history is cut
/// exactly there, and the next batch is the first that the new one gets.
bool LiveFeed::try_join(const std::shared_ptr<LiveJob>& job) {
    pump();
    auto prepared = job->prepare();
    if (!prepared) {
        job->stop(std::move(prepared).error());
        return true;
    }
    auto& interval = prepared->interval;
    auto plan = data_.plan(job->scope(), interval, *prepared->query);
    if (plan.may_improve) {
        job->wait_for(std::move(plan.missing));
        ++counters_.replans;
        return false;
    }
    auto ahead = data_.plan(job->scope(), {.start = interval.end}, *prepared->query);
    if (jobs_.empty()) {
        positions_.clear();
        held_.clear();
        collected_.clear();
        has_gap_ = false;
        end_ = interval.end;
    }
    for (auto& cut : plan.cuts) {
        auto position = positions_.try_emplace(cut.partition, cut.end).first->second;
        ASSERT(cut.end <= position);
        // A new leader still consumes again what the others were shown already.
        if (cut.end < position) return false;
    }
    jobs_.push_back(job);
    job->begin(*std::move(prepared), std::move(plan), std::move(ahead), sequence_);
    return true;
}

void LiveFeed::pump() {
    last_pump_ = runtime_.loop.now();
    forget_ended();
    if (jobs_.empty()) {
        collected_.clear();
        held_.clear();
    } else {
        auto old_end = end_;
        // As for other queries, an event of this very millisecond is in the past.
        end_ = std::max(end_, UtcTime::from_ms(runtime_.loop.utc_now().ms() + 1));
        ++sequence_;
        collect();
        if (has_gap_) return restart_all("events were sealed before they were seen");
        for (auto& [batch, sequence] : held_.release({old_end, end_})) deliver(batch, sequence);
        for (auto& [repo, of_repo] : std::exchange(collected_, {})) {
            auto batch = std::make_shared<const MicroBatch>(of_repo, model::TimeRange{.end = end_});
            if (batch->bounds().max_ns >= end_.ns) hold(*batch, of_repo);
            deliver(batch, sequence_);
        }
        stop_late_ones();
    }
    pumped_.notify();
}

/// Takes what was consumed; notes when records that nobody has seen are gone from an open block.
void LiveFeed::collect() {
    std::set<RepoId> wanted;
    for (auto& job : jobs_) wanted.insert(job->scope().repos.begin(), job->scope().repos.end());
    for (std::uint32_t i = 0; i < data_.partitions(); ++i) {
        model::PartitionId partition(i);
        auto& position = positions_[partition];
        auto followed = data_.follow(partition, position);
        if (!followed) {
            absent_since_.try_emplace(partition, runtime_.loop.now());
            continue;
        }
        absent_since_.erase(partition);
        has_gap_ |= followed->has_gap;
        for (auto& placed : followed->records)
            if (wanted.contains(placed->record.repo) && placed->record.events.rows() > 0)
                collected_[placed->record.repo].push_back({.placed = placed, .coordinates = {}});
        position = followed->end;
    }
}

void LiveFeed::hold(const MicroBatch& batch, const std::vector<MicroBatch::Part>& parts) {
    for (auto& part : parts) {
        if (part.placed->record.events.time_bounds().max_ns < batch.times().end.ns) continue;
        // Reading a record that is in memory does not fail.
        auto held = held_.hold(*model::make_row_source(part.placed), end_, sequence_);
        ASSERT(held);
    }
}

void LiveFeed::deliver(const std::shared_ptr<const MicroBatch>& batch, std::uint64_t sequence) {
    for (auto& job : jobs_) {
        auto& repos = job->scope().repos;
        if (sequence > job->joined_at() && std::ranges::find(repos, batch->repo()) != repos.end())
            job->deliver(batch);
    }
    scheduler_.wake();
}

void LiveFeed::restart_all(const std::string& why) {
    server_log::warning("search", "live queries are built anew", {{"reason", why}});
    positions_.clear();
    held_.clear();
    collected_.clear();
    has_gap_ = false;
    for (auto& job : std::exchange(jobs_, {})) {
        job->restart(why);
        if (!job->is_done()) add(job);
    }
    pumped_.notify();
}

void LiveFeed::forget_ended() {
    std::erase_if(jobs_, [](auto& job) { return job->is_done(); });
}

bool LiveFeed::has_news() const {
    if (!collected_.empty()) return true;
    for (auto& [partition, position] : positions_) {
        auto followed = data_.follow(partition, position);
        if (followed && (followed->has_gap || followed->end > position)) return true;
    }
    return false;
}

async::Task<std::vector<Missing>> LiveFeed::catch_up(MonoTime deadline) {
    auto missing = co_await data_.catch_up(deadline);
    if (runtime_.loop.now() - last_pump_ >= kLiveBatchEvery)
        pump();
    else if (has_news())
        co_await pumped_.wait_until(deadline);
    for (auto& [partition, since] : absent_since_) {
        if (runtime_.loop.now() - since < kCutPatience) continue;
        missing.push_back(
            {.code = "PartitionUnavailable",
             .message = fmt::format("The result lacks the newest events of partition {}, of any "
                                    "time: no node gives access to its open blocks.",
                                    partition.value),
             .segment = {},
             .partition = partition,
             .bounds = {}});
    }
    co_return missing;
}

model::LogOffset LiveFeed::position(model::PartitionId partition) const {
    auto at = positions_.find(partition);
    return at == positions_.end() ? model::LogOffset{} : at->second;
}

/// Takes from the costliest when events come in faster than queries look at them, and from the
/// largest when all together need too much memory. The others must not suffer.
void LiveFeed::stop_late_ones() {
    auto now = runtime_.loop.now();
    std::size_t memory = 0;
    std::uint64_t backlog = 0;
    Duration lag{};
    for (auto& job : jobs_) {
        memory += job->memory();
        backlog = std::max(backlog, job->backlog_bytes());
        lag = std::max(lag, job->lag());
    }
    if (memory > kLiveTotalBytesMax) {
        auto& largest =
            *std::ranges::max_element(jobs_, {}, [](auto& job) { return job->memory(); });
        largest->stop({Code::kTooLarge,
                       "All live queries together need too much memory, and this "
                       "one needs most of it."});
    }
    bool is_full = backlog > kLiveBacklogBytesMax;
    if (!is_full && (lag <= kLiveLagMax || now - last_stop_ < kLiveStopEvery)) return;
    last_stop_ = now;
    std::ranges::sort(jobs_, std::ranges::greater(), [](auto& job) { return job->cost(); });
    auto total = std::accumulate(jobs_.begin(), jobs_.end(), Duration{},
                                 [](auto sum, auto& job) { return sum + job->cost(); });
    Duration stopped{};
    for (auto& job : jobs_) {
        if (stopped > Duration{} &&
            double(stopped.count()) >= double(total.count()) * kLiveStopShare)
            break;
        stopped += std::max(job->cost(), Duration{1});
        job->stop({Code::kTooLarge,
                   fmt::format("Live queries fell {} s behind what comes in, and this one cost "
                               "most: narrow it by filters.",
                               lag / 1s)});
    }
    for (auto& job : jobs_) job->reset_cost();
}

}  // namespace logwood::search
