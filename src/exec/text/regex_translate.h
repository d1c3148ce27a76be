#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/text/regex.h"

namespace logwood::exec {

/// What is learnt of a regex body by reading it once.
struct TranslatedRegex {
    std::string body;  ///< In the syntax that RE2 and PCRE2 share; group names are g1, g2, ...
    std::vector<Regex::NamedGroup> named_groups;
    bool has_lookahead = false;
    /// Texts that match contain it; empty: none is known.
    std::string required;
    /// Set when the regex is no more than a literal, perhaps tied to the ends of the text.
    struct Literal {
        std::string text;
        bool at_begin = false;
        bool at_end = false;
    };
    std::optional<Literal> literal;
};

/// Translates from the language's dialect. kInvalidArgument for what the dialect does not have.
Result<TranslatedRegex> translate_regex(std::string_view body, const RegexOptions& options);

}  // namespace logwood::exec
