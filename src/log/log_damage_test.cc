// Damages a small log file in every place, one at a time, and looks at what is left of it.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "log/local_log.h"
#include "log/log_files.h"
#include "testing/sim_file_system.h"
#include "testing/sim_loop.h"

namespace logwood::log {
namespace {

const StreamId kStream{"t", model::PartitionId(0)};
const std::string kDirectory = "/log/t-0/";

/// Opens the log and reads all of it; payloads by offset. A hole must be a listed gap.
struct Opened {
    std::map<std::uint64_t, std::string> payloads;
    std::uint64_t end = 0;
    std::size_t gaps = 0;
    std::string error;
};

Opened open_and_read(testing::SimFileSystem& files) {
    testing::SimLoop loop(1);
    testing::SimRandom random(2);
    Opened result;
    auto opened = loop.run(LocalLog::open({loop, random, files}, "/log", {kStream})).value();
    if (!opened) {
        result.error = opened.error().message;
        return result;
    }
    auto& log = **opened;
    result.end = log.end(kStream).value;
    result.gaps = log.gaps().size();
    for (auto at = log.begin(kStream); at < log.end(kStream);) {
        auto entries = loop.run(log.read(kStream, at, 1U << 20, loop.now())).value();
        if (!entries || entries->empty()) {
            result.error = "cannot read";
            break;
        }
        for (auto& entry : *entries)
            if (!entry.gap_end) result.payloads[entry.offset.value] = entry.payload;
        at = entries->back().next();
    }
    loop.run(log.close());
    return result;
}

std::string payload(int i) { return "payload number " + std::to_string(i); }

/// A disk with a log of `files` files of `each` records.
std::unique_ptr<testing::SimFileSystem> make_log(int file_count, int each) {
    auto files = std::make_unique<testing::SimFileSystem>(1);
    for (int f = 0; f < file_count; ++f) {
        testing::SimLoop loop(1);
        testing::SimRandom random(2);
        auto log = loop.run(LocalLog::open({loop, random, *files}, "/log", {kStream})).value();
        for (int i = 0; i < each; ++i)
            EXPECT_TRUE(loop.run((*log)->append(kStream, payload(f * each + i))).value());
        loop.run((*log)->close());
    }
    return files;
}

/// At most the record under the damage is gone, and then a gap says so.
void expect_one_lost_at_most(const Opened& after, int records, const std::string& where) {
    ASSERT_EQ(after.error, "") << where;
    ASSERT_EQ(after.end, static_cast<std::uint64_t>(records)) << where;
    ASSERT_GE(after.payloads.size() + 1, static_cast<std::size_t>(records)) << where;
    ASSERT_EQ(after.payloads.size() + after.gaps, static_cast<std::size_t>(records)) << where;
    for (auto& [offset, text] : after.payloads)
        ASSERT_EQ(text, payload(static_cast<int>(offset))) << where;
}

TEST(LogDamage, AnyBitOfAnyFileCostsOneRecordAtMost) {
    auto undamaged = make_log(2, 4);
    for (auto& path : undamaged->paths()) {
        auto good = undamaged->content(path);
        for (std::uint64_t bit = 0; bit < good.size() * 8; ++bit) {
            undamaged->flip_bit(path, bit);
            expect_one_lost_at_most(open_and_read(*undamaged), 8,
                                    path + " bit " + std::to_string(bit));
            undamaged->set_content(path, good);
            if (::testing::Test::HasFatalFailure()) return;
        }
    }
}

TEST(LogDamage, AZeroedSectorCostsWhatLayInIt) {
    auto files = make_log(1, 40);
    auto path = kDirectory + file_name(0);
    auto good = files->content(path);
    for (std::size_t at = 512; at + 512 < good.size(); at += 512) {
        auto damaged = good;
        damaged.replace(at, 512, 512, '\0');
        files->set_content(path, damaged);
        auto after = open_and_read(*files);
        EXPECT_EQ(after.error, "");
        EXPECT_EQ(after.end, 40U);
        EXPECT_EQ(after.gaps, 1U);
        EXPECT_GE(after.payloads.size(), 30U);
        for (auto& [offset, text] : after.payloads)
            EXPECT_EQ(text, payload(static_cast<int>(offset)));
    }
}

TEST(LogDamage, ATruncatedLastFileKeepsWhatIsWholeAndAcceptsMore) {
    auto undamaged = make_log(1, 6);
    auto path = kDirectory + file_name(0);
    auto good = undamaged->content(path);
    std::size_t before = 0;
    for (std::size_t size = 0; size < good.size(); ++size) {
        auto files = make_log(1, 6);
        files->set_content(path, good.substr(0, size));
        for (int again = 0; again < 2; ++again) {
            auto after = open_and_read(*files);
            ASSERT_EQ(after.error, "") << size;
            ASSERT_EQ(after.payloads.size(), after.end) << size;
            ASSERT_EQ(after.gaps, 0U) << size;
            ASSERT_GE(after.payloads.size(), before) << size;
            before = after.payloads.size();
            files->crash();
        }
    }
    EXPECT_EQ(before, 6U);
}

TEST(LogDamage, ATruncatedOlderFileIsAGap) {
    auto files = make_log(2, 4);
    auto path = kDirectory + file_name(0);
    auto good = files->content(path);
    for (std::size_t size = 0; size < good.size(); ++size) {
        files->set_content(path, good.substr(0, size));
        auto after = open_and_read(*files);
        ASSERT_EQ(after.error, "") << size;
        ASSERT_EQ(after.end, 8U) << size;
        ASSERT_EQ(after.gaps, after.payloads.size() == 8 ? 0U : 1U) << size;
        for (std::uint64_t i = 4; i < 8; ++i) ASSERT_TRUE(after.payloads.contains(i)) << size;
    }
}

TEST(LogDamage, AMissingFileIsAGap) {
    auto files = make_log(3, 2);
    EXPECT_TRUE(files->remove(kDirectory + file_name(2)));
    auto after = open_and_read(*files);
    EXPECT_EQ(after.error, "");
    EXPECT_EQ(after.gaps, 1U);
    EXPECT_EQ(after.payloads.size(), 4U);
    EXPECT_EQ(after.end, 6U);
}

TEST(LogDamage, RotWhileOpenIsSeenByTheReader) {
    auto files = make_log(1, 3);
    testing::SimLoop loop(1);
    testing::SimRandom random(2);
    auto log = loop.run(LocalLog::open({loop, random, *files}, "/log", {kStream})).value();
    auto path = kDirectory + file_name(0);
    auto at = files->content(path).find(payload(1));
    files->flip_bit(path, at * 8);
    for (int i = 0; i < 2; ++i) {
        std::string seen;
        for (model::LogOffset from(0); from < (*log)->end(kStream);) {
            auto entries = loop.run((*log)->read(kStream, from, 1U << 20, loop.now())).value();
            ASSERT_TRUE(entries && !entries->empty());
            for (auto& entry : *entries) seen += entry.gap_end ? "gap " : entry.payload + " ";
            from = entries->back().next();
        }
        EXPECT_EQ(seen, payload(0) + " gap " + payload(2) + " ");
    }
    EXPECT_EQ((*log)->gaps(),
              (std::vector<LogGap>{{kStream, model::LogOffset(1), model::LogOffset(2)}}));
}

}  // namespace
}  // namespace logwood::log
