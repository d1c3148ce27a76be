#include "store/open_blocks.h"

#include <gtest/gtest.h>

#include "testing/sim_loop.h"

namespace logwood::store {
namespace {

using model::LogOffset;
using model::PartitionId;

std::shared_ptr<const model::PlacedRecord> record(std::uint64_t offset, std::string raw) {
    model::EventBatchBuilder builder;
    builder.add("@rawstring", raw);
    builder.end_event(0);
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->partition = PartitionId(1);
    placed->offset = LogOffset(offset);
    placed->record.events = builder.finish();
    return placed;
}

class OpenBlocksTest : public ::testing::Test {
 protected:
    logwood::testing::SimLoop loop_{1};
    OpenBlocks blocks_{loop_};
    PartitionId partition_{1};
};

TEST_F(OpenBlocksTest, AnswersEverythingFromTheRegisteredEnd) {
    blocks_.begin(partition_, 3, LogOffset(10));
    blocks_.append(record(10, "a"));
    blocks_.append(record(11, "bc"));
    blocks_.skip_to(partition_, LogOffset(14));
    blocks_.append(record(14, "d"));

    auto cut = blocks_.cut(partition_, 3, LogOffset(11));
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->end, LogOffset(15));
    ASSERT_EQ(cut->records.size(), 2U);
    EXPECT_EQ(cut->records[0]->offset, LogOffset(11));
    EXPECT_EQ(blocks_.raw_bytes(partition_), 4U);
}

TEST_F(OpenBlocksTest, RefusesACutThatItCannotAnswerWhole) {
    EXPECT_FALSE(blocks_.cut(partition_, 3, LogOffset(0))) << "not led here";
    blocks_.begin(partition_, 3, LogOffset(10));
    EXPECT_FALSE(blocks_.cut(partition_, 2, LogOffset(10))) << "another term";
    EXPECT_FALSE(blocks_.cut(partition_, 3, LogOffset(9))) << "below what is held";
    EXPECT_TRUE(blocks_.cut(partition_, 3, LogOffset(10)));
    blocks_.append(record(10, "a"));
    blocks_.release(partition_, LogOffset(11));
    EXPECT_FALSE(blocks_.cut(partition_, 3, LogOffset(10))) << "released meanwhile";
    EXPECT_EQ(blocks_.raw_bytes(partition_), 0U);
    EXPECT_EQ(blocks_.memory(), 0U);
    blocks_.end(partition_);
    EXPECT_FALSE(blocks_.cut(partition_, 3, LogOffset(11))) << "the term has ended";
}

TEST_F(OpenBlocksTest, ANewTermForgetsTheOldOne) {
    blocks_.begin(partition_, 3, LogOffset(10));
    blocks_.append(record(10, "a"));
    blocks_.begin(partition_, 4, LogOffset(10));
    EXPECT_EQ(blocks_.consumed_end(partition_), LogOffset(10));
    EXPECT_TRUE(blocks_.cut(partition_, 4, LogOffset(10))->records.empty());
}

}  // namespace
}  // namespace logwood::store
