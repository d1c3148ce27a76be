#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "exec/columns/batch.h"
#include "exec/compute/expression.h"
#include "exec/filter/filter.h"

namespace logwood::exec {

/// A step that works on events one by one: drops, changes or multiplies the rows of a batch.
/// Immutable, any thread.
class Operator {
 public:
    virtual ~Operator() = default;
    virtual Result<void> run(Batch& batch) const = 0;
    /// The filter, when that is all the step is.
    virtual const Filter* filter() const { return nullptr; }
};
using OperatorPtr = std::unique_ptr<Operator>;

OperatorPtr filter_step(FilterPtr filter);
/// `field := expression`; rows where it is null keep what they have.
OperatorPtr assign_step(std::string field, ExpressionPtr expression);

/// Runs steps in order; ends early when no rows are left.
Result<void> run_all(const std::vector<OperatorPtr>& steps, Batch& batch);

}  // namespace logwood::exec
