#include "exec/time/parsed_time.h"

#include <gtest/gtest.h>

#include <string>

#include "exec/time/find_timestamp.h"
#include "exec/time/time_format.h"
#include "exec/time/time_pattern.h"

namespace logwood::exec {
namespace {

/// `2024-03-05T07:08:09.012345678 zone`.
std::string shown(const ParsedTime& parsed) {
    LocalClock utc{TimeZone()};
    std::string out;
    TimeFormat::compile("%FT%T.%N")->append(out, parsed.time, utc);
    return out + " " + parsed.zone;
}

const UtcTime kNow = parse_iso_time("2025-06-15T12:00:00Z")->time;

TEST(IsoTime, Texts) {
    struct Case {
        const char* text;
        const char* time;  // Empty: refused.
    };
    for (auto& c : {
             Case{"2025-01-31T10:20:30Z", "2025-01-31T10:20:30.000000000 Z"},
             Case{"2025-01-31T10:20:30.123Z", "2025-01-31T10:20:30.123000000 Z"},
             Case{"2025-01-31 10:20:30,123456789+02:00", "2025-01-31T08:20:30.123456789 +02:00"},
             Case{"2025-01-31T10:20-0530", "2025-01-31T15:50:00.000000000 -05:30"},
             Case{"2025-01-31T10:20:30.1234567891234+01", "2025-01-31T09:20:30.123456789 +01:00"},
             Case{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000000000 Z"},
             Case{"2025-01-31T10:20:30", ""},
             Case{"2025-02-30T10:20:30Z", ""},
             Case{"2025-01-31T10:20:30Zx", ""},
             Case{"2025-01-31T24:20:30Z", ""},
             Case{"2025-01-31T10:20:30.Z", ""},
             Case{"2025-01-31", ""},
             Case{"", ""},
         }) {
        auto parsed = parse_iso_time(c.text);
        EXPECT_EQ(parsed ? shown(*parsed) : "", c.time) << c.text;
    }
    auto paris = *TimeZone::find("Europe/Paris");
    EXPECT_EQ(shown(*parse_iso_time("2025-07-01T10:00:00", {.otherwise = &paris})),
              "2025-07-01T08:00:00.000000000 Europe/Paris");
}

TEST(Epoch, Texts) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    EXPECT_EQ(parse_epoch("1710000000.25", kSecond)->ns, 1710000000250000000);
    EXPECT_EQ(parse_epoch("1710000000123", 1'000'000)->ns, 1710000000123000000);
    EXPECT_EQ(parse_epoch("1710000000123.4567", 1'000'000)->ns, 1710000000123456700);
    EXPECT_EQ(parse_epoch("1.71E9", kSecond)->ns, 1710000000000000000);
    EXPECT_EQ(parse_epoch("-1.5", kSecond)->ns, -1500000000);
    EXPECT_EQ(parse_epoch("1795309970.951", kSecond)->ns, 1795309970951000000);
    for (auto* bad : {"", "x", "1.2.3", "99999999999999999999", "1e30", "-"})
        EXPECT_FALSE(parse_epoch(bad, kSecond)) << bad;
}

std::string parse(std::string_view pattern, std::string_view text, const char* always = nullptr,
                  bool case_sensitive = true) {
    auto compiled = TimePattern::compile(pattern, case_sensitive);
    if (!compiled) return "! " + compiled.error().message;
    std::optional<TimeZone> zone;
    if (always) zone = *TimeZone::find(always);
    auto parsed = compiled->parse(text, {.otherwise = zone ? &*zone : nullptr}, kNow);
    return parsed ? shown(*parsed) : "! " + parsed.error().message;
}

TEST(TimePattern, Texts) {
    struct Case {
        const char* pattern;
        const char* text;
        const char* zone;
        const char* time;
    };
    constexpr auto* kDefault = "yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS]XXXXX";
    for (auto& c : {
             Case{kDefault, "2025-01-02T03:04:05.123456789Z", nullptr,
                  "2025-01-02T03:04:05.123456789 Z"},
             Case{kDefault, "2025-01-02T03:04:05+02:00", nullptr,
                  "2025-01-02T01:04:05.000000000 +02:00"},
             Case{kDefault, "2025-01-02T03:04:05.12Z", nullptr, "2025-01-02T03:04:05.120000000 Z"},
             Case{"dd/MMM/yyyy:HH:mm:ss Z", "31/Jan/2025:10:20:30 +0100", nullptr,
                  "2025-01-31T09:20:30.000000000 +01:00"},
             Case{"MMM d HH:mm:ss", "Jan 5 10:20:30", "UTC", "2025-01-05T10:20:30.000000000 UTC"},
             Case{"MMM ppd HH:mm:ss", "Jan  5 10:20:30", "Z", "2025-01-05T10:20:30.000000000 Z"},
             Case{"MMM [ ]d HH:mm:ss", "Jan  5 10:20:30", "Z", "2025-01-05T10:20:30.000000000 Z"},
             // 8 days ahead are still this year, 9 are not.
             Case{"MMM d HH:mm:ss", "Jun 23 11:00:00", "Z", "2025-06-23T11:00:00.000000000 Z"},
             Case{"MMM d HH:mm:ss", "Jun 24 11:00:00", "Z", "2024-06-24T11:00:00.000000000 Z"},
             Case{"MMM d HH:mm:ss", "Feb 29 11:00:00", "Z", "2024-02-29T11:00:00.000000000 Z"},
             Case{"yyyyMMddHHmmssSSS", "20250131102030456", "Z", "2025-01-31T10:20:30.456000000 Z"},
             Case{"M/d/yy h:mm:ss a", "1/5/25 12:05:06 AM", "Z", "2025-01-05T00:05:06.000000000 Z"},
             Case{"M/d/yyyy h:mm a", "11/15/2025 1:05 PM", "Z", "2025-11-15T13:05:00.000000000 Z"},
             Case{"EEE MMM dd HH:mm:ss zzz yyyy", "Tue Mar 05 07:08:09 PST 2024", nullptr,
                  "2024-03-05T15:08:09.000000000 -08:00"},
             Case{"yyyy-MM-dd HH:mm:ss VV", "2025-07-01 10:00:00 Europe/Paris", nullptr,
                  "2025-07-01T08:00:00.000000000 Europe/Paris"},
             Case{"EEEE, MMMM d, yyyy", "Wednesday, January 1, 2025", "Z",
                  "2025-01-01T00:00:00.000000000 Z"},
             Case{"yyyy-DDD", "2024-366", "Z", "2024-12-31T00:00:00.000000000 Z"},
             Case{"yyyy-MM-dd HH:mm:ss[.SSS][ ]X", "2025-01-01 00:00:00 -03", nullptr,
                  "2025-01-01T03:00:00.000000000 -03:00"},
             Case{"yyyy'year' ''MM''-dd", "2025year '02'-03", "Z",
                  "2025-02-03T00:00:00.000000000 Z"},
             Case{"millis", "1710000000123", nullptr, "2024-03-09T16:00:00.123000000 Z"},
             Case{"UnixTime", "1710000000.5", nullptr, "2024-03-09T16:00:00.500000000 Z"},
             Case{"nanos", "1710000000123456789", nullptr, "2024-03-09T16:00:00.123456789 Z"},
         })
        EXPECT_EQ(parse(c.pattern, c.text, c.zone), c.time) << c.pattern;
}

TEST(TimePattern, CaseAndZones) {
    EXPECT_EQ(parse("dd-MMM-yyyy", "05-JAN-2025", "Z"), "! the text does not fit at byte 3");
    EXPECT_EQ(parse("dd-MMM-yyyy h a", "05-JAN-2025 3 pm", "Z", false),
              "2025-01-05T15:00:00.000000000 Z");
    auto pattern = *TimePattern::compile("yyyy-MM-dd HH:mmX");
    auto paris = *TimeZone::find("Europe/Paris");
    EXPECT_EQ(shown(*pattern.parse("2025-07-01 10:00Z", {.always = &paris}, kNow)),
              "2025-07-01T08:00:00.000000000 Europe/Paris");
}

TEST(TimePattern, Errors) {
    struct Case {
        const char* pattern;
        const char* text;
        const char* error;
    };
    for (auto& c : {
             Case{"yyyy-MM-dd", "2025-13-01", "the text does not fit at byte 5"},
             Case{"yyyy-MM-dd", "2025-02-30", "no such date"},
             Case{"yyyy-MM-dd", "2025-02-03 x", "the text goes on at byte 10"},
             Case{"HH:mm", "10:00", "the format gives no date"},
             Case{"yyyy-'x", "", "time format: a quote without end at byte 5"},
             Case{"yyyy]", "", "time format: a ']' without its '[' at byte 4"},
             Case{"yyyy-W", "", "time format: the letter 'W' is not supported at byte 5"},
             Case{"millis", "abc", "not a number of a time"},
         })
        EXPECT_EQ(parse(c.pattern, c.text, "Z"), std::string("! ") + c.error) << c.pattern;
    EXPECT_EQ(parse("yyyy-MM-dd", "2025-02-03"), "! the text has no time zone, and none is given");
}

TEST(FindTimestamp, Layouts) {
    struct Case {
        const char* text;
        const char* time;
    };
    for (auto& c : {
             Case{"2025-01-31T10:20:30.123Z x", "2025-01-31T10:20:30.123000000 Z"},
             Case{"[2025-01-31 10:20:30,123] ERROR", "2025-01-31T10:20:30.123000000 UTC"},
             Case{"x 25/01/31 10:20:30 y", "2025-01-31T10:20:30.000000000 UTC"},
             Case{"20250131T102030Z", "2025-01-31T10:20:30.000000000 Z"},
             Case{"20250131102030", "2025-01-31T10:20:30.000000000 UTC"},
             Case{"<13>Jan  5 10:20:30 host app", "2025-01-05T10:20:30.000000000 UTC"},
             Case{"Jan 5 2024 10:20:30 host", "2024-01-05T10:20:30.000000000 UTC"},
             Case{"01/05/2024 10:20:30", "2024-01-05T10:20:30.000000000 UTC"},
             Case{"Tue Mar 05 07:08:09 EST 2024", "2024-03-05T12:08:09.000000000 -05:00"},
             Case{"Sat Jun 14 15:36:33.0245 2024", "2024-06-14T15:36:33.024500000 UTC"},
             Case{"1.2.3.4 - - [31/Jan/2025:10:20:30 +0100] \"GET\"",
                  "2025-01-31T09:20:30.000000000 +01:00"},
             Case{"05 Jan 10:20:30 x", "2025-01-05T10:20:30.000000000 UTC"},
             Case{"11:20:30 started", "2025-06-15T11:20:30.000000000 UTC"},
             Case{"12:10:00 in ten minutes", "2025-06-15T12:10:00.000000000 UTC"},
             Case{"12:10:01 yesterday", "2025-06-14T12:10:01.000000000 UTC"},
             Case{"t=1710000000 x", "2024-03-09T16:00:00.000000000 Z"},
             Case{"t=1710000000.123456 x", "2024-03-09T16:00:00.123000000 Z"},
             Case{"t=1710000000123 x", "2024-03-09T16:00:00.123000000 Z"},
             Case{"2025-07-01 10:00:00 Europe/Paris", "2025-07-01T08:00:00.000000000 Europe/Paris"},
             Case{"2025-07-01 10:00:00 - 05 things", "2025-07-01T10:00:00.000000000 UTC"},
             Case{"2025-07-01 10:00:00 GET /x", "2025-07-01T10:00:00.000000000 UTC"},
             Case{"Jun 22 11:59:59 near", "2025-06-22T11:59:59.000000000 UTC"},
             Case{"Jun 23 12:00:00 far", "2024-06-23T12:00:00.000000000 UTC"},
             Case{"id 12345678901234 10.20.30.40", ""},
             Case{"12345678901", ""},
             Case{"nothing", ""},
             Case{"", ""},
         }) {
        auto utc = *TimeZone::find("UTC");
        auto found = find_timestamp(c.text, {.otherwise = &utc}, kNow);
        EXPECT_EQ(found ? shown(found->parsed) : "", c.time) << c.text;
    }
}

TEST(FindTimestamp, PlaceAndZone) {
    std::string late(127, '.');
    late += "2025-01-31T10:20:30Z";
    auto found = find_timestamp(late, {}, kNow);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->begin, 127U);
    EXPECT_EQ(found->end, late.size());
    EXPECT_FALSE(find_timestamp("." + late, {}, kNow));
    EXPECT_FALSE(find_timestamp("2025-01-31 10:20:30", {}, kNow));
    auto paris = *TimeZone::find("Europe/Paris");
    EXPECT_EQ(shown(find_timestamp("2025-01-31 10:20:30 x", {.always = &paris}, kNow)->parsed),
              "2025-01-31T09:20:30.000000000 Europe/Paris");
    EXPECT_EQ(shown(find_timestamp("2025-01-31 10:20:30Z", {.always = &paris}, kNow)->parsed),
              "2025-01-31T10:20:30.000000000 Z");
}

}  // namespace
}  // namespace logwood::exec
