#include "log/local_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::log {
namespace {

using async::Task;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SimFileSystem;
using testing::SimLoop;
using testing::SimRandom;

const StreamId kStream{"humio-ingest", model::PartitionId(0)};
const StreamId kOther{"global-events", model::PartitionId(0)};
constexpr std::size_t kMuch = 1U << 20;

/// A machine with one log on it.
struct Machine {
    SimLoop loop{1};
    SimRandom random{2};
    SimFileSystem files{3};
    LocalLogOptions options;
    std::unique_ptr<LocalLog> log;

    Result<void> open() {
        async::Runtime runtime{loop, random, files};
        auto opened = loop.run(LocalLog::open(runtime, "/log", {kStream, kOther}, options)).value();
        if (!opened) return fail(opened.error());
        log = *std::move(opened);
        return {};
    }
    void pass(Duration time) {
        auto sleep = [](SimLoop& on, Duration t) -> Task<void> { co_await sleep_for(on, t); };
        loop.run(sleep(loop, time));
    }
    void close() {
        loop.run(log->close());
        log = nullptr;
    }
    std::string append(std::string payload) {
        auto offset = loop.run(log->append(kStream, std::move(payload))).value();
        return offset ? std::to_string(offset->value) : std::string(name_of(offset.error().code));
    }
    /// `payload` of each entry, `[from,to)` of a hole, or the error.
    std::vector<std::string> read(std::uint64_t from, std::size_t bytes_max = kMuch) {
        auto task = log->read(kStream, model::LogOffset(from), bytes_max, loop.now());
        auto entries = loop.run(std::move(task)).value();
        if (!entries) return {std::string(name_of(entries.error().code))};
        std::vector<std::string> texts;
        for (auto& entry : *entries)
            texts.push_back(entry.gap_end ? "[" + std::to_string(entry.offset.value) + "," +
                                                std::to_string(entry.gap_end->value) + ")"
                                          : entry.payload);
        return texts;
    }
    std::vector<std::string> read_all() {
        std::vector<std::string> texts;
        for (auto at = log->begin(kStream); at < log->end(kStream);) {
            auto task = log->read(kStream, at, kMuch, loop.now());
            auto entries = loop.run(std::move(task)).value();
            EXPECT_TRUE(entries && !entries->empty());
            if (!entries || entries->empty()) break;
            for (auto& entry : *entries)
                texts.push_back(entry.gap_end ? "[" + std::to_string(entry.offset.value) + "," +
                                                    std::to_string(entry.gap_end->value) + ")"
                                              : entry.payload);
            at = entries->back().next();
        }
        return texts;
    }
    std::string path(std::uint64_t first) const {
        auto digits = std::to_string(first);
        return "/log/humio-ingest-0/" + std::string(20 - digits.size(), '0') + digits + ".log";
    }
};

TEST(LocalLog, ReadsWhatWasAppendedAlsoAfterARestart) {
    Machine m;
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.append("zero"), "0");
    EXPECT_EQ(m.append("one"), "1");
    EXPECT_THAT(m.read(0), ElementsAre("zero", "one"));
    EXPECT_THAT(m.read(0, 1), ElementsAre("zero"));
    EXPECT_THAT(m.read(1), ElementsAre("one"));
    EXPECT_THAT(m.read(2), ElementsAre());
    EXPECT_THAT(m.read(3), ElementsAre(name_of(Code::kInvalidArgument)));
    m.close();
    m.files.crash();
    ASSERT_TRUE(m.open());
    EXPECT_THAT(m.read(0), ElementsAre("zero", "one"));
    EXPECT_EQ(m.append("two"), "2");
    EXPECT_THAT(m.read_all(), ElementsAre("zero", "one", "two"));
    EXPECT_EQ(m.log->end(kOther), model::LogOffset(0));
    EXPECT_TRUE(m.log->gaps().empty());
}

