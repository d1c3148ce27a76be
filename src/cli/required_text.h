#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace logwood::cli {

/// A text that stands in every line whose event can pass the query, as far as its first filters
/// tell; empty when they do not. That holds for events whose fields' values all stand in their line
/// as they are: those of the parsers `none` and, in lines without a backslash, `json`.
std::string required_text(std::string_view query);

/// The lines of the text that hold `needle`; all of them when it is empty. With `or_backslash` also
/// those with a backslash, behind which the needle may be hidden.
std::vector<std::string_view> lines_with(std::string_view text, std::string_view needle,
                                         bool or_backslash);

}  // namespace logwood::cli
