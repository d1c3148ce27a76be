// The log on the system's files and threads: what the simulation cannot show.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "async/sync.h"
#include "log/local_log.h"

namespace logwood::log {
namespace {

using async::Task;

const StreamId kStream{"humio-ingest", model::PartitionId(0)};
constexpr int kClients = 20;
constexpr int kAppendsEach = 50;

class LocalLogOnRealFiles : public ::testing::Test {
 public:
    LocalLogOnRealFiles() {
        root_ = ::testing::TempDir() + "logwood-log-XXXXXX";
        EXPECT_NE(::mkdtemp(root_.data()), nullptr);
    }
    ~LocalLogOnRealFiles() override { std::filesystem::remove_all(root_); }

    /// Runs `body` on a loop of its own, with the log open.
    void with_log(Task<void> (LocalLogOnRealFiles::*body)()) {
        auto loop = async::make_real_loop(2);
        auto random = async::make_system_random();
        auto files = async::make_posix_file_system();
        loop_ = loop.get();
        async::Gate gate(*loop);
        gate.spawn(open_and_run({*loop, *random, *files}, body));
        loop->run();
    }
    Task<void> open_and_run(async::Runtime runtime, Task<void> (LocalLogOnRealFiles::*body)()) {
        auto opened = co_await LocalLog::open(runtime, root_ + "/log", {kStream}, options_);
        EXPECT_TRUE(opened) << opened.error().to_string();
        if (opened) {
            log_ = *std::move(opened);
            co_await (this->*body)();
            co_await log_->close();
            log_ = nullptr;
        }
        static_cast<async::RealLoop*>(loop_)->stop();
    }

    Task<void> append_from_many() {
        async::Gate clients(*loop_);
        for (int c = 0; c < kClients; ++c) clients.spawn(append_some(c));
        clients.spawn(follow());
        co_await clients.close();
        EXPECT_EQ(seen_.size(), std::size_t{kClients * kAppendsEach});
        EXPECT_TRUE(co_await log_->trim(kStream, model::LogOffset(500)));
        EXPECT_GT(log_->begin(kStream), model::LogOffset(0));
    }
    Task<void> append_some(int client) {
        for (int i = 0; i < kAppendsEach; ++i) {
            auto payload = std::to_string(client) + ":" + std::to_string(i) +
                           std::string(static_cast<std::size_t>(i), '.');
            auto offset = co_await log_->append(kStream, payload);
            EXPECT_TRUE(offset) << offset.error().to_string();
        }
    }
    Task<void> follow() {
        model::LogOffset at(0);
        while (at.value < kClients * kAppendsEach) {
            auto entries = co_await log_->read(kStream, at, 1000, loop_->now() + 10s);
            EXPECT_TRUE(entries && !entries->empty());
            if (!entries || entries->empty()) co_return;
            for (auto& entry : *entries) seen_.insert(entry.payload);
            at = entries->back().next();
        }
    }
    Task<void> read_the_rest() {
        EXPECT_EQ(log_->end(kStream), model::LogOffset(kClients * kAppendsEach));
        EXPECT_TRUE(log_->gaps().empty());
        for (auto at = log_->begin(kStream); at < log_->end(kStream);) {
            auto entries = co_await log_->read(kStream, at, 10'000, loop_->now());
            EXPECT_TRUE(entries && !entries->empty());
            if (!entries || entries->empty()) co_return;
            for (auto& entry : *entries) EXPECT_TRUE(seen_.contains(entry.payload));
            at = entries->back().next();
        }
    }

    LocalLogOptions options_{.file_bytes = 4096, .tail_cache_bytes = 500};
    std::string root_;
    async::Loop* loop_ = nullptr;
    std::unique_ptr<LocalLog> log_;
    std::set<std::string> seen_;
};

TEST_F(LocalLogOnRealFiles, ServesManyAtOnceAndComesBack) {
    with_log(&LocalLogOnRealFiles::append_from_many);
    with_log(&LocalLogOnRealFiles::read_the_rest);
}

}  // namespace
}  // namespace logwood::log
