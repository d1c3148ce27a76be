#include "exec/time/time_format.h"

#include <gtest/gtest.h>

#include "exec/time/parsed_time.h"

namespace logwood::exec {
namespace {

std::string format(std::string_view pattern, std::int64_t ns, std::string_view zone = "UTC") {
    auto made = TimeFormat::compile(pattern);
    if (!made) return "! " + made.error().message;
    LocalClock clock(*TimeZone::find(zone));
    std::string out;
    made->append(out, UtcTime{ns}, clock);
    return out;
}

TEST(TimeFormat, Directives) {
    const auto ns = parse_iso_time("2024-03-05T07:08:09.012345678Z")->time.ns;
    struct Case {
        const char* pattern;
        const char* text;
    };
    for (auto& c : {
             Case{"%Y-%m-%d %H:%M:%S.%L", "2024-03-05 07:08:09.012"},
             Case{"%F %T", "2024-03-05 07:08:09"},
             Case{"%N %s %Q", "012345678 1709622489 1709622489012"},
             Case{"%I %l %k %p %r", "07 7 7 am 07:08:09 AM"},
             Case{"%B %b %h %A %a", "March Mar Mar Tuesday Tue"},
             Case{"%C %y %j %e", "20 24 065 5"},
             Case{"%R %D %z %Z", "07:08 03/05/24 +0000 UTC"},
             Case{"%c", "Tue Mar 05 07:08:09 UTC 2024"},
             Case{"100%% day", "100% day"},
             Case{"", ""},
         })
        EXPECT_EQ(format(c.pattern, ns), c.text) << c.pattern;
    EXPECT_EQ(format("%F %T %z %Z", ns, "America/New_York"), "2024-03-05 02:08:09 -0500 EST");
    EXPECT_EQ(format("%T%z", ns, "+05:30"), "12:38:09+0530");
    EXPECT_EQ(format("%s.%L", -1), "-1.999");
    EXPECT_EQ(format("a%q", ns), "! unknown directive '%q' at byte 1 of the time format");
    EXPECT_EQ(format("a%", ns), "! unknown directive '%' at byte 1 of the time format");
}

}  // namespace
}  // namespace logwood::exec
