#pragma once

#include <string>
#include <vector>

#include "exec/filter/filter.h"
#include "lang/ast.h"

namespace logwood::exec {

FilterPtr constant_filter(bool passes);
FilterPtr and_filter(std::vector<FilterPtr> operands);
FilterPtr or_filter(std::vector<FilterPtr> operands);
FilterPtr not_filter(FilterPtr operand);
/// `field < n` and the like; a missing or non-numeric field does not pass.
FilterPtr order_filter(std::string field, lang::CompareOp op, double bound);

}  // namespace logwood::exec
