#pragma once

#include <string>
#include <string_view>

#include "lang/ast.h"

namespace logwood::lang {

/// The query as canonical text: one step a line, AND and OR written out and grouped by brackets,
/// parameters named. Parsing it again gives the same tree but for spans; comments are lost (see
/// format_text).
std::string format(const Query& query);

/// Puts a query text into canonical form and keeps its comments: those between steps get lines of
/// their own, and a step with comments inside stays as it is written.
Checked<std::string> format_text(std::string_view text);

/// The same for parts of a tree, on one line.
std::string format(const Pipeline& pipeline);
std::string format(const Filter& filter);
std::string format(const Expr& expr);

}  // namespace logwood::lang
