#include "async/sync.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logwood::async {
namespace {

/// Runs a coroutine on a real loop to its end.
template <typename F>
void run(F body) {
    auto loop = make_real_loop(2);
    Gate gate(*loop);
    auto main = [](RealLoop& l, F& f) -> Task<void> {
        co_await f(l);
        l.stop();
    };
    gate.spawn(main(*loop, body));
    loop->run();
}

Task<Result<int>> half(int x) {
    if (x % 2) co_return fail(Code::kInvalidArgument, "odd");
    co_return x / 2;
}

Task<Result<int>> quarter(int x) {
    CO_TRY(auto h, co_await half(x));
    co_return co_await half(h);
}

TEST(Task, CarriesValuesAndErrors) {
    run([](Loop&) -> Task<void> {
        EXPECT_EQ(*co_await quarter(8), 2);
        EXPECT_EQ((co_await quarter(6)).error().message, "odd");
    });
}

TEST(Task, DeepChainsDoNotGrowTheStack) {
    run([](Loop& loop) -> Task<void> {
        for (int i = 0; i < 200'000; ++i) (void)co_await half(i * 2);
        EXPECT_EQ(co_await run_on(loop, Lane::kSearch, [] { return 7; }), 7);
    });
}

TEST(RealLoop, CancelsATimerThatHasExpiredToo) {
    std::vector<std::string> ran;
    run([&](Loop& loop) -> Task<void> {
        auto when = loop.now();
        Loop::TimerId second = 0;
        loop.call_at(when, [&] {
            ran.emplace_back("first");
            loop.cancel(second);
        });
        second = loop.call_at(when, [&] { ran.emplace_back("second"); });
        co_await sleep_for(loop, 5ms);
    });
    EXPECT_EQ(ran, std::vector<std::string>{"first"});
}

Task<void> wait_then_note(Signal& signal, MonoTime deadline, std::vector<std::string>& notes) {
    notes.push_back(co_await signal.wait_until(deadline) ? "notified" : "timed out");
}

TEST(Signal, WakesOrTimesOut) {
    std::vector<std::string> notes;
    run([&](Loop& loop) -> Task<void> {
        Signal signal(loop);
        Gate gate(loop);
        gate.spawn(wait_then_note(signal, MonoTime::never(), notes));
        gate.spawn(wait_then_note(signal, loop.now() + 1h, notes));
        gate.spawn(wait_then_note(signal, loop.now(), notes));
        while (notes.empty()) co_await sleep_for(loop, 1ms);
        signal.notify();
        co_await gate.close();
    });
    EXPECT_EQ(notes, (std::vector<std::string>{"timed out", "notified", "notified"}));
}

Task<void> critical(Mutex& mutex, Loop& loop, int& inside, int& most) {
    auto lock = co_await mutex.lock();
    most = std::max(most, ++inside);
    co_await sleep_for(loop, 1ms);
    --inside;
}

TEST(Mutex, LetsOneThroughAtATime) {
    int inside = 0;
    int most = 0;
    run([&](Loop& loop) -> Task<void> {
        Mutex mutex(loop);
        Gate gate(loop);
        for (int i = 0; i < 5; ++i) gate.spawn(critical(mutex, loop, inside, most));
        co_await gate.close();
    });
    EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace logwood::async
