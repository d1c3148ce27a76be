// neighbor(), partition(), appendAggregation(): sequence functions that look at other rows, cut the
// rows into parts, or add rows.
#include <algorithm>
#include <cmath>

#include "exec/columns/column_maker.h"
#include "exec/filter/steps_filter.h"
#include "exec/limits.h"
#include "exec/plan/registry_rows.h"
#include "exec/sequence/sequence.h"

namespace logwood::exec {
namespace {

using model::Column;

class NeighborFunction final : public SequenceFunction {
 public:
    NeighborFunction(const lang::BoundCall& call, std::int64_t distance)
        : fields_(call.fields("include")), distance_(distance) {
        if (auto prefix = call.text("prefix"); !prefix.empty()) prefix_ = prefix + ".";
    }

    Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const override {
        std::vector<std::uint32_t> from(batch.rows(), Column::kNoCode);
        for (auto& run : runs) {
            for (std::int64_t row = run.begin; row < run.end; ++row) {
                auto other = row + distance_;
                if (other >= run.begin && other < run.end)
                    from[static_cast<std::size_t>(row)] = static_cast<std::uint32_t>(other);
            }
        }
        // All are read before one is written: without a prefix they take their own places.
        std::vector<Column> columns;
        for (auto& field : fields_) {
            TRY(auto column, batch.column(field));
            columns.push_back(
                column.kind() == Column::Kind::kMissing ? column : gather_or_missing(column, from));
        }
        for (std::size_t i = 0; i < fields_.size(); ++i)
            batch.replace(prefix_ + fields_[i], Values(columns[i]));
        return rows_of_runs(batch, runs);
    }

 private:
    std::vector<std::string> fields_;
    std::string prefix_;
    std::int64_t distance_;  ///< Negative: before.
};

class PartitionFunction final : public SequenceFunction {
 public:
    PartitionFunction(AggregatePtr function, FilterPtr condition, bool cuts_before)
        : function_(std::move(function)),
          condition_(std::move(condition)),
          cuts_before_(cuts_before) {}

    Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const override {
        TRY(auto cuts, condition_->test(batch));
        std::vector<std::uint32_t> parts(batch.rows());
        std::vector<std::uint32_t> outer;  // Group of each part.
        for (auto& run : runs) {
            for (auto row = run.begin; row < run.end; ++row) {
                bool is_first = row == run.begin;
                bool is_cut = !is_first && (cuts_before_ ? cuts[row] : cuts[row - 1]) != 0;
                if (is_first || is_cut) outer.push_back(run.group);
                parts[row] = static_cast<std::uint32_t>(outer.size()) - 1;
            }
        }
        auto count = static_cast<std::uint32_t>(outer.size());
        auto state = function_->start();
        state->grow(count);
        TRY_OK(state->add(batch, {count, parts}));
        TRY(auto rows, state->rows());
        for (auto& group : rows.groups) group = outer[group];
        return rows;
    }

 private:
    AggregatePtr function_;
    FilterPtr condition_;
    bool cuts_before_;
};

class AppendFunction final : public SequenceFunction {
 public:
    explicit AppendFunction(AggregatePtr function) : function_(std::move(function)) {}

    Result<GroupedRows> run(Batch& batch, std::span<const RowRun> runs) const override {
        std::vector<std::uint32_t> of_rows;
        for (std::uint32_t i = 0; i < runs.size(); ++i)
            of_rows.insert(of_rows.end(), runs[i].size(), i);
        auto count = static_cast<std::uint32_t>(runs.size());
        auto state = function_->start();
        state->grow(count);
        TRY_OK(state->add(batch, {count, of_rows}));
        TRY(auto added, state->rows());
        TRY(auto rows, rows_of_runs(batch, runs));
        return join(rows, added, runs);
    }

 private:
    /// The rows of each run, then those that its aggregate gives.
    static GroupedRows join(const GroupedRows& rows, const GroupedRows& added,
                            std::span<const RowRun> runs) {
        GroupedRows out;
        std::vector<std::uint32_t> own;
        std::vector<std::uint32_t> more;
        std::uint32_t at = 0;
        for (std::uint32_t i = 0; i < runs.size(); ++i) {
            auto add = [&](std::uint32_t row, std::uint32_t result) {
                own.push_back(row);
                more.push_back(result);
                out.groups.push_back(runs[i].group);
            };
            for (auto row = runs[i].begin; row < runs[i].end; ++row) add(row, Column::kNoCode);
            for (; at < added.groups.size() && added.groups[at] == i; ++at)
                add(Column::kNoCode, at);
        }
        out.table.rows = own.size();
        for (auto& [name, column] : rows.table.columns) {
            auto values = gather_or_missing(column, own);
            if (auto* results = added.table.find(name))
                values = first_present(values, gather_or_missing(*results, more));
            out.table.columns.emplace_back(name, std::move(values));
        }
        for (auto& [name, column] : added.table.columns)
            if (!rows.table.find(name))
                out.table.columns.emplace_back(name, gather_or_missing(column, more));
        out.table.field_order = rows.table.field_order;
        auto& order = out.table.field_order;
        if (!order.empty())
            for (auto& name : added.table.field_order)
                if (std::ranges::find(order, name) == order.end()) order.push_back(name);
        out.table.warnings = added.table.warnings;
        return out;
    }

    AggregatePtr function_;
};

}  // namespace

lang::Checked<AggregatePtr> make_neighbor(const lang::BoundCall& call, Compiler&) {
    auto distance = call.number("distance");
    if (!(distance >= 1 && distance <= double(kNeighborDistanceMax)) ||
        std::trunc(distance) != distance)
        return wrong_argument(call, "distance", "the distance must be 1 to 10000 rows");
    bool is_before = call.text("direction") == "preceding";
    auto step = static_cast<std::int64_t>(distance);
    return sequence_aggregate(std::make_unique<NeighborFunction>(call, is_before ? -step : step));
}

lang::Checked<AggregatePtr> make_partition(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    LANG_TRY(auto steps, compiler.steps(*call.pipeline("condition")));
    return sequence_aggregate(std::make_unique<PartitionFunction>(
        std::move(function), steps_filter(std::move(steps)), call.text("split") == "before"));
}

lang::Checked<AggregatePtr> make_append_aggregation(const lang::BoundCall& call,
                                                    Compiler& compiler) {
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    return sequence_aggregate(std::make_unique<AppendFunction>(std::move(function)));
}

}  // namespace logwood::exec
