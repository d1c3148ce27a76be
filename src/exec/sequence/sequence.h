#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/plan/compiler.h"

namespace logwood::exec {

/// All rows of one group, which lie next to each other: [begin, end).
struct RowRun {
    std::uint32_t group = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t size() const { return end - begin; }
};

/// Walks ordered rows: gets them all at once, sorted by group and else in their order. May change
/// the batch. Immutable, any thread.
class SequenceFunction {
 public:
    virtual ~SequenceFunction() = default;
    virtual Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const = 0;
};

/// The function as an aggregate. It stands behind an aggregate (lang checks that), so that it
/// never runs over parts of the data: its state can be neither merged nor stored.
AggregatePtr sequence_aggregate(std::unique_ptr<SequenceFunction> function);

/// The rows of the batch as they are, in their groups.
Result<GroupedRows> rows_of_runs(Batch& batch, std::span<const RowRun> runs);

/// What an aggregate gives for each of many sets of rows: at most one row a set.
struct SetResults {
    std::vector<std::pair<std::string, model::Column>> columns;  ///< One row a set.
    std::vector<std::string> order;                              ///< Names of the columns.
    std::vector<Warning> warnings;
};

/// The rows [begin, end) of a batch.
struct RowWindow {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Runs the aggregate over each window. kInvalidArgument, naming `function`, when one gives more
/// than one row.
Result<SetResults> aggregate_windows(Batch& batch, const Aggregate& aggregate,
                                     std::span<const RowWindow> windows, std::string_view function);

/// Runs the aggregate over the first 1, 2, ... rows of each run (the first 0, 1, ... with
/// `excludes_current`), adding one row at a time.
Result<SetResults> aggregate_prefixes(Batch& batch, const Aggregate& aggregate,
                                      std::span<const RowRun> runs, bool excludes_current,
                                      std::string_view function);

}  // namespace logwood::exec
