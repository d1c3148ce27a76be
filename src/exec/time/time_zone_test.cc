#include "exec/time/time_zone.h"

#include <gtest/gtest.h>

#include "exec/time/civil_time.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(TimeZone, FindsNamesAndOffsets) {
    struct Case {
        const char* name;
        std::int64_t offset_s;  // At 2024-07-01T00:00Z.
        const char* shown;
    };
    const UtcTime july{1719792000 * kSecond};
    for (auto& c :
         {Case{"UTC", 0, "UTC"}, Case{"Z", 0, "Z"}, Case{"+02:00", 7200, "+02:00"},
          Case{"-0330", -12600, "-03:30"}, Case{"+5", 18000, "+05:00"}, Case{"+00:00", 0, "Z"},
          Case{"UTC+12:30", 45000, "UTC+12:30"}, Case{"GMT-3", -10800, "GMT-3"},
          Case{"Europe/Paris", 7200, "Europe/Paris"},
          Case{"America/New_York", -14400, "America/New_York"}, Case{"EST", -18000, "EST"}}) {
        auto zone = TimeZone::find(c.name);
        ASSERT_TRUE(zone) << c.name;
        EXPECT_EQ(zone->offset_ns_at(july), c.offset_s * kSecond) << c.name;
        EXPECT_EQ(zone->name(), c.shown);
    }
    for (auto* bad : {"", "Mars/Base", "+2:00", "+19:00", "+02:60", "europe/paris", "../passwd",
                      "UTC+", "+02:0", "+020"})
        EXPECT_FALSE(TimeZone::find(bad)) << bad;
}

TEST(TimeZone, LocalTimesThatAreSkippedOrTwice) {
    auto paris = *TimeZone::find("Europe/Paris");
    struct Case {
        CivilTime local;
        CivilTime utc;
    };
    for (auto& c : {
             Case{{2024, 1, 15, 12}, {2024, 1, 15, 11}}, Case{{2024, 7, 15, 12}, {2024, 7, 15, 10}},
             Case{{2024, 3, 31, 2, 30}, {2024, 3, 31, 1, 30}},    // Skipped: 03:30 is meant.
             Case{{2024, 10, 27, 2, 30}, {2024, 10, 27, 0, 30}},  // Twice: the first.
         })
        EXPECT_EQ(paris.from_local(*local_ns_of(c.local)).ns, *local_ns_of(c.utc)) << c.local.month;
}

TEST(TimeZone, EndsOfTimeDoNotOverflow) {
    auto tokyo = *TimeZone::find("Asia/Tokyo");
    EXPECT_EQ(tokyo.to_local(UtcTime::max()), INT64_MAX);
    EXPECT_EQ(TimeZone::fixed(-3600).to_local(UtcTime::min()), INT64_MIN);
    LocalClock clock(tokyo);
    EXPECT_EQ(clock.local(UtcTime::max()), INT64_MAX);
    EXPECT_EQ(clock.local(UtcTime{0}), 9 * 3600 * kSecond);
}

TEST(CivilTime, RoundTripsAndRejects) {
    for (std::int64_t ns : {std::int64_t(0), std::int64_t(-1), 1719792000 * kSecond + 5,
                            std::int64_t(-86400) * kSecond, 951782400 * kSecond})
        EXPECT_EQ(local_ns_of(civil_of(ns)), ns);
    EXPECT_EQ(civil_of(-1), (CivilTime{1969, 12, 31, 23, 59, 59, 999999999}));
    EXPECT_EQ(local_ns_of({2016, 12, 31, 23, 59, 60}), local_ns_of({2016, 12, 31, 23, 59, 59}));
    for (auto& bad : {CivilTime{2023, 2, 29}, CivilTime{2024, 13, 1}, CivilTime{1500, 1, 1},
                      CivilTime{2024, 1, 1, 24}, CivilTime{2024, 0, 1}, CivilTime{9999, 1, 1}})
        EXPECT_FALSE(local_ns_of(bad));
    struct Week {
        CivilTime day;
        int year;
        unsigned week;
        unsigned weekday;
        unsigned day_of_year;
    };
    for (auto& c : {Week{{2021, 1, 3}, 2020, 53, 7, 3}, Week{{2024, 12, 30}, 2025, 1, 1, 365},
                    Week{{2024, 2, 29}, 2024, 9, 4, 60}}) {
        EXPECT_EQ(iso_week_of(c.day).year, c.year);
        EXPECT_EQ(iso_week_of(c.day).week, c.week);
        EXPECT_EQ(c.day.weekday(), c.weekday);
        EXPECT_EQ(c.day.day_of_year(), c.day_of_year);
    }
}

}  // namespace
}  // namespace logwood::exec
