#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exec/step/operator.h"
#include "exec/text/regex.h"

namespace logwood::exec {

struct Extraction {
    RegexPtr regex;
    std::string field;  ///< Empty: `@rawstring`, then any other field that free text looks at.
    bool current_fields = false;  ///< For an empty field: those of the event as it is now.
    bool repeat = false;          ///< One row a match, else the first match only.
    std::uint64_t repeat_max = 0;
    bool keeps_unmatched = false;
};

/// Passes rows in which the regex is found, and sets the fields its groups name.
OperatorPtr extract_step(Extraction extraction);

}  // namespace logwood::exec
