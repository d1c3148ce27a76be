// One fixed story of a log, in which each call to the disk in turn fails, or is the machine's last.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "log/local_log.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::log {
namespace {

const StreamId kStream{"t", model::PartitionId(0)};

struct Answers {
    std::map<std::uint64_t, std::string> acked;
    std::set<std::string> refused;
    model::LogOffset trimmed_below{0};
};

async::Task<void> trim(LocalLog& log, model::LogOffset before, Answers& answers) {
    answers.trimmed_below = std::max(answers.trimmed_below, before);
    (void)co_await log.trim(kStream, before);
}

async::Task<void> tell(LocalLog& log, std::string prefix, Answers& answers) {
    for (int i = 0; i < 6; ++i) {
        auto payload = prefix + std::to_string(i) + std::string(60, '.');
        auto offset = co_await log.append(kStream, payload);
        if (offset)
            answers.acked[offset->value] = payload;
        else if (offset.error().code != Code::kUnknownOutcome)
            answers.refused.insert(payload);
        if (i == 3) co_await trim(log, model::LogOffset(2), answers);
    }
    co_await trim(log, log.end(kStream), answers);
    co_await log.close();
}

/// Opens the log, appends and trims, closes; twice.
void live(testing::SimFileSystem& files, Answers& answers) {
    for (std::string prefix : {"first ", "second "}) {
        testing::SimLoop loop(1);
        testing::SimRandom random(2);
        LocalLogOptions options{
            .file_bytes = 250, .turn_over_bytes = 0, .retry_pause = Duration(0)};
        auto log =
            loop.run(LocalLog::open({loop, random, files}, "/log", {kStream}, options)).value();
        if (!log) continue;
        EXPECT_TRUE(loop.run(tell(**log, prefix, answers)));
    }
}

void expect_promises_kept(testing::SimFileSystem& files, const Answers& answers,
                          std::uint64_t operation) {
    testing::SimLoop loop(1);
    testing::SimRandom random(2);
    auto log = loop.run(LocalLog::open({loop, random, files}, "/log", {kStream})).value();
    ASSERT_TRUE(log) << operation << ": " << log.error().to_string();
    ASSERT_TRUE((*log)->gaps().empty()) << operation;
    std::map<std::uint64_t, std::string> found;
    for (auto at = (*log)->begin(kStream); at < (*log)->end(kStream);) {
        auto entries = loop.run((*log)->read(kStream, at, 1U << 20, loop.now())).value();
        ASSERT_TRUE(entries && !entries->empty()) << operation;
        for (auto& entry : *entries) found[entry.offset.value] = entry.payload;
        at = entries->back().next();
    }
    for (auto& [offset, payload] : answers.acked)
        if (offset >= (*log)->begin(kStream).value) ASSERT_EQ(found[offset], payload) << operation;
    for (auto& [offset, payload] : found)
        ASSERT_FALSE(answers.refused.contains(payload)) << operation;
    ASSERT_LE((*log)->begin(kStream), answers.trimmed_below) << operation;
    loop.run((*log)->close());
}

std::uint64_t operations_of_the_story() {
    testing::SimFileSystem files(0);
    Answers answers;
    live(files, answers);
    EXPECT_EQ(answers.acked.size(), 12U);
    return files.operations();
}

TEST(LogNthFailure, AnyFailedCallKeepsThePromises) {
    auto operations = operations_of_the_story();
    EXPECT_GT(operations, 50U);
    for (std::uint64_t n = 0; n < operations; ++n) {
        testing::SimFileSystem files(n);
        files.fail_at_op(n);
        Answers answers;
        live(files, answers);
        if (n % 2) files.crash();
        expect_promises_kept(files, answers, n);
    }
}

TEST(LogNthFailure, AnyLastCallKeepsThePromises) {
    auto operations = operations_of_the_story();
    for (std::uint64_t n = 0; n < operations * 5; ++n) {
        testing::SimFileSystem files(n);
        files.die_at_op(n % operations);
        Answers answers;
        live(files, answers);
        files.crash();
        expect_promises_kept(files, answers, n % operations);
    }
}

}  // namespace
}  // namespace logwood::log
