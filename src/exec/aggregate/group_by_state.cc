// Keys are numbered by text, once a distinct text of a batch; a group is a tuple of numbers. The
// sub-aggregate sees group numbers only, so it costs the same at any depth.
//
// Bytes of a state: cut flag; the texts of each key; number of groups; a tuple of varints a group;
// then the sub-aggregate's state.
#include "exec/aggregate/group_by_state.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/text/number_text.h"

namespace logwood::exec {

using model::Column;

namespace {

/// In place of a key's number, for a row that lacks it.
constexpr std::uint32_t kLacking = 0xFFFFFFFF;

/// The place of each text among all, in the order of KeyText.
std::vector<std::uint32_t> ranks_of(const TextTable& texts) {
    std::vector<std::pair<KeyText, std::uint32_t>> order;
    order.reserve(texts.size());
    for (std::uint32_t i = 0; i < texts.size(); ++i) order.emplace_back(texts.text(i), i);
    std::ranges::sort(order);
    std::vector<std::uint32_t> ranks(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) ranks[order[i].second] = i;
    return ranks;
}

}  // namespace

KeyText::KeyText(std::string_view key) : number(parse_number(key)), text(key) {}

std::vector<double> numeric_sums(const RowTable& table, const std::vector<std::string>& keys) {
    std::vector<double> sums(table.rows);
    for (auto& [name, column] : table.columns) {
        if (std::ranges::find(keys, name) != keys.end()) continue;
        for (std::size_t row = 0; row < sums.size(); ++row) {
            auto text = column[row];
            auto number = model::is_missing(text) ? kNullNumber : parse_number(text);
            if (!is_null(number)) sums[row] += number;
        }
    }
    return sums;
}

GroupByState::GroupByState(const GroupByOptions& options)
    : options_(options),
      keys_(options.keys.size()),
      groups_(options.keys.size() + 1),
      inner_(options.function ? options.function->start() : nullptr) {
    for (auto& key : keys_) key.number_of("");
}

Result<void> GroupByState::add(Batch& batch, const Groups& groups) {
    grow(groups.count);
    std::vector<std::vector<std::uint32_t>> numbers;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
        TRY(auto column, batch.column(options_.keys[k]));
        numbers.push_back(map_rows<std::uint32_t>(
            column, kLacking, [&](std::string_view text) { return keys_[k].number_of(text); }));
    }
    std::size_t skipped = 0;
    auto of_rows = numbers.size() == 1 && groups.is_single()
                       ? groups_of_one_key(numbers[0], skipped)
                       : groups_of(numbers, groups, batch.rows(), skipped);
    if (inner_ && skipped == 0) {
        TRY_OK(inner_->add(batch, {groups_.size(), of_rows}));
    } else if (inner_ && skipped < of_rows.size()) {
        auto rest = batch.fork();
        Mask mask(of_rows.size());
        for (std::size_t row = 0; row < mask.size(); ++row) mask[row] = of_rows[row] != kNoGroup;
        rest.keep(mask);
        std::erase(of_rows, kNoGroup);
        TRY_OK(inner_->add(rest, {groups_.size(), of_rows}));
    }
    return spill_if_large();
}

std::vector<std::uint32_t> GroupByState::groups_of_one_key(
    const std::vector<std::uint32_t>& numbers, std::size_t& skipped) {
    constexpr auto kUnknown = kNoGroup - 1;
    std::vector<std::uint32_t> group_of(keys_[0].size(), kUnknown);
    std::vector<std::uint32_t> of_rows(numbers.size());
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        if (numbers[row] == kLacking) {
            of_rows[row] = kNoGroup;
            ++skipped;
            continue;
        }
        auto& group = group_of[numbers[row]];
        if (group == kUnknown) {
            const std::uint32_t tuple[] = {0, numbers[row]};
            group = groups_.number_of(tuple, groups_max());
            is_cut_ |= group == kNoGroup;
        }
        of_rows[row] = group;
        skipped += group == kNoGroup;
    }
    return of_rows;
}

std::vector<std::uint32_t> GroupByState::groups_of(
    const std::vector<std::vector<std::uint32_t>>& numbers, const Groups& groups, std::size_t rows,
    std::size_t& skipped) {
    std::vector<std::uint32_t> of_rows(rows);
    std::vector<std::uint32_t> tuple(keys_.size() + 1);
    for (std::size_t row = 0; row < rows; ++row) {
        std::size_t lacking = 0;
        tuple[0] = groups[row];
        for (std::size_t k = 0; k < keys_.size(); ++k) {
            auto number = numbers[k][row];
            lacking += number == kLacking;
            tuple[k + 1] = number == kLacking ? 0 : number;
        }
        bool is_skipped = lacking > 0 && (lacking == keys_.size() || options_.needs_all_keys);
        of_rows[row] = is_skipped ? kNoGroup : groups_.number_of(tuple.data(), groups_max());
        if (of_rows[row] != kNoGroup) continue;
        ++skipped;
        is_cut_ |= !is_skipped;
    }
    return of_rows;
}

