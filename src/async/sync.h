#pragma once

#include <coroutine>
#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "async/loop.h"
#include "async/task.h"

namespace logwood::async {

/// Wakes coroutines that wait for a change; they must re-check what they waited for. Loop thread.
class Signal {
 public:
    explicit Signal(Loop& loop) : loop_(loop) {}
    Signal(const Signal&) = delete;
    ~Signal();

    /// Returns at the next notify() (true) or at the deadline (false).
    Task<bool> wait_until(MonoTime deadline);
    Task<void> wait();
    void notify();

 private:
    struct Waiter;
    Loop& loop_;
    std::vector<std::shared_ptr<Waiter>> waiters_;
};

/// Owns a service's background coroutines. spawn() starts one; close() waits for all of them.
///
/// The destructor destroys frames that still hang: right only when the loop will run no more of
/// their wake-ups (a simulated crash). Loop thread.
class Gate {
 public:
    explicit Gate(Loop& loop) : loop_(loop), idle_(loop), stop_(loop) {}
    Gate(const Gate&) = delete;
    ~Gate();

    void spawn(Task<void> task);
    /// Set by close(); long-running coroutines poll it.
    bool closing() const { return closing_; }
    /// Returns after the time, or as soon as the gate closes.
    Task<void> pause_for(Duration duration);
    /// Makes closing() true and ends all pauses.
    void request_stop();
    /// Asks all to stop and waits until they have.
    Task<void> close();
    std::size_t running() const { return roots_.size(); }

 private:
    struct Root;
    static Root run(Gate& gate, Task<void> task, std::list<std::coroutine_handle<>>::iterator self);

    Loop& loop_;
    std::list<std::coroutine_handle<>> roots_;
    Signal idle_;
    Signal stop_;
    bool closing_ = false;
};

/// Lets one coroutine at a time through, in order of arrival. Loop thread.
class Mutex {
 public:
    explicit Mutex(Loop& loop) : loop_(loop) {}

    class [[nodiscard]] Lock {
     public:
        explicit Lock(Mutex& mutex) : mutex_(&mutex) {}
        Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
        Lock& operator=(Lock&&) = delete;
        ~Lock() {
            if (mutex_) mutex_->unlock();
        }

     private:
        Mutex* mutex_;
    };
    Task<Lock> lock();

 private:
    void unlock();
    Loop& loop_;
    bool locked_ = false;
    std::list<std::coroutine_handle<>> waiters_;
};

}  // namespace logwood::async
