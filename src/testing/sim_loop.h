#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "async/loop.h"
#include "async/sync.h"
#include "base/time.h"
#include "testing/sim_random.h"

namespace logwood::testing {

/// A Loop in virtual time on the calling thread. Jobs that are due at the same time run in random
/// order; offloaded work takes a random while. The clock moves only when nothing is due.
class SimLoop final : public async::Loop {
 public:
    explicit SimLoop(std::uint64_t seed,
                     UtcTime start = UtcTime::from_ms(1'767'225'600'000));  // 2026-01-01

    MonoTime now() const override { return {elapsed_.count()}; }
    UtcTime utc_now() const override { return start_ + elapsed_; }
    void post(Job job) override;
    TimerId call_at(MonoTime when, Job job) override;
    void cancel(TimerId timer) override;
    void offload(async::Lane lane, Job job) override;

    /// Runs the next job; false when there is none.
    bool step();
    /// Runs until done() holds (true), nothing is left to do, or virtual time passes `limit`.
    bool run_until(const std::function<bool()>& done, Duration limit = std::chrono::hours(24));
    /// Starts the task and runs it to its end; nothing when it hangs (or was dropped).
    template <typename T>
    std::optional<T> run(async::Task<T> task, Duration limit = std::chrono::hours(24));
    bool run(async::Task<void> task, Duration limit = std::chrono::hours(24));
    /// Forgets all jobs, as a crash does. Then destroy what waited for them.
    void drop_all();
    /// Moves civil time only.
    void jump_utc(Duration by) { start_ = start_ + by; }
    /// Offloaded work takes up to this long.
    void set_work_time_max(Duration most) { work_time_max_ = most; }

 private:
    using Key = std::pair<std::int64_t, std::uint64_t>;  ///< Time, then a random number.
    Key add(std::int64_t when_ns, Job job);

    SimRandom random_;
    UtcTime start_;
    Duration elapsed_{0};
    Duration work_time_max_ = std::chrono::milliseconds(2);
    std::map<Key, Job> jobs_;
    std::unordered_map<TimerId, Key> timers_;
    TimerId last_timer_ = 0;
};

template <typename T>
std::optional<T> SimLoop::run(async::Task<T> task, Duration limit) {
    std::optional<T> result;
    auto keep = [](async::Task<T> inner, std::optional<T>& out) -> async::Task<void> {
        out.emplace(co_await inner);
    };
    run(keep(std::move(task), result), limit);
    return result;
}

}  // namespace logwood::testing
