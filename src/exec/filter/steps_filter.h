#pragma once

#include <vector>

#include "exec/filter/filter.h"
#include "exec/step/operator.h"

namespace logwood::exec {

/// Passes the rows that come out of the steps, whatever the steps do to fields.
FilterPtr steps_filter(std::vector<OperatorPtr> steps);

}  // namespace logwood::exec
