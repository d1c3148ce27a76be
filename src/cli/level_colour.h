#pragma once

#include <string_view>

namespace logwood::cli {

inline constexpr std::string_view kBold = "\x1b[1m";
inline constexpr std::string_view kNoColour = "\x1b[0m";

/// Whether a field of that name says how grave an event is: `level`, `loglevel`, `log.level`,
/// `severity`, ...
bool names_level(std::string_view field);

/// The escape sequence for an event of that level, such as `ERROR` or `warning`; empty for common
/// ones.
std::string_view colour_of_level(std::string_view level);

/// The same for a line without a field for it: by a word of its first bytes that is written as
/// levels are, in capitals.
std::string_view colour_of_line(std::string_view line);

}  // namespace logwood::cli
