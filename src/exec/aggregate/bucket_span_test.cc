#include "exec/aggregate/bucket_span.h"

#include <gtest/gtest.h>

#include "exec/time/civil_time.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

std::int64_t utc_ms(CivilTime time) { return *local_ns_of(time) / 1'000'000; }

TEST(BucketSpan, Automatic) {
    struct Case {
        std::int64_t interval_ms;
        std::int64_t span_ms;
    };
    for (auto& c : {Case{kDay, 15 * kMinute}, Case{5 * kMinute, 3000}, Case{8 * kHour, 4 * kMinute},
                    Case{kHour, 30'000}, Case{7 * kDay, 2 * kHour}, Case{365 * kDay, 3 * kDay},
                    Case{0, 1}, Case{100, 1}, Case{20'000 * kDay, 180 * kDay}})
        EXPECT_EQ(automatic_span_ms(c.interval_ms), c.span_ms) << c.interval_ms;
}

TEST(BucketSpan, Choices) {
    model::TimeRange day{UtcTime::from_ms(0), UtcTime::from_ms(kDay)};
    struct Case {
        SpanRequest request;
        std::int64_t span_ms;  // 0: refused.
        bool is_cut;
    };
    for (auto& c : {Case{{}, 15 * kMinute, false}, Case{{5 * kMinute, {}, {}}, 5 * kMinute, false},
                    Case{{{}, 24, {}}, kHour, false}, Case{{{}, 24, 2 * kHour}, 2 * kHour, false},
                    Case{{{}, {}, 30 * kDay}, kDay, true}, Case{{1000, {}, {}}, 0, false},
                    Case{{{}, 1501, {}}, 0, false}, Case{{kHour, 5, {}}, 0, false},
                    Case{{0, {}, {}}, 0, false}}) {
        auto choice = choose_span(c.request, day);
        EXPECT_EQ(choice ? choice->span_ms : 0, c.span_ms);
        if (choice) {
            EXPECT_EQ(choice->is_min_span_cut, c.is_cut);
        }
    }
}

TEST(BucketSpan, Humanized) {
    EXPECT_EQ(humanize_span(900'000), "15 minutes");
    EXPECT_EQ(humanize_span(3000), "3 seconds");
    EXPECT_EQ(humanize_span(kDay), "1 day");
    EXPECT_EQ(humanize_span(90 * kMinute), "90 minutes");
    EXPECT_EQ(humanize_span(1500), "1500 milliseconds");
}

TEST(BucketGrid, StartsInZones) {
    struct Case {
        const char* zone;
        std::int64_t span_ms;
        CivilTime time;
        CivilTime start;
    };
    for (auto& c : {
             Case{"UTC", 15 * kMinute, {2024, 5, 1, 10, 14, 59}, {2024, 5, 1, 10, 0}},
             Case{"+05:30", kHour, {2024, 5, 1, 10, 10}, {2024, 5, 1, 9, 30}},
             Case{"Europe/Paris", kDay, {2024, 7, 1, 12}, {2024, 6, 30, 22}},
             // The day clocks go forward and back: one bucket each.
             Case{"Europe/Paris", kDay, {2024, 3, 31, 12}, {2024, 3, 30, 23}},
             Case{"Europe/Paris", kDay, {2024, 10, 27, 20}, {2024, 10, 26, 22}},
             // 02:30 happens twice: two hours.
             Case{"Europe/Paris", kHour, {2024, 10, 27, 0, 30}, {2024, 10, 27, 0, 0}},
             Case{"Europe/Paris", kHour, {2024, 10, 27, 1, 30}, {2024, 10, 27, 1, 0}},
             Case{"UTC", kDay, {1969, 12, 31, 23}, {1969, 12, 31}},
         }) {
        BucketGrid grid(c.span_ms, *TimeZone::find(c.zone));
        EXPECT_EQ(grid.start_ms(*local_ns_of(c.time)), utc_ms(c.start)) << c.zone << c.time.day;
    }
}

TEST(BucketGrid, EveryTimeIsInTheBucketThatNextWalksThrough) {
    for (auto* zone : {"UTC", "Europe/Paris", "Australia/Lord_Howe"}) {
        for (auto span : {30 * kMinute, kHour, 2 * kHour, 12 * kHour, kDay, 7 * kDay}) {
            BucketGrid walk(span, *TimeZone::find(zone));
            auto first = utc_ms({2024, 3, 20});
            auto end = utc_ms({2024, 11, 5});
            auto start = walk.start_ms(first * 1'000'000);
            for (auto at = first; at < end; at += 10 * kMinute) {
                BucketGrid fresh(span, *TimeZone::find(zone));
                auto bucket = fresh.start_ms(at * 1'000'000);
                if (bucket != start) {
                    start = walk.next_ms(start);
                }
                ASSERT_EQ(bucket, start) << zone << " " << span << " " << at;
                ASSERT_EQ(walk.start_ms(at * 1'000'000), bucket) << zone << " " << span;
            }
        }
    }
}

TEST(BucketGrid, EndsOfTime) {
    BucketGrid grid(kDay, *TimeZone::find("Asia/Tokyo"));
    EXPECT_LE(grid.start_ms(INT64_MAX), INT64_MAX / 1'000'000);
    EXPECT_EQ(grid.start_ms(INT64_MIN), UtcTime::min().ms());
    EXPECT_GT(grid.next_ms(UtcTime::min().ms()), UtcTime::min().ms());
}

}  // namespace
}  // namespace logwood::exec