TEST(LocalLog, ReadsFromDiskWhatTheCacheHasDropped) {
    Machine m;
    m.options.tail_cache_bytes = 4;
    m.options.file_bytes = 300;
    ASSERT_TRUE(m.open());
    std::vector<std::string> all;
    for (int i = 0; i < 40; ++i) {
        all.push_back("payload " + std::to_string(i));
        EXPECT_EQ(m.append(all.back()), std::to_string(i));
    }
    EXPECT_EQ(m.read_all(), all);
    EXPECT_GT(m.files.paths().size(), 5U);
    m.close();
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.read_all(), all);
}

TEST(LocalLog, AReaderWaitsForTheNextAppend) {
    Machine m;
    ASSERT_TRUE(m.open());
    auto start = m.loop.now();
    async::Gate gate(m.loop);
    std::vector<std::string> seen;
    auto follow = [](Machine& at, std::vector<std::string>& out) -> Task<void> {
        auto entries =
            co_await at.log->read(kStream, model::LogOffset(0), kMuch, at.loop.now() + 1h);
        for (auto& entry : *entries) out.push_back(entry.payload);
    };
    gate.spawn(follow(m, seen));
    EXPECT_EQ(m.append("news"), "0");
    EXPECT_TRUE(m.loop.run_until([&] { return !seen.empty(); }));
    EXPECT_THAT(seen, ElementsAre("news"));
    EXPECT_LT(m.loop.now() - start, 1s);
    auto late = m.loop.run(m.log->read(kStream, model::LogOffset(1), 1, m.loop.now() + 5s));
    EXPECT_TRUE(late.value()->empty());
    EXPECT_GE(m.loop.now() - start, 5s);
}

TEST(LocalLog, AppendsShareAnFsync) {
    Machine m;
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.append("makes the file"), "0");
    auto before = m.files.operations();
    async::Gate gate(m.loop);
    auto append = [](Machine& at) -> Task<void> {
        EXPECT_TRUE(co_await at.log->append(kStream, "x"));
    };
    for (int i = 0; i < 100; ++i) gate.spawn(append(m));
    EXPECT_TRUE(m.loop.run_until([&] { return gate.running() == 0; }));
    EXPECT_EQ(m.log->end(kStream), model::LogOffset(101));
    EXPECT_LE(m.files.operations() - before, 6U);  // Two groups: write, sync, mark each.
}

TEST(LocalLog, AFullQueueIsRefused) {
    Machine m;
    m.options.queue_bytes_max = 10;
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.append("01234567890"), name_of(Code::kUnavailable));
    EXPECT_EQ(m.append("0123456789"), "0");
    EXPECT_EQ(m.append(std::string(kPayloadBytesMax + 1, 'x')), name_of(Code::kTooLarge));
    auto lost = m.loop.run(m.log->append({"other", model::PartitionId(0)}, "x")).value();
    EXPECT_EQ(lost.error().code, Code::kNotFound);
}

TEST(LocalLog, TrimsWholeFiles) {
    Machine m;
    m.options.file_bytes = 200;
    m.options.tail_cache_bytes = 0;
    ASSERT_TRUE(m.open());
    for (int i = 0; i < 20; ++i) m.append("payload " + std::to_string(i));
    auto files = m.files.paths().size();
    EXPECT_TRUE(m.loop.run(m.log->trim(kStream, model::LogOffset(10))).value());
    EXPECT_LT(m.files.paths().size(), files);
    auto begin = m.log->begin(kStream);
    EXPECT_GT(begin, model::LogOffset(5));
    EXPECT_LE(begin, model::LogOffset(10));
    EXPECT_THAT(m.read(0), ElementsAre(name_of(Code::kNotFound)));
    EXPECT_TRUE(m.loop.run(m.log->trim(kStream, model::LogOffset(20))).value());
    m.close();
    m.files.crash();
    ASSERT_TRUE(m.open());
    EXPECT_GE(m.log->begin(kStream), begin);
    EXPECT_EQ(m.log->end(kStream), model::LogOffset(20));
    EXPECT_EQ(m.append("after"), "20");
}

