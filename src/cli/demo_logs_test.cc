// The demo's incident must be found by the queries of the README: errors, a slow database, and the
// deployment that is to blame, in this order of causes.
#include "cli/demo_logs.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace logwood::cli {
namespace {

using Lines = std::vector<std::string>;

const UtcTime kEnd{1'767'225'600'000'000'000};  // 2026-01-01T00:00:00Z

Lines demo(DemoOptions options) {
    Lines lines;
    options.end = kEnd;
    write_demo_logs(options, [&](std::string_view line) { lines.emplace_back(line); });
    return lines;
}

std::string_view text_of(std::string_view line, std::string_view key) {
    auto at = line.find("\"" + std::string(key) + "\":\"");
    if (at == line.npos) return {};
    auto begin = at + key.size() + 4;
    return line.substr(begin, line.find('"', begin) - begin);
}

TEST(DemoLogs, SameSeedSameDay) {
    EXPECT_EQ(demo({.events = 2000}), demo({.events = 2000}));
    EXPECT_NE(demo({.events = 2000}), demo({.seed = 2, .events = 2000}));
}

TEST(DemoLogs, EveryLineIsInTheTimeAsked) {
    for (auto span : {1h, 24h, 24h * 30}) {
        auto lines = demo({.events = 3000, .span = span});
        EXPECT_GE(lines.size(), 3000U);
        EXPECT_LT(lines.size(), 3010U);
        for (auto& line : lines) EXPECT_LT(text_of(line, "@timestamp"), "2026-01-01") << line;
    }
}

TEST(DemoLogs, TracesTimeOutOnlyBetweenDeploymentAndRollback) {
    std::map<std::string, Lines> traces;
    Lines deployments;
    for (auto& line : demo({.events = 50'000})) {
        if (auto trace = text_of(line, "trace_id"); !trace.empty())
            traces[std::string(trace)].push_back(line);
        else
            deployments.push_back(line);
    }
    ASSERT_EQ(deployments.size(), 3U);
    EXPECT_EQ(text_of(deployments[1], "app"), "stock");
    EXPECT_EQ(text_of(deployments[1], "new_version"), "2.14.0");
    auto broken = text_of(deployments[1], "@timestamp");
    auto mended = text_of(deployments[2], "@timestamp");
    std::size_t timeouts = 0;
    for (auto& [id, lines] : traces) {
        bool times_out = false;
        bool is_slow = false;
        for (auto& line : lines) {
            times_out = times_out || line.contains("timeout after");
            is_slow = is_slow || line.contains("slow query");
        }
        if (!is_slow) {
            EXPECT_FALSE(times_out) << id;
            continue;
        }
        timeouts += times_out;
        EXPECT_GE(text_of(lines.front(), "@timestamp"), broken) << id;
        EXPECT_LT(text_of(lines.front(), "@timestamp").substr(0, 16), mended) << id;
    }
    EXPECT_GT(timeouts, 100U);
}

}  // namespace
}  // namespace logwood::cli
