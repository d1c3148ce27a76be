#include "cli/level_colour.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "cli/limits.h"

namespace logwood::cli {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kGrey = "\x1b[90m";

constexpr std::array<std::string_view, 8> kFields{
    "level", "loglevel", "log_level", "log.level", "severity", "severity_text", "levelname", "lvl"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kLevels{{
    {"ERROR", kRed},
    {"ERR", kRed},
    {"FATAL", kRed},
    {"CRITICAL", kRed},
    {"CRIT", kRed},
    {"SEVERE", kRed},
    {"ALERT", kRed},
    {"EMERG", kRed},
    {"EMERGENCY", kRed},
    {"PANIC", kRed},
    {"WARN", kYellow},
    {"WARNING", kYellow},
    {"DEBUG", kGrey},
    {"TRACE", kGrey},
    {"FINE", kGrey},
    {"VERBOSE", kGrey},
}};

bool is_of_word(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view colour_of_word(std::string_view capitals) {
    auto at = std::ranges::find(kLevels, capitals, &decltype(kLevels)::value_type::first);
    return at == kLevels.end() ? std::string_view() : at->second;
}

}  // namespace

bool names_level(std::string_view field) {
    if (field.starts_with('#')) field.remove_prefix(1);
    return std::ranges::find(kFields, field) != kFields.end();
}

std::string_view colour_of_level(std::string_view level) {
    if (level.size() > 9) return {};
    std::string capitals(level);
    for (auto& c : capitals)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return colour_of_word(capitals);
}

std::string_view colour_of_line(std::string_view line) {
    line = line.substr(0, kLevelBytesMax);
    for (std::size_t at = 0; at < line.size();) {
        auto end = at;
        while (end < line.size() && is_of_word(line[end])) ++end;
        auto word = line.substr(at, end - at);
        if (auto colour = colour_of_word(word); !colour.empty()) return colour;
        at = end + 1;
    }
    return {};
}

}  // namespace logwood::cli