TEST(LocalLog, TrimOfAllGivesUpALongLastFile) {
    Machine m;
    m.options.turn_over_bytes = 1000;
    ASSERT_TRUE(m.open());
    m.append("short");
    auto trim_all = [&] { return m.loop.run(m.log->trim(kStream, m.log->end(kStream))).value(); };
    EXPECT_TRUE(trim_all());
    EXPECT_THAT(m.read_all(), ElementsAre("short"));
    m.append(std::string(2000, 'x'));
    EXPECT_TRUE(trim_all());
    EXPECT_THAT(m.read_all(), ElementsAre());
    EXPECT_THAT(m.files.paths(), Not(Contains(m.path(0))));
    EXPECT_EQ(m.log->begin(kStream), model::LogOffset(2));
    m.files.crash();
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.log->end(kStream), model::LogOffset(2));
    EXPECT_EQ(m.append("after"), "2");
    EXPECT_THAT(m.read_all(), ElementsAre("after"));
}

TEST(LocalLog, KeepsItsIdentity) {
    Machine m;
    ASSERT_TRUE(m.open());
    m.append("zero");
    m.close();
    auto identity = m.files.content("/log/identity");
    m.files.flip_bit("/log/identity", 100);
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.files.content("/log/identity"), identity);
    EXPECT_THAT(m.read_all(), ElementsAre("zero"));
    m.close();
    EXPECT_TRUE(m.files.remove("/log/identity"));
    m.files.flip_bit(m.path(0), 200);
    EXPECT_THAT(m.open().error().message, HasSubstr("lost its identity"));
}

TEST(LocalLog, RefusesAFileOfAnotherStream) {
    Machine m;
    ASSERT_TRUE(m.open());
    m.append("zero");
    EXPECT_TRUE(m.loop.run(m.log->append(kOther, "other")).value());
    m.close();
    auto other = "/log/global-events-0/" + std::string(20, '0') + ".log";
    m.files.set_content(m.path(0), m.files.content(other));
    EXPECT_THAT(m.open().error().message, HasSubstr("belongs to another log"));
}

TEST(LocalLog, AfterAFailedSyncTheTailIsUnknownAndTheFileSealed) {
    Machine m;
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.append("zero"), "0");
    m.files.faults.sync_error_in = 1;
    EXPECT_EQ(m.append("lost"), name_of(Code::kUnknownOutcome));
    m.files.faults.sync_error_in = 0;
    EXPECT_EQ(m.append("one"), "1");
    EXPECT_THAT(m.read_all(), ElementsAre("zero", "one"));
    m.close();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(m.open());
        EXPECT_THAT(m.read_all(), ElementsAre("zero", "one"));
        EXPECT_TRUE(m.log->gaps().empty());
        m.close();
        m.files.crash();
    }
}

TEST(LocalLog, ASecondFailureStopsAppendsForAWhile) {
    Machine m;
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.append("zero"), "0");
    m.files.faults.sync_error_in = 1;
    EXPECT_EQ(m.append("lost"), name_of(Code::kUnknownOutcome));
    EXPECT_EQ(m.append("never"), name_of(Code::kUnavailable));
    m.files.faults.sync_error_in = 0;
    EXPECT_EQ(m.append("refused"), name_of(Code::kUnavailable));
    m.pass(kRetryPause);
    EXPECT_EQ(m.append("one"), "1");
    EXPECT_THAT(m.read_all(), ElementsAre("zero", "one"));
}

TEST(LocalLog, AFullDiskLeavesNothingBehind) {
    Machine m;
    ASSERT_TRUE(m.open());
    EXPECT_EQ(m.append("zero"), "0");
    m.files.faults.capacity_bytes = 1000;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(m.append(std::string(2000, 'x')), name_of(Code::kNoSpace));
    m.files.faults.capacity_bytes = UINT64_MAX;
    m.log = nullptr;
    m.files.crash();
    ASSERT_TRUE(m.open());
    EXPECT_THAT(m.read_all(), ElementsAre("zero"));
    EXPECT_EQ(m.append("one"), "1");
}

}  // namespace
}  // namespace logwood::log
