// window(): states of buckets that follow one another, merged. A window is put together from others
// of half its length, so that a long one costs little more than a short one.
#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "exec/aggregate/group_by_state.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

namespace {

/// Windows of some length by cell: one cell for each bucket of each line (outer group and series).
class Windows {
 public:
    Windows(const Aggregate& function, std::uint32_t lines, std::uint32_t buckets)
        : function_(function), buckets_(buckets), cells_(lines * buckets), same_(cells_) {
        std::iota(same_.begin(), same_.end(), 0U);
    }

    std::uint32_t cells() const { return cells_; }

    /// Each window of `late`, which is `shift` buckets long, with the one of `early` before it.
    Result<AggregateStatePtr> join(const AggregateState& late, const AggregateState& early,
                                   std::size_t shift) const {
        std::vector<std::uint32_t> shifted(cells_, kNoGroup);
        for (std::uint32_t cell = 0; cell < cells_; ++cell)
            if (cell % buckets_ + shift < buckets_)
                shifted[cell] = cell + static_cast<std::uint32_t>(shift);
        auto made = function_.start();
        made->grow(cells_);
        TRY_OK(made->merge(early, shifted, cells_));
        TRY_OK(made->merge(late, same_, cells_));
        return made;
    }

    /// Windows of `length` buckets from such of one.
    Result<AggregateStatePtr> of_length(AggregateStatePtr power, std::size_t length) const {
        AggregateStatePtr made;
        for (std::size_t power_length = 1;; power_length *= 2) {
            if (length & power_length) {
                if (made) {
                    TRY(made, join(*power, *made, power_length));
                } else {
                    made = function_.start();
                    TRY_OK(made->merge(*power, same_, cells_));
                }
            }
            if (length < 2 * power_length) return made;
            TRY(power, join(*power, *power, power_length));
        }
    }

 private:
    const Aggregate& function_;
    std::uint32_t buckets_;
    std::uint32_t cells_;
    std::vector<std::uint32_t> same_;
};

}  // namespace

Result<GroupedRows> GroupByState::window_rows(const std::vector<std::string>& starts,
                                              std::size_t length) const {
    std::map<std::string_view, std::uint32_t> bucket_of;
    for (auto& start : starts) bucket_of.emplace(start, std::uint32_t(bucket_of.size()));
    // An outer group and the numbers of the series' texts, with a group that has both.
    std::map<std::vector<std::uint32_t>, std::uint32_t> lines;
    auto line_of = [&](std::uint32_t group) {
        auto* tuple = groups_.tuple(group);
        std::vector<std::uint32_t> line(tuple + 1, tuple + 1 + keys_.size());
        line[0] = tuple[0];
        return line;
    };
    for (std::uint32_t group = 0; group < groups_.size(); ++group)
        lines.emplace(line_of(group), group);
    if (lines.size() * starts.size() > kGroupsMax)
        return fail(Code::kTooLarge, "window() has more buckets and series than it may combine");
    std::vector<std::uint32_t> examples;
    for (auto& [line, group] : lines)
        examples.push_back(std::exchange(group, std::uint32_t(examples.size())));
    auto buckets = static_cast<std::uint32_t>(starts.size());
    std::vector<std::uint32_t> cell_of(groups_.size(), kNoGroup);
    for (std::uint32_t group = 0; group < groups_.size(); ++group)
        if (auto bucket = bucket_of.find(key(group, 0)); bucket != bucket_of.end())
            cell_of[group] = lines[line_of(group)] * buckets + bucket->second;

    GroupedRows out;
    out.table.field_order = options_.keys;
    auto add_order = [&](const RowTable& table) {
        for (auto& name : table.field_order)
            if (std::ranges::find(options_.keys, name) == options_.keys.end())
                out.table.field_order.push_back(name);
    };
    if (examples.empty() || length > buckets) {
        for (auto& name : options_.keys) out.table.columns.emplace_back(name, Column::missing(0));
        TRY(auto none, options_.function->start()->rows());
        add_order(none.table);
        return out;
    }
    Windows windows(*options_.function, std::uint32_t(examples.size()), buckets);
    auto single = options_.function->start();
    inner_->grow(groups_.size());
    TRY_OK(single->merge(*inner_, cell_of, windows.cells()));
    TRY(auto state, windows.of_length(std::move(single), length));
    TRY(auto rows, state->rows());

    std::vector<std::uint32_t> from;
    for (std::uint32_t row = 0; row < rows.table.rows; ++row)
        if (rows.groups[row] % buckets + 1 >= length) from.push_back(row);
    out.table.rows = from.size();
    for (std::size_t k = 0; k < keys_.size(); ++k) {
        ColumnMaker maker(from.size());
        for (auto row : from) {
            auto cell = rows.groups[row];
            maker.add(k == 0 ? std::string_view(starts[cell % buckets])
                             : key(examples[cell / buckets], k));
        }
        out.table.columns.emplace_back(options_.keys[k], maker.finish());
    }
    for (auto row : from)
        out.groups.push_back(groups_.tuple(examples[rows.groups[row] / buckets])[0]);
    for (auto& [name, column] : rows.table.columns)
        if (!out.table.find(name)) out.table.columns.emplace_back(name, gather(column, from));
    add_order(rows.table);
    out.table.warnings = std::move(rows.table.warnings);
    return out;
}

}  // namespace logwood::exec
