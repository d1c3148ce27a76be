#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::testing {
namespace {

using async::OpenMode;
using async::Task;

TEST(SimLoop, TheSameSeedGivesTheSameOrder) {
    auto order_of = [](std::uint64_t seed) {
        SimLoop loop(seed);
        std::string order;
        for (char c : std::string("abcdef")) loop.post([&order, c] { order += c; });
        loop.run_until([&] { return order.size() == 6; });
        return order;
    };
    EXPECT_EQ(order_of(1), order_of(1));
    std::set<std::string> orders;
    for (std::uint64_t seed = 0; seed < 20; ++seed) orders.insert(order_of(seed));
    EXPECT_GT(orders.size(), 10U);
}

TEST(SimLoop, TimeMovesToTheNextTimer) {
    SimLoop loop(1);
    std::string log;
    loop.call_at(loop.now() + 2h, [&] { log += "later "; });
    loop.call_at(loop.now() + 1h, [&] { log += "sooner "; });
    auto cancelled = loop.call_at(loop.now() + 30min, [&] { log += "never "; });
    loop.cancel(cancelled);
    auto utc = loop.utc_now();
    EXPECT_FALSE(loop.run_until([] { return false; }));
    EXPECT_EQ(log, "sooner later ");
    EXPECT_EQ(loop.utc_now() - utc, 2h);
}

TEST(SimLoop, RunsTasksAndNoticesThatOneHangs) {
    SimLoop loop(1);
    auto work = [](SimLoop& on) -> Task<int> {
        co_await async::sleep_for(on, 1h);
        co_return co_await async::run_on(on, async::Lane::kSearch, [] { return 42; });
    };
    EXPECT_EQ(loop.run(work(loop)), 42);
    auto hang = [](SimLoop& on) -> Task<void> {
        async::Signal never(on);
        co_await never.wait();
    };
    EXPECT_FALSE(loop.run(hang(loop)));
}

TEST(SimLoop, ACrashDropsWhatWasPosted) {
    SimLoop loop(1);
    bool ran = false;
    loop.post([&] { ran = true; });
    loop.offload(async::Lane::kDigest, [&] { ran = true; });
    loop.drop_all();
    EXPECT_FALSE(loop.step());
    EXPECT_FALSE(ran);
}

/// What is at `path` after the power is back; "none" when there is nothing.
std::string after_crash(std::uint64_t seed, void (*act)(SimFileSystem&)) {
    SimFileSystem files(seed);
    EXPECT_TRUE(files.create_directories("/d"));
    act(files);
    files.crash();
    auto content = async::read_file(files, "/d/a", 10'000);
    return content ? *content : "none";
}

/// All that the seeds leave.
std::set<std::string> outcomes(void (*act)(SimFileSystem&)) {
    std::set<std::string> all;
    for (std::uint64_t seed = 0; seed < 200; ++seed) all.insert(after_crash(seed, act));
    return all;
}

void write_synced(SimFileSystem& files, const char* content) {
    auto file = *files.open("/d/a", OpenMode::kCreate);
    EXPECT_TRUE(file->write_at(0, content));
    EXPECT_TRUE(file->sync());
    EXPECT_TRUE(files.sync_dir("/d"));
}

TEST(SimFileSystem, ACrashKeepsAllThatWasSyncedAndAnyPartOfTheRest) {
    using Set = std::set<std::string>;
    EXPECT_EQ(outcomes([](SimFileSystem& f) { write_synced(f, "safe"); }), Set{"safe"});
    // The name was not made durable.
    EXPECT_EQ(outcomes([](SimFileSystem& f) {
                  auto file = *f.open("/d/a", OpenMode::kCreate);
                  EXPECT_TRUE(file->write_at(0, "x"));
                  EXPECT_TRUE(file->sync());
              }),
              (Set{"none", "x"}));
    // Renamed without a sync of the new file: the classic empty file.
    EXPECT_EQ(outcomes([](SimFileSystem& f) {
                  write_synced(f, "old");
                  auto file = *f.open("/d/b", OpenMode::kCreate);
                  EXPECT_TRUE(file->write_at(0, "new"));
                  EXPECT_TRUE(f.rename("/d/b", "/d/a"));
                  EXPECT_TRUE(f.sync_dir("/d"));
              }),
              (Set{"", "new"}));
    EXPECT_EQ(outcomes([](SimFileSystem& f) {
                  write_synced(f, "old");
                  EXPECT_TRUE(f.remove("/d/a"));
              }),
              (Set{"old", "none"}));
}

TEST(SimFileSystem, TearsAWriteAtSectors) {
    auto all = outcomes([](SimFileSystem& f) {
        write_synced(f, "");
        auto file = *f.open("/d/a", OpenMode::kReadWrite);
        EXPECT_TRUE(file->write_at(0, std::string(2048, 'x')));
    });
    std::set<std::string> shapes;
    for (auto& content : all) {
        std::string shape;
        for (std::size_t at = 0; at < content.size(); at += 512) {
            auto sector = content.substr(at, 512);
            EXPECT_EQ(sector, std::string(512, sector[0]));
            shape += sector[0] ? 'x' : '0';
        }
        shapes.insert(shape);
    }
    EXPECT_TRUE(shapes.contains(""));
    EXPECT_TRUE(shapes.contains("xxxx"));
    EXPECT_TRUE(shapes.contains("000x"));
    EXPECT_TRUE(shapes.contains("x"));
}

TEST(SimFileSystem, ASecondSyncAfterAFailedOneProvesNothing) {
    auto all = outcomes([](SimFileSystem& f) {
        write_synced(f, "old");
        auto file = *f.open("/d/a", OpenMode::kReadWrite);
        EXPECT_TRUE(file->write_at(0, "new"));
        f.fail_at_op(f.operations());
        EXPECT_FALSE(file->sync());
        EXPECT_TRUE(file->sync());
        EXPECT_EQ(f.content("/d/a"), "new");  // From the page cache.
    });
    EXPECT_TRUE(all.contains("old"));
}

TEST(SimFileSystem, DiesAtAChosenCall) {
    SimFileSystem files(1);
    EXPECT_TRUE(files.create_directories("/d"));
    auto file = *files.open("/d/a", OpenMode::kCreate);
    files.die_at_op(files.operations() + 1);
    EXPECT_TRUE(file->write_at(0, "one"));
    EXPECT_EQ(file->sync().error().code, Code::kIo);
    EXPECT_EQ(files.list("/d").error().code, Code::kIo);
    files.restart();
    EXPECT_EQ(file->size().error().code, Code::kIo);
    EXPECT_EQ(files.content("/d/a"), "one");
}

TEST(SimFileSystem, HasACapacity) {
    SimFileSystem files(1);
    files.faults.capacity_bytes = 10;
    auto file = *files.open("a", OpenMode::kCreate);
    EXPECT_TRUE(file->write_at(0, "12345678"));
    EXPECT_EQ(file->write_at(8, "12345678").error().code, Code::kNoSpace);
    EXPECT_LE(*file->size(), 10U);
    EXPECT_TRUE(file->truncate(0));
    EXPECT_TRUE(file->write_at(0, "1234567890"));
}

}  // namespace
}  // namespace logwood::testing
