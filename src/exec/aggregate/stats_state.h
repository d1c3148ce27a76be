#pragma once

#include <string>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/plan/compiler.h"

namespace logwood::exec {

/// Several aggregates side by side: rows are combined as a Cartesian product, in which an
/// aggregate without rows counts as one empty row. Two that give a field different values: error.
AggregatePtr stats_aggregate(std::vector<AggregatePtr> parts);

/// `{ steps | aggregate | steps ... }` as one aggregate. The plan has an aggregate.
AggregatePtr composite_aggregate(Plan plan);

/// count() of all rows.
AggregatePtr count_aggregate(std::string as);
/// sum() and max() of a field.
AggregatePtr sum_aggregate(std::string field, std::string as);
AggregatePtr max_aggregate(std::string field, std::string as);

/// Runs what follows the first aggregate of a plan over its rows. Groups never mix.
Result<GroupedRows> finish_plan(const Plan& plan, GroupedRows rows, std::uint32_t groups);

}  // namespace logwood::exec
