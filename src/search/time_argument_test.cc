#include "search/time_argument.h"

#include <gtest/gtest.h>

namespace logwood::search {
namespace {

constexpr std::int64_t kNowMs = 1'700'000'000'000;
constexpr std::int64_t kHourMs = 3'600'000;

TEST(ResolveTime, TakesWhatClientsSend) {
    struct Case {
        TimeArgument argument;
        std::optional<std::int64_t> ms;
    };
    const Case cases[] = {
        {{}, {}},
        {std::string(), {}},
        {std::string("  "), {}},
        {std::int64_t{1'585'145'569'394}, 1'585'145'569'394},
        {std::int64_t{-5}, -5},
        {std::string("1585145569394"), 1'585'145'569'394},
        {std::string("now"), kNowMs},
        {std::string("24h"), kNowMs - 24 * kHourMs},
        {std::string("24 hours"), kNowMs - 24 * kHourMs},
        {std::string("10m"), kNowMs - kHourMs / 6},
        {std::string("7days"), kNowMs - 7 * 24 * kHourMs},
        {std::string("now@h"), kNowMs / kHourMs * kHourMs},
        // Beyond what nanoseconds can say: the nearest that can.
        {std::int64_t{9'000'000'000'000'000}, 9'223'372'036'854},
        {std::string("9000000000000000"), 9'223'372'036'854},
    };
    for (auto& [argument, ms] : cases) {
        auto time = resolve_time(argument, "start", {.now = UtcTime::from_ms(kNowMs)});
        ASSERT_TRUE(time) << time.error().message;
        ASSERT_EQ(time->has_value(), ms.has_value());
        if (ms) EXPECT_EQ((*time)->ms(), *ms);
    }
}

TEST(ResolveTime, NamesTheArgumentThatIsWrong) {
    for (std::string text : {"yesterday", "h", "1d@", "99999999999999999999", "-1h", "1x"}) {
        auto time = resolve_time(text, "end", {.now = UtcTime::from_ms(kNowMs)});
        ASSERT_FALSE(time) << text;
        EXPECT_EQ(time.error().code, Code::kInvalidArgument);
        EXPECT_NE(time.error().message.find("end=\"" + text + "\""), std::string::npos);
    }
}

}  // namespace
}  // namespace logwood::search
