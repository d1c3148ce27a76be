#pragma once

#include <vector>

#include "exec/step/operator.h"

namespace logwood::exec {

/// `case` and `match`: each row takes the first branch that lets it through and leaves as that
/// branch made it; rows that no branch lets through are dropped.
OperatorPtr branch_step(std::vector<std::vector<OperatorPtr>> branches);

}  // namespace logwood::exec
