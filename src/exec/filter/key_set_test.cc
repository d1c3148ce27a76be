#include "exec/filter/key_set.h"

#include <gtest/gtest.h>

#include <string>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

std::uint64_t hash_of(int key) { return key_hash("key " + std::to_string(key)); }

KeySet set_of(int begin, int end) {
    KeySet set;
    for (int key = begin; key < end; ++key) set.add(hash_of(key));
    return set;
}

int count_members(const KeySet& set, int begin, int end) {
    int count = 0;
    for (int key = begin; key < end; ++key) count += set.contains(hash_of(key));
    return count;
}

TEST(KeySet, HasWhatWasAddedAndLittleElse) {
    struct Case {
        int keys;
        double error_max;
    };
    for (auto [keys, error_max] : {Case{0, 0}, Case{1000, 0}, Case{50'000, 1e-6},
                                   Case{1'000'000, 1e-4}, Case{3'000'000, 0.02}}) {
        auto set = set_of(0, keys);
        EXPECT_EQ(count_members(set, 0, keys), keys);
        constexpr int kOthers = 200'000;
        auto others = count_members(set, 10'000'000, 10'000'000 + kOthers);
        EXPECT_LE(others, error_max * kOthers) << keys;
        EXPECT_LE(set.error(), error_max + 1e-9) << keys;
        EXPECT_NEAR(others / double{kOthers}, set.error(), 1e-4 + set.error() / 2);
    }
    auto full = set_of(0, 10'000'000);
    EXPECT_GT(full.error(), kKeyErrorMax);
}

TEST(KeySet, MergesAndGoesThroughBytes) {
    for (auto [first, second] : {std::pair(0, 0), {0, 10}, {10, 0}, {10, 40'000}}) {
        auto set = set_of(0, first);
        set.merge(set_of(50'000, 50'000 + second));
        std::string bytes;
        ByteWriter out(bytes);
        set.serialise(out);
        ByteReader in(bytes);
        auto read = KeySet::deserialise(in);
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(in.remaining(), 0U);
        EXPECT_EQ(count_members(*read, 0, first), first);
        EXPECT_EQ(count_members(*read, 50'000, 50'000 + second), second);
        EXPECT_EQ(count_members(*read, 200'000, 300'000), 0);
        for (std::size_t cut : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
            ByteReader part(std::string_view(bytes).substr(0, cut));
            EXPECT_EQ(KeySet::deserialise(part).error().code, Code::kCorrupt) << cut;
        }
    }
    std::string beyond;
    ByteWriter out(beyond);
    out.put_varint(kKeyBlocks - 1);
    out.put_raw(std::string(32, 'x'));
    out.put_varint(0);
    out.put_raw(std::string(32, 'x'));
    ByteReader in(beyond);
    EXPECT_EQ(KeySet::deserialise(in).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace logwood::exec
