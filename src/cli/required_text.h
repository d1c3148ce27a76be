#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace logwood::cli {

/// A text that stands in every line whose event can pass the query, as far as its first filters
/// tell; empty when they do not. That holds for events whose fields' values all stand in their line
/// as they are: those of the parsers `none` and, in lines without hiding_escape(), `json`.
std::string required_text(std::string_view query);

/// How every escape of JSON begins that can stand for a part of `needle`.
std::string_view hiding_escape(std::string_view needle);

/// The lines of the text that hold `needle`; all of them when it is empty. Also those that hold
/// `escape`, behind which the needle may be hidden, unless that is empty.
std::vector<std::string_view> lines_with(std::string_view text, std::string_view needle,
                                         std::string_view escape);

}  // namespace logwood::cli
