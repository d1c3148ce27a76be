// top(): the keys with the largest count, sum or maximum. Counted exactly, as a groupBy is.
#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/stats_state.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"

namespace logwood::exec {

using model::Column;

namespace {

struct TopOptions {
    GroupByOptions groups;
    std::uint64_t limit = 10;
    std::string as;
    std::string rest;  ///< Empty: no row for the remainder.
    bool has_percent = false;
    bool is_max = false;
};

class TopState final : public AggregateState {
 public:
    explicit TopState(const TopOptions& options) : options_(options), groups_(options.groups) {}

    void grow(std::uint32_t count) override { groups_.grow(count); }
    Result<void> add(Batch& batch, const Groups& groups) override {
        return groups_.add(batch, groups);
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        return groups_.merge(static_cast<const TopState&>(from).groups_, to, count);
    }
    void serialise(ByteWriter& out) const override { groups_.serialise(out); }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        return groups_.deserialise(in, count);
    }
    std::size_t memory() const override { return groups_.memory(); }

    Result<GroupedRows> rows() const override {
        std::vector<double> scores;
        TRY(auto all, groups_.all_rows(scores));
        Shown shown;
        for (std::uint32_t group = 0; group < groups_.outer_groups(); ++group) {
            auto [begin, end] = std::ranges::equal_range(all.groups, group);
            choose(shown, scores, static_cast<std::uint32_t>(begin - all.groups.begin()),
                   static_cast<std::uint32_t>(end - all.groups.begin()), group);
        }
        return table_of(all.table, std::move(shown));
    }

 private:
    struct Shown {
        std::vector<std::uint32_t> from;  ///< Row of all; kNoCode: the remainder.
        std::vector<std::uint32_t> groups;
        std::vector<double> scores;
        std::vector<double> totals;
    };

    void choose(Shown& shown, const std::vector<double>& scores, std::uint32_t begin,
                std::uint32_t end, std::uint32_t group) const {
        std::vector<std::uint32_t> order(end - begin);
        std::iota(order.begin(), order.end(), begin);
        std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
            return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
        });
        double total = 0;
        for (auto row : order) total += scores[row];
        auto kept = std::min<std::size_t>(order.size(), options_.limit);
        auto add = [&](std::uint32_t row, double score) {
            shown.from.push_back(row);
            shown.groups.push_back(group);
            shown.scores.push_back(score);
            shown.totals.push_back(total);
        };
        for (std::size_t i = 0; i < kept; ++i) add(order[i], scores[order[i]]);
        if (kept == order.size() || options_.rest.empty()) return;
        double rest = 0;
        for (auto i = kept; i < order.size(); ++i)
            rest = options_.is_max ? std::max(rest, scores[order[i]]) : rest + scores[order[i]];
        add(Column::kNoCode, rest);
    }

    GroupedRows table_of(const RowTable& all, Shown shown) const {
        GroupedRows out;
        out.table.rows = shown.from.size();
        for (auto& key : options_.groups.keys) {
            auto* column = all.find(key);
            if (!column || out.table.find(key)) continue;
            ColumnMaker maker(shown.from.size());
            for (auto row : shown.from)
                maker.add(row == Column::kNoCode ? std::string_view(options_.rest)
                                                 : (*column)[row]);
            out.table.columns.emplace_back(key, maker.finish());
            out.table.field_order.push_back(key);
        }
        out.table.columns.emplace_back(options_.as, Values::numbers(shown.scores).texts());
        out.table.field_order.push_back(options_.as);
        if (options_.has_percent) {
            Values::Numbers percents;
            for (std::size_t i = 0; i < shown.scores.size(); ++i)
                percents.push_back(100 * shown.scores[i] / shown.totals[i]);
            out.table.columns.emplace_back("percent", Values::numbers(percents).texts());
            out.table.field_order.emplace_back("percent");
        }
        out.groups = std::move(shown.groups);
        return out;
    }

    const TopOptions& options_;
    GroupByState groups_;
};

class TopAggregate final : public Aggregate {
 public:
    explicit TopAggregate(TopOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<TopState>(options_); }

 private:
    TopOptions options_;
};

}  // namespace

lang::Checked<AggregatePtr> make_top(const lang::BoundCall& call, Compiler&) {
    TopOptions options;
    options.groups.keys = call.fields("field");
    options.groups.needs_all_keys = true;
    options.groups.limit = kGroupsMax;
    options.limit = std::min(call.limit("limit", kRowsMax), kRowsMax);
    options.rest = call.text("rest");
    options.has_percent = call.boolean("percent");
    options.is_max = call.has("max");
    if (call.has("max") && call.has("sum"))
        return wrong_argument(call, "max", "either sum or max, not both");
    if (options.is_max) {
        options.as = call.text("as", "_max");
        options.groups.function = max_aggregate(call.text("max"), options.as);
    } else if (call.has("sum")) {
        options.as = call.text("as", "_sum");
        options.groups.function = sum_aggregate(call.text("sum"), options.as);
    } else {
        options.as = call.text("as", "_count");
        options.groups.function = count_aggregate(options.as);
    }
    return std::make_unique<TopAggregate>(std::move(options));
}

}  // namespace logwood::exec
