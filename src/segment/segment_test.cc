// Writer and reader against a plain twin: the rows, sorted by the format's order, value by value.
#include <gmock/gmock.h>

#include <random>

#include "segment/test_rows.h"

namespace logwood::segment {
namespace {

TEST(Segment, ReadsWhatWasWritten) {
    for (auto level : {Level::kMini, Level::kMerged}) {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            std::mt19937_64 random(seed);
            auto records = random_records(random, 1 + seed % 7, 300);
            auto written = write_segment({level, kTestId, kTestRepo}, records);
            ASSERT_TRUE(written) << written.error().to_string();
            auto rows = read_rows(written->bytes);
            ASSERT_TRUE(rows) << rows.error().to_string();
            EXPECT_EQ(*rows, plain_rows(records)) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace logwood::segment
