#pragma once

#include <string>

#include "lang/ast.h"

namespace logwood::lang {

/// The query as canonical text: one step a line, AND and OR written out and grouped by brackets,
/// parameters named. Parsing it again gives the same tree but for spans; comments are lost.
std::string format(const Query& query);

/// The same for parts of a tree, on one line.
std::string format(const Pipeline& pipeline);
std::string format(const Filter& filter);
std::string format(const Expr& expr);

}  // namespace logwood::lang
