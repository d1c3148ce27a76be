#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/aggregate/constellations.h"
#include "exec/aggregate/key_sets.h"
#include "exec/step/operator.h"

namespace logwood::exec {

/// A query of correlate().
struct CorrelateQueryOptions {
    std::string name;
    std::vector<OperatorPtr> steps;
    std::vector<std::string> kept;   ///< Fields that are kept of its events.
    bool keeps_all = false;          ///< All others as well, and shows them.
    std::vector<std::string> shown;  ///< Those of them that the result has, in their order.
};

/// The fields that link a query to another; events count only if the other has their values.
struct CorrelateReduction {
    std::size_t query = 0;
    std::vector<std::string> key;
    std::size_t other_set = 0;  ///< Of the keys found: those of the other query.
};

struct CorrelateOptions {
    ConstellationRules rules;
    std::vector<CorrelateQueryOptions> queries;
    std::vector<CorrelateReduction> reductions;
    std::shared_ptr<const FoundKeys> keys;  ///< Null: there are no links.
};

/// Keeps the events of each query, and makes constellations of them at the end. Only as the first
/// aggregate of a plan.
AggregatePtr correlate_aggregate(CorrelateOptions options);

}  // namespace logwood::exec
