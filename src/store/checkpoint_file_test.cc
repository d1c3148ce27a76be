#include "store/checkpoint_file.h"

#include <gtest/gtest.h>

#include "testing/sim_file_system.h"

namespace logwood::store {
namespace {

const CheckpointRange kRange{model::Epoch(1), model::PartitionId(2), model::LogOffset(30),
                             model::LogOffset(40)};

std::string sample() {
    CheckpointBuilder builder(kRange);
    builder.add(RepoId(Id128{1, 2}), "first section");
    builder.add(RepoId(Id128{3, 4}), "");
    builder.add(RepoId(Id128{5, 6}), "third");
    return std::move(builder).finish();
}

class CheckpointFileTest : public ::testing::Test {
 protected:
    Result<CheckpointLayout> verify(const std::string& bytes) {
        (void)files_.create_directories("d");
        (void)files_.open("d/f", async::OpenMode::kCreate);
        files_.set_content("d/f", bytes);
        TRY(auto file, files_.open("d/f", async::OpenMode::kRead));
        return verify_checkpoint(*file);
    }
    logwood::testing::SimFileSystem files_{1};
};

TEST_F(CheckpointFileTest, RoundTrips) {
    auto layout = verify(sample());
    ASSERT_TRUE(layout) << layout.error().to_string();
    EXPECT_EQ(layout->range, kRange);
    ASSERT_EQ(layout->sections.size(), 3U);
    EXPECT_EQ(layout->sections[0].length, 13U);
    EXPECT_EQ(layout->sections[2].repo, RepoId(Id128{5, 6}));
    EXPECT_EQ(checkpoint_name(kRange, 7), "1-2-30-40-7.ckpt");
    EXPECT_EQ(sample(), sample());
}

TEST_F(CheckpointFileTest, NoticesEveryFlippedBit) {
    auto good = sample();
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(verify(bad)) << "bit " << bit;
    }
}

TEST_F(CheckpointFileTest, NoticesEveryTruncationAndExtension) {
    auto good = sample();
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(verify(good.substr(0, size))) << size;
    EXPECT_FALSE(verify(good + "x"));
    EXPECT_FALSE(verify(good + good));
}

}  // namespace
}  // namespace logwood::store
