// The real loop: one io_context run by one thread, and a thread pool a lane. Background workers run
// at the lowest priority.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <optional>
#include <unordered_map>

#include "async/loop.h"

namespace logwood::async {
namespace {

namespace asio = boost::asio;

constexpr int kBackgroundNice = 10;
/// Threads of the search lane for each thread of others. What runs there cannot be interrupted, may
/// take long, and is let in by the scheduler of searches; opening files and rendering results must
/// not wait for it.
constexpr unsigned kSearchThreads = 4;

/// One in the background, so that it never takes more than a core.
unsigned threads_of(Lane lane, unsigned threads) {
    if (lane == Lane::kBackground) return 1;
    return lane == Lane::kSearch ? kSearchThreads * threads : threads;
}

class AsioLoop final : public RealLoop {
 public:
    explicit AsioLoop(unsigned threads) {
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            pools_[lane].emplace(threads_of(static_cast<Lane>(lane), threads));
        offload(Lane::kBackground, [] {
            ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kBackgroundNice);
        });
    }
    ~AsioLoop() override {
        for (auto& pool : pools_) pool->join();
    }

    MonoTime now() const override {
        return {std::chrono::steady_clock::now().time_since_epoch() / 1ns};
    }
    UtcTime utc_now() const override {
        return {std::chrono::system_clock::now().time_since_epoch() / 1ns};
    }
    void post(Job job) override {
        asio::post(context_, [job = std::move(job)]() mutable { job(); });
    }
    TimerId call_at(MonoTime when, Job job) override {
        auto id = ++last_timer_;
        auto [entry, is_new] = timers_.try_emplace(id, context_);
        auto since_epoch = std::chrono::steady_clock::duration(when.ns);
        entry->second.expires_at(std::chrono::steady_clock::time_point(since_epoch));
        entry->second.async_wait([this, id, job = std::move(job)](auto error) mutable {
            // A timer that was cancelled after it had expired is not there any more.
            if (error || timers_.erase(id) == 0) return;
            job();
        });
        return id;
    }
    void cancel(TimerId timer) override { timers_.erase(timer); }
    void offload(Lane lane, Job job) override {
        asio::post(*pools_[static_cast<std::size_t>(lane)],
                   [job = std::move(job)]() mutable { job(); });
    }
    void run() override {
        auto work = asio::make_work_guard(context_);
        context_.run();
    }
    void stop() override { context_.stop(); }
    void on_terminate(std::function<void()> handler) override {
        signals_.async_wait([this, handler = std::move(handler)](auto error, int) {
            if (error) return;
            handler();
            on_terminate(handler);
        });
    }
    void* native_context() override { return &context_; }

 private:
    asio::io_context context_{1};
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    std::unordered_map<TimerId, asio::steady_timer> timers_;
    TimerId last_timer_ = 0;
    std::array<std::optional<asio::thread_pool>, kLanes> pools_;
};

}  // namespace

std::unique_ptr<RealLoop> make_real_loop(unsigned threads) {
    return std::make_unique<AsioLoop>(std::max(threads, 1U));
}

}  // namespace logwood::async