Result<void> GroupByState::merge(const AggregateState& from, std::span<const std::uint32_t> to,
                                 std::uint32_t count) {
    grow(count);
    auto& other = static_cast<const GroupByState&>(from);
    TRY_OK(merge_groups(other, to, std::nullopt));
    chunks_.insert(chunks_.end(), other.chunks_.begin(), other.chunks_.end());
    return spill_if_large();
}

Result<void> GroupByState::merge_groups(const GroupByState& other,
                                        std::span<const std::uint32_t> to,
                                        std::optional<std::uint32_t> part) {
    constexpr auto kUnknown = 0xFFFFFFFFU;
    std::vector<std::vector<std::uint32_t>> renumbered;
    for (auto& key : other.keys_) renumbered.emplace_back(key.size(), kUnknown);
    std::vector<std::uint32_t> inner_to(other.groups_.size(), kNoGroup);
    std::vector<std::uint32_t> tuple(keys_.size() + 1);
    for (std::uint32_t group = 0; group < inner_to.size(); ++group) {
        auto* theirs = other.groups_.tuple(group);
        if (theirs[0] >= to.size() || to[theirs[0]] == kNoGroup) continue;
        if (part && other.part_of(group) != *part) continue;
        tuple[0] = to[theirs[0]];
        for (std::size_t k = 0; k < keys_.size(); ++k) {
            auto& number = renumbered[k][theirs[k + 1]];
            if (number == kUnknown) number = keys_[k].number_of(other.keys_[k].text(theirs[k + 1]));
            tuple[k + 1] = number;
        }
        inner_to[group] = groups_.number_of(tuple.data(), groups_max());
        is_cut_ |= inner_to[group] == kNoGroup;
    }
    is_cut_ |= other.is_cut_;
    if (!inner_) return {};
    return inner_->merge(*other.inner_, inner_to, groups_.size());
}

void GroupByState::serialise(ByteWriter& out) const {
    ASSERT(chunks_.empty());
    out.put(static_cast<std::uint8_t>(is_cut_));
    for (auto& key : keys_) key.write(out);
    out.put_varint(groups_.size());
    for (std::uint32_t group = 0; group < groups_.size(); ++group)
        for (std::size_t k = 0; k <= keys_.size(); ++k) out.put_varint(groups_.tuple(group)[k]);
    if (!inner_) return;
    inner_->grow(std::max(groups_.size(), 1U));
    inner_->serialise(out);
}

Result<void> GroupByState::deserialise(ByteReader& in, std::uint32_t count) {
    count_ = count;
    TRY(auto is_cut, in.get<std::uint8_t>());
    is_cut_ = is_cut != 0;
    for (auto& key : keys_) {
        key = {};
        TRY_OK(key.read(in));
        if (key.size() == 0 || !key.text(0).empty())
            return fail(Code::kCorrupt, "a key without the empty text");
    }
    TRY(auto groups, in.get_varint());
    if (groups > kGroupsMax || groups > in.remaining())
        return fail(Code::kCorrupt, "more groups than bytes");
    std::vector<std::uint32_t> tuple(keys_.size() + 1);
    for (std::uint64_t group = 0; group < groups; ++group) {
        for (std::size_t k = 0; k < tuple.size(); ++k) {
            TRY(auto number, in.get_varint());
            if (number >= (k == 0 ? count : keys_[k - 1].size()))
                return fail(Code::kCorrupt, "a group of an unknown key");
            tuple[k] = static_cast<std::uint32_t>(number);
        }
        if (groups_.number_of(tuple.data()) != group)
            return fail(Code::kCorrupt, "a group occurs twice");
    }
    if (!inner_) return {};
    return inner_->deserialise(in, std::max(groups_.size(), 1U));
}

std::size_t GroupByState::memory() const {
    auto bytes = groups_.memory() + (inner_ ? inner_->memory() : 0);
    for (auto& key : keys_) bytes += key.memory();
    return bytes;
}

std::string_view GroupByState::key(std::uint32_t group, std::size_t index) const {
    return keys_[index].text(groups_.tuple(group)[index + 1]);
}

