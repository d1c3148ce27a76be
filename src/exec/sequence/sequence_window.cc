// accumulate(), slidingWindow(), slidingTimeWindow(): each row with an aggregate over rows up to
// it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "exec/limits.h"
#include "exec/plan/registry_rows.h"
#include "exec/sequence/sequence.h"

namespace logwood::exec {
namespace {

/// The rows with the results in front; a result takes the place of a field of its name.
Result<GroupedRows> annotate(Batch& batch, std::span<const RowRun> runs, SetResults results) {
    for (auto& [name, column] : results.columns) TRY_OK(batch.assign(name, Values(column)));
    TRY(auto out, rows_of_runs(batch, runs));
    auto order = std::move(results.order);
    auto& own = out.table.field_order;
    if (own.empty())
        for (auto& [name, column] : out.table.columns) own.push_back(name);
    for (auto& name : own)
        if (std::ranges::find(order, name) == order.end()) order.push_back(name);
    own = std::move(order);
    out.table.warnings = std::move(results.warnings);
    return out;
}

class AccumulateFunction final : public SequenceFunction {
 public:
    AccumulateFunction(AggregatePtr function, bool excludes_current)
        : function_(std::move(function)), excludes_current_(excludes_current) {}

    Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const override {
        TRY(auto results,
            aggregate_prefixes(batch, *function_, runs, excludes_current_, "accumulate"));
        return annotate(batch, runs, std::move(results));
    }

 private:
    AggregatePtr function_;
    bool excludes_current_;
};

class SlidingWindowFunction final : public SequenceFunction {
 public:
    SlidingWindowFunction(AggregatePtr function, std::uint32_t rows, bool excludes_current)
        : function_(std::move(function)), rows_(rows), excludes_current_(excludes_current) {}

    Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const override {
        std::vector<RowWindow> windows;
        for (auto& run : runs) {
            for (auto row = run.begin; row < run.end; ++row) {
                auto end = excludes_current_ ? row : row + 1;
                windows.push_back({std::max(run.begin, end - std::min(end, rows_)), end});
            }
        }
        TRY(auto results, aggregate_windows(batch, *function_, windows, "slidingWindow"));
        return annotate(batch, runs, std::move(results));
    }

 private:
    AggregatePtr function_;
    std::uint32_t rows_;
    bool excludes_current_;
};

class SlidingTimeWindowFunction final : public SequenceFunction {
 public:
    SlidingTimeWindowFunction(AggregatePtr function, double span_ms, std::string field,
                              bool excludes_current)
        : function_(std::move(function)),
          span_ms_(span_ms),
          field_(std::move(field)),
          excludes_current_(excludes_current) {}

    Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const override {
        TRY(auto times, batch.numbers(field_));
        std::vector<RowWindow> windows;
        for (auto& run : runs) {
            auto begin = run.begin;
            for (auto row = run.begin; row < run.end; ++row) {
                auto time = (*times)[row];
                if (is_null(time)) return wrong(fmt::format("a row has no time in {}", field_));
                if (row > run.begin && time < (*times)[row - 1])
                    return wrong(fmt::format(
                        "the rows are not in the order of {}: sort them first, ascending", field_));
                while (begin < row && (*times)[begin] <= time - span_ms_) ++begin;
                windows.push_back({begin, excludes_current_ ? row : row + 1});
                if (windows.back().end - begin > kTimeWindowRowsMax)
                    return fail(Code::kTooLarge,
                                "slidingTimeWindow(): more than 10000 rows lie in "
                                "one window; choose a shorter span");
            }
        }
        TRY(auto results, aggregate_windows(batch, *function_, windows, "slidingTimeWindow"));
        return annotate(batch, runs, std::move(results));
    }

 private:
    static std::unexpected<Error> wrong(const std::string& what) {
        return fail(Code::kInvalidArgument, "slidingTimeWindow(): " + what);
    }

    AggregatePtr function_;
    double span_ms_;
    std::string field_;
    bool excludes_current_;
};

bool excludes_current(const lang::BoundCall& call) { return call.text("current") == "exclude"; }

}  // namespace

lang::Checked<AggregatePtr> make_accumulate(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    return sequence_aggregate(
        std::make_unique<AccumulateFunction>(std::move(function), excludes_current(call)));
}

lang::Checked<AggregatePtr> make_sliding_window(const lang::BoundCall& call, Compiler& compiler) {
    auto rows = call.number("events");
    if (!(rows >= 1 && rows <= double(kWindowRowsMax)) || std::trunc(rows) != rows)
        return wrong_argument(call, "events", "the window must have 1 to 1000 events");
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    return sequence_aggregate(std::make_unique<SlidingWindowFunction>(
        std::move(function), static_cast<std::uint32_t>(rows), excludes_current(call)));
}

lang::Checked<AggregatePtr> make_sliding_time_window(const lang::BoundCall& call,
                                                     Compiler& compiler) {
    auto span_ms = call.duration_ms("span");
    if (!span_ms || *span_ms <= 0) return wrong_argument(call, "span", "the span must be positive");
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    return sequence_aggregate(std::make_unique<SlidingTimeWindowFunction>(
        std::move(function), static_cast<double>(*span_ms), call.text("timestampfield"),
        excludes_current(call)));
}

}  // namespace logwood::exec
