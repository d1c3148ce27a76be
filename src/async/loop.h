#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/task.h"
#include "base/time.h"

namespace logwood::async {

/// What offloaded work is for; lanes do not wait for one another.
enum class Lane : std::uint8_t {
    kIngest,  ///< Decoding, parsing, log writes: what an acknowledgement waits for.
    kDigest,  ///< Checkpoints and metadata snapshots.
    kSearch,
    kBackground,  ///< Merges, scrubbing: yields to everything else.
};
inline constexpr std::size_t kLanes = 4;

/// The one thread that a node's state lives on, and the way to have work done elsewhere.
///
/// Objects of the core modules are used from the loop's thread only. Offloaded work may touch only
/// what it owns or what is immutable, plus file-system and codec calls. In simulation everything
/// runs on one thread, in an order drawn from a seed.
class Loop {
 public:
    using Job = std::move_only_function<void()>;
    using TimerId = std::uint64_t;

    virtual ~Loop() = default;

    virtual MonoTime now() const = 0;
    virtual UtcTime utc_now() const = 0;
    /// Runs the job on the loop's thread, after the current one. Any thread may call.
    virtual void post(Job job) = 0;
    /// Runs the job at or soon after `when`, unless cancelled. Loop thread only.
    virtual TimerId call_at(MonoTime when, Job job) = 0;
    /// The job will not run after this, unless it has begun.
    virtual void cancel(TimerId timer) = 0;
    /// Runs the job on a thread of the lane. Any thread may call.
    virtual void offload(Lane lane, Job job) = 0;
};

/// `co_await sleep_until(loop, t)`.
inline auto sleep_until(Loop& loop, MonoTime when) {
    struct Awaiter {
        Loop& loop;
        MonoTime when;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) {
            loop.call_at(when, [handle] { handle.resume(); });
        }
        void await_resume() const noexcept {}
    };
    return Awaiter{loop, when};
}
inline auto sleep_for(Loop& loop, Duration duration) {
    return sleep_until(loop, loop.now() + duration);
}

/// `co_await run_on(loop, Lane::kSearch, f)`: calls f() on the lane, comes back to the loop with
/// its result. f must not touch the loop's objects.
template <typename F>
Task<std::invoke_result_t<F>> run_on(Loop& loop, Lane lane, F work) {
    using R = std::invoke_result_t<F>;
    struct Awaiter {
        Loop& loop;
        Lane lane;
        F& work;
        std::optional<std::conditional_t<std::is_void_v<R>, bool, R>> result;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) {
            loop.offload(lane, [this, handle] {
                if constexpr (std::is_void_v<R>)
                    work();
                else
                    result.emplace(work());
                loop.post([handle] { handle.resume(); });
            });
        }
        R await_resume() {
            if constexpr (!std::is_void_v<R>) return *std::move(result);
        }
    };
    Awaiter awaiter{loop, lane, work, {}};
    co_return co_await awaiter;
}

/// A loop on the calling thread with `threads` workers a lane (one for the background, several
/// times as many for searches).
class RealLoop : public Loop {
 public:
    /// Runs until stop(); call once, from the thread that becomes the loop's.
    virtual void run() = 0;
    /// Makes run() return after the current job. Any thread, also a signal-wait.
    virtual void stop() = 0;
    /// Calls `handler` on the loop when the process gets SIGINT or SIGTERM, each time.
    virtual void on_terminate(std::function<void()> handler) = 0;
    /// The boost::asio::io_context behind it, for the http module.
    virtual void* native_context() = 0;
};
std::unique_ptr<RealLoop> make_real_loop(unsigned threads);

}  // namespace logwood::async
