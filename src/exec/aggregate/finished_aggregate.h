#pragma once

#include <functional>

#include "exec/aggregate/aggregate.h"

namespace logwood::exec {

/// An aggregate whose rows are changed at the end: groups stay, and stay in order.
using FinishRows = std::function<Result<GroupedRows>(GroupedRows)>;
AggregatePtr finished_aggregate(AggregatePtr inner, FinishRows finish);

}  // namespace logwood::exec
