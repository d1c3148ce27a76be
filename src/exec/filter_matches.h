#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exec/text/regex.h"

namespace logwood::exec {

/// What the filters of a query found in the texts of an event, for people who look at it.
class FilterMatches {
 public:
    /// A piece of a text, in UTF-16 units, as clients count.
    struct Range {
        std::uint32_t start = 0;
        std::uint32_t length = 0;
        friend bool operator==(const Range&, const Range&) = default;
    };
    struct Found {
        std::uint32_t filter = 0;  ///< Free texts and `field = ...` count, in their order, from 0.
        std::vector<Range> ranges;
        friend bool operator==(const Found&, const Found&) = default;
    };

    /// The filters before the first aggregate that say what an event must have, and not what it
    /// must lack. None for a text that does not compile alone (one with saved queries).
    FilterMatches(std::string_view query,
                  const std::map<std::string, std::vector<std::string>>& arguments);

    /// Filters that find something in the field's value.
    std::vector<Found> find(std::string_view field, std::string_view text) const;

 private:
    struct Filter {
        std::uint32_t id = 0;
        std::string field;  ///< Empty: all that free text looks at.
        RegexPtr regex;
        bool finds_groups = false;  ///< The literal parts of one match; else all matches.
    };
    friend class FilterMatchesMaker;

    std::vector<Filter> filters_;
};

}  // namespace logwood::exec
