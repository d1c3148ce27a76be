#pragma once

#include <string_view>

#include "lang/ast.h"

namespace logwood::lang {

/// Reads a query as written: structure and spelling, not meaning (`check` does that). The tree
/// owns all its text. Time and memory are linear in the text; nesting and size have limits
/// (limits.h), past which the answer is a Diagnostic with Code::kTooLarge. Any thread.
Checked<Query> parse(std::string_view text);

/// As `parse`, but every node gets `span`: for text that is spliced into another query, where
/// positions of its own would point at the wrong text. Diagnostics still carry true positions.
Checked<Query> parse_as_part(std::string_view text, Span span);

}  // namespace logwood::lang
