#include "async/failpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace logwood::async {
namespace {

/// What the process does with `environment` when it reaches the point "here" `times` times.
void reach(const char* environment, int times) {
    ::setenv("LOGWOOD_FAILPOINTS", environment, 1);
    for (int i = 0; i < times; ++i) failpoint("here");
    std::_Exit(failpoint_switch("lights") ? 1 : 0);
}

TEST(FailpointDeathTest, EndsTheProcessWhereItIsTold) {
    ASSERT_TRUE(has_failpoints());
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    struct Case {
        const char* environment;
        int times;
        int exit_code;
    };
    for (auto [environment, times, exit_code] : {
             Case{"", 1, 0},
             Case{"here=abort", 1, 137},
             Case{"there=abort", 1, 0},
             Case{"here=abort:3", 2, 0},
             Case{"there=abort,here=abort:3", 3, 137},
             Case{"lights=on", 1, 1},
             Case{"here=abort:x", 1, 2},
             Case{"here", 1, 2},
         })
        EXPECT_EXIT(reach(environment, times), ::testing::ExitedWithCode(exit_code), "")
            << environment;
}

}  // namespace
}  // namespace logwood::async