std::vector<std::uint32_t> GroupByState::sorted_groups() const {
    // Texts are ranked once each, so that groups compare by numbers.
    std::vector<std::vector<std::uint32_t>> ranks;
    for (auto& texts : keys_) ranks.push_back(ranks_of(texts));
    std::vector<std::uint32_t> order(groups_.size());
    std::iota(order.begin(), order.end(), 0U);
    if (keys_.size() == 1 && count_ <= 1) {
        // A text is one group at most: groups are put where their text stands.
        std::vector<std::uint32_t> at_rank(keys_[0].size(), kNoGroup);
        for (auto group : order) at_rank[ranks[0][groups_.tuple(group)[1]]] = group;
        std::erase(at_rank, kNoGroup);
        return at_rank;
    }
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        auto* x = groups_.tuple(a);
        auto* y = groups_.tuple(b);
        if (x[0] != y[0]) return x[0] < y[0];
        for (std::size_t k = 0; k < ranks.size(); ++k)
            if (x[k + 1] != y[k + 1]) return ranks[k][x[k + 1]] < ranks[k][y[k + 1]];
        return false;
    });
    return order;
}

Result<GroupedRows> GroupByState::all_rows(std::vector<double>& scores) const {
    GroupedRows inner;
    if (inner_) {
        inner_->grow(std::max(groups_.size(), 1U));
        TRY(inner, inner_->rows());
    }
    std::vector<std::uint32_t> begins(groups_.size() + 2);
    for (auto group : inner.groups)
        if (group < groups_.size()) ++begins[group + 1];
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    auto sums = numeric_sums(inner.table, options_.keys);

    GroupedRows out;
    std::vector<std::uint32_t> from;
    std::vector<std::uint32_t> groups;
    for (auto group : sorted_groups()) {
        auto score =
            std::accumulate(sums.begin() + begins[group], sums.begin() + begins[group + 1], 0.0);
        auto add = [&](std::uint32_t row) {
            from.push_back(row);
            groups.push_back(group);
            out.groups.push_back(groups_.tuple(group)[0]);
            scores.push_back(score);
        };
        for (auto row = begins[group]; row < begins[group + 1]; ++row) add(row);
        if (begins[group] == begins[group + 1]) add(Column::kNoCode);
    }
    out.table.rows = from.size();
    for (std::size_t k = 0; k < keys_.size(); ++k) {
        if (out.table.find(options_.keys[k])) continue;
        ColumnMaker maker(from.size());
        for (auto group : groups) maker.add(key(group, k));
        out.table.columns.emplace_back(options_.keys[k], maker.finish());
    }
    out.table.field_order = options_.keys;
    for (auto& [name, column] : inner.table.columns)
        if (!out.table.find(name))
            out.table.columns.emplace_back(name, gather_or_missing(column, from));
    for (auto& name : inner.table.field_order)
        if (std::ranges::find(options_.keys, name) == options_.keys.end())
            out.table.field_order.push_back(name);
    out.table.warnings = std::move(inner.table.warnings);
    return out;
}

void keep_rows(GroupedRows& rows, const std::vector<std::uint32_t>& kept) {
    for (auto& [name, column] : rows.table.columns) column = gather(column, kept);
    std::vector<std::uint32_t> groups;
    for (auto row : kept) groups.push_back(rows.groups[row]);
    rows.groups = std::move(groups);
    rows.table.rows = kept.size();
}

std::vector<std::uint32_t> best_rows(std::span<const std::uint32_t> groups,
                                     std::span<const double> scores, std::uint64_t limit) {
    std::vector<std::uint32_t> order(groups.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        if (groups[a] != groups[b]) return groups[a] < groups[b];
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
    std::vector<std::uint32_t> kept;
    std::uint64_t taken = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        bool is_next = i == 0 || groups[order[i]] != groups[order[i - 1]];
        taken = is_next ? 0 : taken + 1;
        if (taken < limit) kept.push_back(order[i]);
    }
    std::ranges::sort(kept);
    return kept;
}

void GroupByState::finish_rows(GroupedRows& rows, bool is_over, bool is_cut) const {
    std::string joined;
    for (auto& key : options_.keys) joined += (joined.empty() ? "" : ",") + key;
    rows.table.extra_data["groupby_fields"] = joined;
    if ((is_over && options_.warns) || is_cut)
        rows.table.warnings.push_back(
            {"GroupLimitExceeded", "groupBy() found more groups than its limit of " +
                                       std::to_string(options_.limit) +
                                       "; groups are missing. Set limit= to ask for more."});
}

Result<GroupedRows> GroupByState::rows() const {
    if (!chunks_.empty()) return spilled_rows();
    std::vector<double> scores;
    TRY(auto out, all_rows(scores));
    bool is_over = false;
    if (groups_.size() > options_.limit) {
        auto kept = best_rows(out.groups, scores, options_.limit);
        is_over = kept.size() < out.groups.size();
        keep_rows(out, kept);
    }
    finish_rows(out, is_over, is_cut_);
    return out;
}

namespace {

class GroupByAggregate final : public Aggregate {
 public:
    explicit GroupByAggregate(GroupByOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<GroupByState>(options_); }

 private:
    GroupByOptions options_;
};

}  // namespace

AggregatePtr group_by_aggregate(GroupByOptions options) {
    return std::make_unique<GroupByAggregate>(std::move(options));
}

}  // namespace logwood::exec
