// Which records are repeats, and what a key file keeps.
#include "digest/seen_keys.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "log/limits.h"

namespace logwood::digest {
namespace {

constexpr model::Epoch kEpoch(3);
constexpr model::PartitionId kPartition(4);
constexpr model::LogOffset kTo(5);

model::Record record(std::uint64_t repo, std::uint64_t key, Duration time) {
    model::Record made;
    made.repo = RepoId(Id128{0, repo});
    if (key != 0) made.request_key = Id128{1, key};
    made.ingest_time = UtcTime::from_ms(1'700'000'000'000) + time;
    return made;
}

Result<SeenKeys> decode(std::string_view bytes) {
    return SeenKeys::decode(bytes, kEpoch, kPartition, kTo);
}

TEST(SeenKeys, TellRepeatsWithinTheWindow) {
    struct Step {
        std::uint64_t repo, key;
        Duration time;
        bool is_new;
    };
    const std::vector<std::vector<Step>> stories = {
        {{1, 1, 0s, true}, {1, 1, 1s, false}, {1, 1, 15min, false}, {1, 1, 15min + 1ns, true}},
        {{1, 1, 0s, true}, {2, 1, 0s, true}, {1, 2, 0s, true}, {2, 1, 1s, false}},
        {{1, 0, 0s, true}, {1, 0, 0s, true}},
        // A repeat does not make the key last longer.
        {{1, 1, 0s, true}, {1, 1, 10min, false}, {1, 1, 16min, true}, {1, 1, 17min, false}},
        // Records without keys let time pass.
        {{1, 1, 0s, true}, {1, 0, 16min, true}, {1, 1, 0s, true}},
        // The clock goes back, a little and much.
        {{1, 1, 0s, true}, {1, 1, -1min, false}},
        {{1, 1, 0s, true}, {1, 2, -1h, true}, {1, 1, -1h, true}},
        {{1, 1, 0s, true}, {1, 2, 24h, true}, {1, 1, 24h, true}},
    };
    for (std::size_t story = 0; story < stories.size(); ++story) {
        SeenKeys keys;
        // What is written and read back goes on as if nothing had happened.
        for (std::size_t at = 0; at < stories[story].size(); ++at) {
            auto& s = stories[story][at];
            EXPECT_EQ(keys.take(record(s.repo, s.key, s.time)), s.is_new)
                << "story " << story << ", step " << at;
            auto again = decode(keys.encode(kEpoch, kPartition, kTo));
            ASSERT_TRUE(again) << again.error().to_string();
            keys = *std::move(again);
        }
    }
}

TEST(SeenKeys, ForgetTheOldestBeyondTheirNumber) {
    SeenKeys keys;
    for (std::uint64_t key = 1; key <= kRequestKeysMax; ++key)
        ASSERT_TRUE(keys.take(record(1, key, 0s)));
    EXPECT_EQ(keys.forgotten_early(), 0U);
    EXPECT_FALSE(keys.take(record(1, 1, 0s)));
    EXPECT_TRUE(keys.take(record(1, kRequestKeysMax + 1, 0s)));
    EXPECT_EQ(keys.size(), kRequestKeysMax);
    EXPECT_EQ(keys.forgotten_early(), 1U);
    EXPECT_FALSE(keys.take(record(1, 2, 0s)));
    EXPECT_TRUE(keys.take(record(1, 1, 0s)));
    auto bytes = keys.encode(kEpoch, kPartition, kTo);
    EXPECT_LE(bytes.size(), kKeyFileBytesMax);
    EXPECT_TRUE(decode(bytes));
}

TEST(SeenKeys, AnyDamageIsNoticed) {
    SeenKeys keys;
    for (std::uint64_t key = 1; key <= 3; ++key) ASSERT_TRUE(keys.take(record(1, key, 0s)));
    auto bytes = keys.encode(kEpoch, kPartition, kTo);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(decode(damaged)) << bit;
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(decode(bytes.substr(0, size)).error().code, Code::kCorrupt) << size;
    EXPECT_FALSE(SeenKeys::decode(bytes, model::Epoch(9), kPartition, kTo));
    EXPECT_FALSE(SeenKeys::decode(bytes, kEpoch, model::PartitionId(9), kTo));
    EXPECT_FALSE(SeenKeys::decode(bytes, kEpoch, kPartition, model::LogOffset(9)));
    auto newer = bytes;
    newer[7] = '2';
    auto checksum = checksum64(std::string_view(newer).substr(0, newer.size() - 8));
    std::memcpy(newer.data() + newer.size() - 8, &checksum, 8);
    EXPECT_EQ(decode(newer).error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace logwood::digest
