#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "exec/aggregate/ddsketch.h"
#include "exec/aggregate/hll.h"
#include "exec/limits.h"

namespace logwood::exec {
namespace {

DistinctCounter counter_of(int first, int last) {
    DistinctCounter counter;
    for (int i = first; i < last; ++i) counter.add("value-" + std::to_string(i));
    return counter;
}

std::string bytes_of(const auto& state) {
    std::string bytes;
    ByteWriter out(bytes);
    state.write(out);
    return bytes;
}

TEST(DistinctCounter, IsExactThenClose) {
    for (int n : {0, 1, 10, 100, 1000, 3072}) EXPECT_EQ(counter_of(0, n).estimate(), n);
    for (int n : {3073, 10'000, 100'000, 1'000'000})
        EXPECT_NEAR(counter_of(0, n).estimate(), n, n * 0.025) << n;
}

TEST(DistinctCounter, StateIsOfTheSetAlone) {
    for (int n : {10, 2000, 3072, 3073, 20'000}) {
        auto whole = counter_of(0, n);
        auto merged = counter_of(n / 3, n);
        merged.merge(counter_of(0, n / 2));
        EXPECT_EQ(bytes_of(whole), bytes_of(merged)) << n;
        auto bytes = bytes_of(whole);
        ByteReader in(bytes);
        auto read = DistinctCounter::read(in);
        ASSERT_TRUE(read);
        EXPECT_EQ(bytes_of(*read), bytes);
        ByteReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
        EXPECT_FALSE(DistinctCounter::read(cut));
    }
}

TEST(DdSketch, PublishedValues) {
    struct Case {
        double value;
        double shown;
    };
    for (auto& c : {Case{120, 120.80792246242098}, Case{145, 143.93947040702542},
                    Case{165, 163.94784285493662}, Case{0, 0}}) {
        DdSketch sketch(0.01);
        sketch.add(c.value);
        EXPECT_EQ(sketch.percentile(50), c.shown);
    }
}

TEST(DdSketch, RankAndAccuracy) {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> values(3, 2);
    for (double accuracy : {0.001, 0.01, 0.1}) {
        DdSketch sketch(accuracy);
        std::vector<double> all;
        for (int i = 0; i < 5000; ++i) all.push_back(i % 50 == 0 ? 0 : values(random));
        for (double v : all) sketch.add(v);
        sketch.add(-1);
        sketch.add(NAN);
        EXPECT_EQ(sketch.count(), 5000U);
        std::ranges::sort(all);
        for (double p : {0.0, 1.0, 25.0, 50.0, 99.0, 99.9, 100.0}) {
            double exact = all[static_cast<std::size_t>(std::floor(p / 100 * 4999))];
            EXPECT_NEAR(sketch.percentile(p), exact, exact * accuracy * 1.0001) << p;
        }
    }
}

TEST(DdSketch, MergesAndSerialises) {
    DdSketch whole(0.01);
    DdSketch left(0.01);
    DdSketch right(0.01);
    for (int i = 0; i < 1000; ++i) {
        double value = std::pow(10, i % 17 - 8) * (1 + i);
        whole.add(value);
        (i % 3 ? left : right).add(value);
    }
    left.merge(right);
    EXPECT_EQ(bytes_of(left), bytes_of(whole));
    auto bytes = bytes_of(whole);
    ByteReader in(bytes);
    auto read = DdSketch::read(in, 0.01);
    ASSERT_TRUE(read);
    EXPECT_EQ(bytes_of(*read), bytes);
    EXPECT_EQ(read->count(), 1000U);
    ByteReader cut(std::string_view(bytes).substr(0, bytes.size() / 2));
    EXPECT_FALSE(DdSketch::read(cut, 0.01));
}

TEST(DdSketch, JoinsTheLowestBinsWhenThereAreTooMany) {
    DdSketch up(0.0001);
    DdSketch down(0.0001);
    for (int i = 0; i <= 600; ++i) up.add(std::pow(10, i - 300));
    for (int i = 600; i >= 0; --i) down.add(std::pow(10, i - 300));
    EXPECT_EQ(bytes_of(up), bytes_of(down));
    EXPECT_LE(up.memory(), 4 * kSketchBinsMax * sizeof(std::uint64_t));
    EXPECT_NEAR(up.percentile(100), 1e300, 1e297);
}

}  // namespace
}  // namespace logwood::exec
