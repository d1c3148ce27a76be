#include "search/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "search/limits.h"

namespace logwood::search {
namespace {

/// Work of some steps, each of which lasts until it is let go.
class FakeWork final : public Work {
 public:
    FakeWork(async::Loop& loop, std::string scope, int steps, bool waits)
        : loop_(loop),
          scope_{std::move(scope), {}},
          left_(steps),
          waits_(waits),
          let_go_(loop),
          ended_(loop) {}

    const Scope& scope() const override { return scope_; }
    bool is_done() const override { return left_ == 0 && running == 0; }
    bool has_work() const override { return left_ > 0; }
    async::Task<void> step() override {
        --left_;
        ++running;
        ++begun;
        co_await async::run_on(loop_, async::Lane::kSearch, [] {});
        while (waits_) co_await let_go_.wait();
        --running;
        ended_.notify();
    }
    void cancel() override {
        left_ = 0;
        let_go();
    }
    std::size_t held_bytes() const override { return 0; }
    void give_up(Error) override { cancel(); }

    void let_go() {
        waits_ = false;
        let_go_.notify();
    }
    async::Task<void> wait_done() {
        while (!is_done()) co_await ended_.wait();
    }

    int running = 0;
    int begun = 0;

 private:
    async::Loop& loop_;
    Scope scope_;
    int left_;
    bool waits_;
    async::Signal let_go_;
    async::Signal ended_;
};

template <typename F>
void run_on_loop(F body) {
    auto loop = async::make_real_loop(1);
    async::Gate gate(*loop);
    auto main = [](async::RealLoop& l, F& f) -> async::Task<void> {
        co_await f(l);
        l.stop();
    };
    gate.spawn(main(*loop, body));
    loop->run();
}

TEST(Scheduler, KeepsSlotsForOtherScopes) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Scheduler scheduler(loop, 2);
        scheduler.start();
        std::vector<std::shared_ptr<FakeWork>> hogs;
        for (int i = 0; i < 20; ++i) {
            hogs.push_back(std::make_shared<FakeWork>(loop, "hogs", 3, true));
            scheduler.add(hogs.back());
        }
        for (int i = 0; i < 5; ++i) {
            auto quick = std::make_shared<FakeWork>(loop, "others", 7, false);
            scheduler.add(quick);
            co_await quick->wait_done();
        }
        int running = 0;
        for (auto& hog : hogs) running += hog->running;
        EXPECT_EQ(running, 4);
        EXPECT_EQ(scheduler.unfinished().size(), hogs.size());
        co_await scheduler.stop();
        EXPECT_TRUE(scheduler.unfinished().empty());
    });
}

TEST(Scheduler, KeepsASlotForNewWorkOfAScope) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Scheduler scheduler(loop, 1);
        scheduler.start();
        // All its slices could run at once, but it is not new with more than one of them.
        auto hog = std::make_shared<FakeWork>(loop, "r", 100, true);
        scheduler.add(hog);
        for (int i = 0; i < 5; ++i) {
            auto quick = std::make_shared<FakeWork>(loop, "r", 1, false);
            scheduler.add(quick);
            co_await quick->wait_done();
        }
        EXPECT_EQ(hog->running, 1);
        co_await scheduler.stop();
    });
}

TEST(Scheduler, ServesAllInTurn) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Scheduler scheduler(loop, 1);
        std::vector<std::shared_ptr<FakeWork>> all;
        for (auto* scope : {"a", "a", "a", "b"}) {
            all.push_back(std::make_shared<FakeWork>(loop, scope, 1000, false));
            scheduler.add(all.back());
        }
        scheduler.start();
        co_await all[3]->wait_done();
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_GT(all[i]->begun, 100) << i;
            EXPECT_LT(all[i]->begun, 1000) << i;
        }
        for (auto& work : all) co_await work->wait_done();
        co_await scheduler.stop();
    });
}

TEST(Scheduler, CancelsWhatComesAfterItsEnd) {
    run_on_loop([](async::Loop& loop) -> async::Task<void> {
        Scheduler scheduler(loop, 1);
        scheduler.start();
        co_await scheduler.stop();
        auto late = std::make_shared<FakeWork>(loop, "a", 1, true);
        scheduler.add(late);
        EXPECT_TRUE(late->is_done());
    });
}

}  // namespace
}  // namespace logwood::search
