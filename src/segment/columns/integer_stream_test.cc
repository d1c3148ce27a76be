#include "segment/columns/integer_stream.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>

namespace logwood::segment {
namespace {

using Integers = std::vector<std::int64_t>;
constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
constexpr auto kMax = std::numeric_limits<std::int64_t>::max();

void expect_round_trip(const Integers& values) {
    IntegerStream stream(values);
    for (auto is_bits : {false, true}) {
        std::string bytes;
        is_bits ? stream.append_bits(bytes) : stream.append_planes(bytes);
        ByteReader reader(bytes);
        auto read = read_integers(reader, values.size());
        ASSERT_TRUE(read) << read.error().to_string();
        EXPECT_EQ(*read, values) << (is_bits ? "bits" : "planes");
        EXPECT_EQ(reader.remaining(), 0U);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            ByteReader cut(std::string_view(bytes).substr(0, size));
            EXPECT_FALSE(read_integers(cut, values.size())) << "cut at " << size;
        }
    }
}

TEST(IntegerStream, RoundTrips) {
    const Integers cases[] = {
        {},
        {0},
        {kMin},
        {kMin, kMax, 0, -1, 1},
        {5, 5, 5, 5},
        {1'000'000, 2'000'000, 5'000'000},
        {-3, -2, -1, 0, 1},
        {kMax, kMax - 1, kMax - 2},
        {kMin, kMin + 1, kMin},
        {1LL << 56, 0, (1LL << 57) - 1},
        {-1'000'000'000, 86'400'000'000'000, kMax / 1'000'000'000 * 1'000'000'000},
    };
    for (auto& values : cases) expect_round_trip(values);
}

TEST(IntegerStream, RoundTripsRandomValues) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 60; ++round) {
        Integers values(random() % 40 + (round % 20 == 0 ? 2100 : 0));
        auto shift = random() % 64;
        std::int64_t sum = 0;
        for (auto& value : values) {
            value = static_cast<std::int64_t>(random()) >> shift;
            if (round % 2 == 0) value = sum += value / 1024;
        }
        if (values.size() < 100) {
            expect_round_trip(values);
            continue;
        }
        std::string bytes;
        IntegerStream(values).append_bits(bytes);
        ByteReader reader(bytes);
        EXPECT_EQ(*read_integers(reader, values.size()), values);
    }
}

TEST(IntegerStream, IsSmall) {
    Integers times;
    for (std::int64_t i = 0; i < 10'000; ++i)
        times.push_back(1'700'000'000'000'000'000 + i * 1'000'000);
    std::string bytes;
    IntegerStream(times).append_bits(bytes);
    EXPECT_LT(bytes.size(), 60U) << "equal steps are differences of width 0";
}

TEST(IntegerStream, RefusesDamage) {
    std::string_view cases[] = {
        std::string_view("\x04\x01\0\0", 4),      // unknown form
        std::string_view("\x00\x01\x00\x09", 4),  // nine planes
        std::string_view("\x01\x01\x00\x39", 4),  // width 57
        std::string_view("\x01\x01\x00\x41", 4),  // width 65
    };
    for (auto bytes : cases) {
        ByteReader reader(bytes);
        EXPECT_FALSE(read_integers(reader, 1));
    }
}

}  // namespace
}  // namespace logwood::segment
