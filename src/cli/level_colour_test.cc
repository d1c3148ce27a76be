#include "cli/level_colour.h"

#include <gtest/gtest.h>

#include <string>

namespace logwood::cli {
namespace {

TEST(LevelColour, KnowsLevels) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"ERROR", "\x1b[31m"},
        {"error", "\x1b[31m"},
        {"Crit", "\x1b[31m"},
        {"warn", "\x1b[33m"},
        {"Debug", "\x1b[90m"},
        {"INFO", ""},
        {"", ""},
        {"errors galore", ""},
    };
    for (auto& [level, colour] : cases) EXPECT_EQ(colour_of_level(level), colour) << level;
    for (auto* field : {"level", "#severity", "log.level"}) EXPECT_TRUE(names_level(field));
    for (auto* field : {"", "#", "leveling", "message"}) EXPECT_FALSE(names_level(field));
}

TEST(LevelColour, FindsThemInLines) {
    const std::pair<std::string, std::string_view> cases[] = {
        {"2026-01-02 03:04:05 ERROR no such file", "\x1b[31m"},
        {"[WARN] slow", "\x1b[33m"},
        {"level=TRACE", "\x1b[90m"},
        {"INFO an error was handled", ""},
        {"MY_ERROR_COUNT 3", ""},
        {"ERRORS 3", ""},
        {"WARN then ERROR", "\x1b[33m"},
        {std::string(500, ' ') + "ERROR", ""},
        {"", ""},
    };
    for (auto& [line, colour] : cases) EXPECT_EQ(colour_of_line(line), colour) << line;
}

}  // namespace
}  // namespace logwood::cli
