#include "async/sync.h"

#include <utility>

namespace logwood::async {

struct Signal::Waiter {
    std::coroutine_handle<> handle;
    Loop::TimerId timer = 0;
    bool has_timer = false;
    bool notified = false;
    bool done = false;
};

Signal::~Signal() = default;

Task<bool> Signal::wait_until(MonoTime deadline) {
    struct Awaiter {
        Signal& signal;
        MonoTime deadline;
        std::shared_ptr<Waiter> waiter = std::make_shared<Waiter>();

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) {
            waiter->handle = handle;
            signal.waiters_.push_back(waiter);
            if (deadline == MonoTime::never()) return;
            waiter->has_timer = true;
            waiter->timer = signal.loop_.call_at(deadline, [this, w = waiter] {
                if (std::exchange(w->done, true)) return;
                std::erase(signal.waiters_, w);
                w->handle.resume();
            });
        }
        bool await_resume() const noexcept { return waiter->notified; }
    };
    Awaiter awaiter{*this, deadline};
    co_return co_await awaiter;
}

Task<void> Signal::wait() { co_await wait_until(MonoTime::never()); }

void Signal::notify() {
    for (auto& waiter : std::exchange(waiters_, {})) {
        if (std::exchange(waiter->done, true)) continue;
        waiter->notified = true;
        if (waiter->has_timer) loop_.cancel(waiter->timer);
        loop_.post([waiter] { waiter->handle.resume(); });
    }
}

/// The outermost frame of a spawned task: eager, and gone by itself when the task is done.
struct Gate::Root {
    struct promise_type {
        Root get_return_object() {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
    std::coroutine_handle<> handle;
};

Gate::Root Gate::run(Gate& gate, Task<void> task,
                     std::list<std::coroutine_handle<>>::iterator self) {
    co_await task;
    gate.roots_.erase(self);
    if (gate.roots_.empty()) gate.idle_.notify();
}

Gate::~Gate() {
    for (auto root : std::exchange(roots_, {})) root.destroy();
}

void Gate::spawn(Task<void> task) {
    auto self = roots_.insert(roots_.end(), nullptr);
    auto root = run(*this, std::move(task), self);
    *self = root.handle;
    root.handle.resume();
}

Task<void> Gate::pause_for(Duration duration) {
    if (!closing_) co_await stop_.wait_until(loop_.now() + duration);
}

void Gate::request_stop() {
    closing_ = true;
    stop_.notify();
}

Task<void> Gate::close() {
    request_stop();
    while (!roots_.empty()) co_await idle_.wait();
}

Task<Mutex::Lock> Mutex::lock() {
    struct Awaiter {
        Mutex& mutex;
        bool await_ready() const noexcept { return !std::exchange(mutex.locked_, true); }
        void await_suspend(std::coroutine_handle<> handle) { mutex.waiters_.push_back(handle); }
        void await_resume() const noexcept {}
    };
    Awaiter awaiter{*this};
    co_await awaiter;
    co_return Lock(*this);
}

void Mutex::unlock() {
    if (waiters_.empty()) {
        locked_ = false;
        return;
    }
    auto next = waiters_.front();
    waiters_.pop_front();
    loop_.post([next] { next.resume(); });
}

}  // namespace logwood::async
