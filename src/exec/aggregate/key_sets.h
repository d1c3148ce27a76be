#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/filter/key_set.h"
#include "exec/query.h"
#include "exec/step/operator.h"

namespace logwood::exec {

/// The keys of the rows that come through some steps.
struct KeyPart {
    std::vector<OperatorPtr> steps;
    std::vector<std::string> key;  ///< Fields.
};

/// One set of keys a part. Gives one row, whose values are bytes. Only as the first aggregate of a
/// plan.
AggregatePtr key_sets_aggregate(std::vector<KeyPart> parts);

/// What such an aggregate gave. Any thread.
class FoundKeys {
 public:
    bool are_ready() const { return is_ready_.load(std::memory_order_acquire); }
    /// One set a part, once ready.
    const std::vector<KeySet>& sets() const { return sets_; }
    /// Once. Warns when a set has too many keys to be exact; kCorrupt for other rows.
    Result<std::vector<Warning>> take(std::string_view function, std::size_t parts,
                                      const ResultRows& rows);

 private:
    std::vector<KeySet> sets_;
    std::atomic<bool> is_ready_{false};
};

}  // namespace logwood::exec
