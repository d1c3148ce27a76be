#include "exec/sequence/sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

namespace {

class SequenceState final : public AggregateState {
 public:
    explicit SequenceState(const SequenceFunction& function) : function_(function) {}

    void grow(std::uint32_t) override {}
    Result<void> add(Batch& batch, const Groups& groups) override {
        if (has_rows_) return in_parts();
        has_rows_ = true;
        auto ordered = batch.fork();
        std::vector<RowRun> runs;
        if (groups.is_single()) {
            runs.push_back({0, 0, static_cast<std::uint32_t>(batch.rows())});
        } else {
            std::vector<std::uint32_t> order(batch.rows());
            std::iota(order.begin(), order.end(), 0U);
            std::ranges::sort(order, {}, [&](auto row) { return std::pair(groups[row], row); });
            for (std::uint32_t at = 0; at < order.size(); ++at) {
                auto group = groups[order[at]];
                if (runs.empty() || runs.back().group != group) runs.push_back({group, at, at});
                runs.back().end = at + 1;
            }
            ordered.rearrange(std::move(order));
        }
        TRY(rows_, function_.run(ordered, runs));
        return {};
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t>,
                       std::uint32_t) override {
        if (!static_cast<const SequenceState&>(from).has_rows_) return {};
        return in_parts();
    }
    void serialise(ByteWriter&) const override {}
    Result<void> deserialise(ByteReader&, std::uint32_t) override { return {}; }
    std::size_t memory() const override {
        return rows_.table.rows * rows_.table.columns.size() * sizeof(std::string_view);
    }
    Result<GroupedRows> rows() const override { return rows_; }

 private:
    static std::unexpected<Error> in_parts() {
        return fail(Code::kUnsupported, "a sequence function cannot run inside this function");
    }

    const SequenceFunction& function_;
    bool has_rows_ = false;
    GroupedRows rows_;
};

class SequenceAggregate final : public Aggregate {
 public:
    explicit SequenceAggregate(std::unique_ptr<SequenceFunction> function)
        : function_(std::move(function)) {}
    AggregateStatePtr start() const override { return std::make_unique<SequenceState>(*function_); }

 private:
    std::unique_ptr<SequenceFunction> function_;
};

/// Collects the rows of aggregates, set by set, from tables whose columns may differ.
class SetCollector {
 public:
    explicit SetCollector(std::string_view function) : function_(function) {}

    /// Sets `first` ... `first + sets - 1` are groups 0 ... of the rows.
    Result<void> add(const GroupedRows& rows, std::size_t first, std::size_t sets) {
        std::vector<std::uint32_t> from(sets, Column::kNoCode);
        for (std::uint32_t row = 0; row < rows.groups.size(); ++row) {
            auto& known = from[rows.groups[row]];
            if (known != Column::kNoCode)
                return fail(Code::kInvalidArgument,
                            fmt::format("{}() takes functions that give one row", function_));
            known = row;
        }
        auto& table = rows.table;
        for (auto& [name, column] : table.columns) {
            auto& maker = maker_of(name);
            fill(maker, first);
            for (auto row : from) maker.add(row == Column::kNoCode ? model::kMissing : column[row]);
        }
        for (auto& name : table.field_order) note_order(name);
        for (auto& warning : table.warnings)
            if (std::ranges::find(warnings_, warning) == warnings_.end())
                warnings_.push_back(warning);
        return {};
    }

    SetResults finish(std::size_t sets) {
        SetResults out;
        for (auto& [name, maker] : makers_) {
            fill(maker, sets);
            note_order(name);
            out.columns.emplace_back(name, maker.finish());
        }
        out.order = std::move(order_);
        out.warnings = std::move(warnings_);
        return out;
    }

 private:
    ColumnMaker& maker_of(const std::string& name) {
        for (auto& [known, maker] : makers_)
            if (known == name) return maker;
        return makers_.emplace_back(name, ColumnMaker()).second;
    }
    static void fill(ColumnMaker& maker, std::size_t rows) {
        while (maker.rows() < rows) maker.add(model::kMissing);
    }
    void note_order(const std::string& name) {
        if (std::ranges::find(order_, name) == order_.end()) order_.push_back(name);
    }

    std::string_view function_;
    std::vector<std::pair<std::string, ColumnMaker>> makers_;
    std::vector<std::string> order_;
    std::vector<Warning> warnings_;
};

}  // namespace

AggregatePtr sequence_aggregate(std::unique_ptr<SequenceFunction> function) {
    return std::make_unique<SequenceAggregate>(std::move(function));
}

Result<GroupedRows> rows_of_runs(Batch& batch, std::span<const RowRun> runs) {
    GroupedRows out;
    TRY(out.table, batch.to_table());
    for (auto& run : runs) out.groups.insert(out.groups.end(), run.size(), run.group);
    return out;
}

Result<SetResults> aggregate_windows(Batch& batch, const Aggregate& aggregate,
                                     std::span<const RowWindow> windows,
                                     std::string_view function) {
    SetCollector results(function);
    std::vector<std::uint32_t> from;
    std::vector<std::uint32_t> sets;
    for (std::size_t first = 0; first < windows.size();) {
        from.clear();
        sets.clear();
        auto next = first;
        for (; next < windows.size() && from.size() < kWindowBatchRows; ++next) {
            for (auto row = windows[next].begin; row < windows[next].end; ++row) {
                from.push_back(row);
                sets.push_back(static_cast<std::uint32_t>(next - first));
            }
        }
        auto count = static_cast<std::uint32_t>(next - first);
        auto state = aggregate.start();
        state->grow(count);
        if (!from.empty()) {
            auto some = batch.fork();
            some.rearrange(from);
            TRY_OK(state->add(some, {count, sets}));
        }
        TRY(auto rows, state->rows());
        TRY_OK(results.add(rows, first, count));
        first = next;
    }
    return results.finish(windows.size());
}

Result<SetResults> aggregate_prefixes(Batch& batch, const Aggregate& aggregate,
                                      std::span<const RowRun> runs, bool excludes_current,
                                      std::string_view function) {
    // Forks of a batch cost by its rows, so single rows are taken from small forks.
    constexpr std::uint32_t kRowsAtOnce = 64;
    SetCollector results(function);
    for (auto& run : runs) {
        auto state = aggregate.start();
        for (auto begin = run.begin; begin < run.end; begin += kRowsAtOnce) {
            std::vector<std::uint32_t> rows(std::min(kRowsAtOnce, run.end - begin));
            std::iota(rows.begin(), rows.end(), begin);
            auto some = batch.fork();
            some.rearrange(rows);
            for (std::uint32_t i = 0; i < rows.size(); ++i) {
                if (excludes_current) {
                    TRY(auto before, state->rows());
                    TRY_OK(results.add(before, begin + i, 1));
                }
                auto one = some.fork();
                one.rearrange({i});
                TRY_OK(state->add(one, Groups{}));
                if (excludes_current) continue;
                TRY(auto until, state->rows());
                TRY_OK(results.add(until, begin + i, 1));
            }
        }
    }
    return results.finish(batch.rows());
}

}  // namespace logwood::exec
