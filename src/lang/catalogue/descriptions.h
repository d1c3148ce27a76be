#pragma once

#include <span>
#include <string_view>

namespace logwood::lang {

/// One function in words. Stands apart from its signature only for the length of the lines.
struct Description {
    std::string_view name;     ///< Canonical.
    std::string_view text;     ///< One sentence.
    std::string_view example;  ///< A query that checks, if the function is built.
};

/// The descriptions, in two files; sorted by lower-cased name.
std::span<const Description> first_descriptions();
std::span<const Description> last_descriptions();

}  // namespace logwood::lang
