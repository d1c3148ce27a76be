#include "lang/relative_time.h"

namespace logwood::lang {
namespace {

// 2024-05-15 13:14:15.678 UTC, a Wednesday.
constexpr std::int64_t kNowMs = 1'715'778'855'678;

struct TimeRow {
    const char* text;
    std::int64_t ms;  // -1: refused.
};

std::int64_t time_ms(std::string_view text, const UtcOffset& offset = {}) {
    auto at = parse_time_point(text, UtcTime::from_ms(kNowMs), offset);
    return at ? at->ms() : -1;
}

TEST(RelativeTime, Durations) {
    const TimeRow rows[] = {
        {"5min", 300'000},
        {"1 hour", 3'600'000},
        {"250ms", 250},
        {"1d", 86'400'000},
        {"2 weeks", 1'209'600'000},
        {"1mon", 2'592'000'000},
        {"1q", 7'776'000'000},
        {"1y", 31'536'000'000},
        {"1.5h", 5'400'000},
        {"3s", 3000},
        {"0s", 0},
        {"10m", 600'000},
        {"7 Days", 604'800'000},
        {"5", -1},
        {"h", -1},
        {"", -1},
        {"-5m", -1},
        {"1d@d", -1},
        {"5 parsecs", -1},
        {"99999999999999y", -1},
        {"nan h", -1},
    };
    for (const auto& row : rows) {
        auto ms = parse_duration_ms(row.text);
        EXPECT_EQ(ms ? *ms : -1, row.ms) << row.text;
    }
}

TEST(RelativeTime, TimePointsInUtc) {
    const TimeRow rows[] = {
        {"now", kNowMs},
        {"24h", kNowMs - 86'400'000},
        {"1d@d", 1'715'644'800'000},         // 14th, 00:00
        {"1d@d+12h", 1'715'688'000'000},     // 14th, 12:00
        {"now@w", 1'715'558'400'000},        // Monday the 13th
        {"now@mon", 1'714'521'600'000},      // 1 May
        {"now@quarter", 1'711'929'600'000},  // 1 April
        {"now@y", 1'704'067'200'000},
        {"6h@h+30min", 1'715'758'200'000},  // 07:30
        {"now@d+1d-1h+1m", 1'715'814'060'000},
        {"now@s", 1'715'778'855'000},
        {"calendar: 2months", 1'710'508'455'678},  // 15 March, same clock
        {"calendar:1y@y", 1'672'531'200'000},
        {"1700000000000", 1'700'000'000'000},
        {"0", 0},
        {"2024-05-06", 1'714'953'600'000},
        {"2024-05-06T07:08:09.5Z", 1'714'979'289'500},
        {"2024-05-06 07:08+02:00", 1'714'972'080'000},
        {"yesterday", -1},
        {"", -1},
        {"1d@", -1},
        {"1d@d+", -1},
        {"1d@d 5h", -1},
        {"2024-13-01", -1},
        {"99999999999999999", -1},
        {"calendar: 0.5mon", -1},
    };
    for (const auto& row : rows) EXPECT_EQ(time_ms(row.text), row.ms) << row.text;
}

TEST(RelativeTime, CalendarMonthsEndWhereTheMonthEnds) {
    auto at = parse_time_point("calendar:1month", UtcTime::from_ms(1'711'843'200'000));  // 31 March
    EXPECT_EQ(at->ms(), 1'709'164'800'000);  // 29 February
}

/// A zone two hours east until 2024-05-15 01:00 UTC, then one hour.
std::int64_t shifting_offset(UtcTime at) { return at.ms() < 1'715'734'800'000 ? 7200 : 3600; }

TEST(RelativeTime, SnapsInLocalTime) {
    EXPECT_EQ(time_ms("now@d", [](UtcTime) { return 7200; }), 1'715'724'000'000);
    EXPECT_EQ(time_ms("now@d", shifting_offset), 1'715'724'000'000)
        << "midnight had the old offset";
    EXPECT_EQ(time_ms("calendar: 1d", shifting_offset), kNowMs - 90'000'000) << "same clock, 25 h";
    EXPECT_EQ(time_ms("24h", shifting_offset), kNowMs - 86'400'000);
    EXPECT_EQ(time_ms("2024-05-06T00:00", [](UtcTime) { return -3600; }), 1'714'957'200'000);
}

TEST(RelativeTime, PlainDurationsHaveNoAnchor) {
    EXPECT_TRUE(is_plain_duration("24h"));
    EXPECT_FALSE(is_plain_duration("24h@h"));
    EXPECT_FALSE(is_plain_duration("calendar: 1d"));
    EXPECT_FALSE(is_plain_duration("now"));
}

}  // namespace
}  // namespace logwood::lang
