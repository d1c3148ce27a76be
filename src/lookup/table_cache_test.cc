#include "lookup/table_cache.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "testing/sim_file_system.h"

namespace logwood::lookup {
namespace {

class TableCacheTest : public ::testing::Test {
 protected:
    TableCacheTest() { EXPECT_TRUE(store_.open()); }

    /// A file with so many rows of a hundred bytes.
    global::File file(std::uint64_t id, std::size_t rows) {
        std::string content = "key\n";
        for (std::size_t i = 0; i < rows; ++i)
            content += std::string(90, 'x') + std::to_string(1'000'000'000 + i) + "\n";
        global::File made{.name = "t.csv",
                          .content = global::FileContentId(Id128{1, id}),
                          .bytes = content.size(),
                          .checksum = checksum64(content)};
        EXPECT_TRUE(store_.write(made.content, content));
        return made;
    }

    testing::SimFileSystem files_{1};
    FileStore store_{files_, "data"};
};

TEST_F(TableCacheTest, ParsesOnceAndKeepsWhatWasUsedLast) {
    TableCache cache(store_, 350'000);
    auto a = file(1, 1000);
    auto b = file(2, 1000);
    auto c = file(3, 1000);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(cache.get(a));
    EXPECT_EQ(cache.loads(), 1U);
    EXPECT_TRUE(cache.get(b));
    EXPECT_TRUE(cache.get(c));
    EXPECT_TRUE(cache.get(a));
    EXPECT_EQ(cache.loads(), 3U);  // all three fit
    auto held = *cache.get(b);
    // Indexes count: with that of a there is no room for c any more.
    ASSERT_TRUE((*cache.get(a))->index({.columns = {0}}));
    auto large = file(4, 1500);
    EXPECT_TRUE(cache.get(large));
    EXPECT_LE(cache.bytes(), 350'000U);
    EXPECT_TRUE(cache.get(c));
    EXPECT_EQ(cache.loads(), 5U);
    // What is used is shared, kept or not.
    auto again = cache.get(b);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->get(), held.get());
    EXPECT_EQ(cache.loads(), 5U);
}

TEST_F(TableCacheTest, TablesAboveTheLimitAreNotKept) {
    TableCache cache(store_, 1000);
    auto a = file(1, 1000);
    auto held = cache.get(a);
    ASSERT_TRUE(held);
    EXPECT_EQ(cache.bytes(), 0U);
    EXPECT_EQ(cache.get(a)->get(), held->get());
    EXPECT_EQ(cache.loads(), 1U);
    *held = nullptr;
    EXPECT_TRUE(cache.get(a));
    EXPECT_EQ(cache.loads(), 2U);
}

TEST_F(TableCacheTest, ErrorsAreNotRemembered) {
    TableCache cache(store_);
    auto a = file(1, 10);
    files_.flip_bit("data/files/" + a.content.to_string() + ".file", 77);
    auto damaged = cache.get(a);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, Code::kCorrupt);
    files_.flip_bit("data/files/" + a.content.to_string() + ".file", 77);
    EXPECT_TRUE(cache.get(a));
    auto absent = a;
    absent.content = global::FileContentId(Id128{1, 9});
    EXPECT_EQ(cache.get(absent).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace logwood::lookup
