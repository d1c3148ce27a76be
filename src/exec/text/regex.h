#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exec/filter/text_predicate.h"

namespace logwood::exec {

struct RegexOptions {
    bool ignore_case = false;
    bool dot_all = false;
    bool multi_line = false;
    bool engine_v2 = false;  ///< `\h` and `\v` are classes, not letters.
};

/// A compiled regex of the language (reference 1.13). Immutable, any thread.
///
/// Runs on RE2, in linear time; with lookahead on PCRE2, with a limit on steps (beyond which a
/// text does not match). A text without the regex's longest required literal is not tried.
class Regex {
 public:
    struct NamedGroup {
        std::string name;  ///< As written, so with `@`, `.`, `[` ...
        std::size_t index = 0;
    };

    virtual ~Regex() = default;
    /// kInvalidArgument, with what is wrong, for a body that does not compile.
    static Result<std::shared_ptr<const Regex>> compile(std::string_view body,
                                                        const RegexOptions& options);

    /// Is there a match anywhere?
    virtual bool find(std::string_view text) const = 0;
    /// Finds the first match at or after `start`. groups[0] is the match, groups[i] the i-th
    /// group, kMissing when it took no part.
    virtual bool find(std::string_view text, std::size_t start,
                      std::vector<std::string_view>& groups) const = 0;

    const std::vector<NamedGroup>& named_groups() const { return named_groups_; }
    /// Without group 0.
    std::size_t group_count() const { return group_count_; }

 protected:
    std::vector<NamedGroup> named_groups_;
    std::size_t group_count_ = 0;
};
using RegexPtr = std::shared_ptr<const Regex>;

/// All matches, as replace and split see them: `each(groups)` for each, left to right; an empty
/// match moves on by one character. Ends when `each` gives false.
template <typename F>
void for_each_match(const Regex& regex, std::string_view text, F&& each) {
    std::vector<std::string_view> groups;
    for (std::size_t start = 0; start <= text.size() && regex.find(text, start, groups);) {
        auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        auto end = begin + groups[0].size();
        if (!each(groups)) return;
        if (groups[0].empty()) {
            ++end;
            while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
                ++end;
        }
        start = end;
    }
}

/// Matches texts in which the regex is found. A regex that is a plain literal becomes one.
Result<TextPredicatePtr> regex_predicate(std::string_view body, const RegexOptions& options);

}  // namespace logwood::exec
