// Aggregates made of aggregates: side by side (stats) and one after another (composites).
#include "exec/aggregate/stats_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

namespace {

/// Which row of each part makes a row of the product; kNoCode: none.
struct Product {
    std::vector<std::vector<std::uint32_t>> rows;  ///< By part, then row.
    std::vector<std::uint32_t> groups;
};

/// Where the rows of each group begin in a part: `count + 1` positions.
std::vector<std::uint32_t> begins_of(const GroupedRows& part, std::uint32_t count) {
    std::vector<std::uint32_t> begins(count + 1);
    for (auto group : part.groups) ++begins[group + 1];
    for (std::uint32_t g = 0; g < count; ++g) begins[g + 1] += begins[g];
    return begins;
}

Result<Product> multiply(const std::vector<GroupedRows>& parts, std::uint32_t count) {
    Product product;
    product.rows.resize(parts.size());
    std::vector<std::vector<std::uint32_t>> begins;
    for (auto& part : parts) begins.push_back(begins_of(part, count));
    for (std::uint32_t group = 0; group < count; ++group) {
        std::size_t total = 1;
        bool has_rows = false;
        for (auto& begin : begins) {
            auto size = begin[group + 1] - begin[group];
            has_rows |= size > 0;
            total *= std::max<std::size_t>(size, 1);
            if (total + product.groups.size() > kProductRowsMax)
                return fail(Code::kTooLarge, "the functions together give too many rows");
        }
        if (!has_rows) continue;
        for (std::size_t i = 0; i < total; ++i) {
            auto rest = i;
            for (auto part = parts.size(); part-- > 0;) {
                auto begin = begins[part][group];
                auto size = begins[part][group + 1] - begin;
                product.rows[part].push_back(
                    size == 0 ? Column::kNoCode : begin + static_cast<std::uint32_t>(rest % size));
                rest /= std::max<std::size_t>(size, 1);
            }
            product.groups.push_back(group);
        }
    }
    return product;
}

/// Adds a column; one of that name must agree where both have values.
Result<void> add_column(RowTable& table, const std::string& name, Column column) {
    auto known = std::ranges::find(table.columns, name, [](auto& held) { return held.first; });
    if (known == table.columns.end()) {
        table.columns.emplace_back(name, std::move(column));
        return {};
    }
    for (std::size_t row = 0; row < table.rows; ++row) {
        auto a = known->second[row];
        auto b = column[row];
        if (!model::is_missing(a) && !model::is_missing(b) && a != b)
            return fail(Code::kInvalidArgument,
                        fmt::format("two functions give the field {} different values: name one "
                                    "of them with as=",
                                    name));
    }
    known->second = first_present(known->second, column);
    return {};
}

class StatsState final : public AggregateState {
 public:
    explicit StatsState(std::vector<AggregateStatePtr> parts) : parts_(std::move(parts)) {}

    void grow(std::uint32_t count) override {
        count_ = std::max(count_, count);
        for (auto& part : parts_) part->grow(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        for (auto& part : parts_) TRY_OK(part->add(batch, groups));
        return {};
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        grow(count);
        auto& other = static_cast<const StatsState&>(from);
        for (std::size_t i = 0; i < parts_.size(); ++i)
            TRY_OK(parts_[i]->merge(*other.parts_[i], to, count));
        return {};
    }
    void serialise(ByteWriter& out) const override {
        for (auto& part : parts_) part->serialise(out);
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        count_ = count;
        for (auto& part : parts_) TRY_OK(part->deserialise(in, count));
        return {};
    }
    std::size_t memory() const override {
        std::size_t bytes = 0;
        for (auto& part : parts_) bytes += part->memory();
        return bytes;
    }
    Result<GroupedRows> rows() const override {
        std::vector<GroupedRows> parts;
        for (auto& part : parts_) {
            TRY(auto rows, part->rows());
            parts.push_back(std::move(rows));
        }
        TRY(auto product, multiply(parts, count_));
        GroupedRows out;
        out.table.rows = product.groups.size();
        out.groups = std::move(product.groups);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto& table = parts[i].table;
            for (auto& [name, column] : table.columns)
                TRY_OK(add_column(out.table, name, gather_or_missing(column, product.rows[i])));
            for (auto& name : table.field_order)
                if (std::ranges::find(out.table.field_order, name) == out.table.field_order.end())
                    out.table.field_order.push_back(name);
            out.table.warnings.insert(out.table.warnings.end(), table.warnings.begin(),
                                      table.warnings.end());
            out.table.extra_data.merge(table.extra_data);
        }
        return out;
    }
    bool is_settled_before(std::int64_t time_ns) const override {
        return !parts_.empty() && std::ranges::all_of(parts_, [=](auto& part) {
            return part->is_settled_before(time_ns);
        });
    }

 private:
    std::vector<AggregateStatePtr> parts_;
    std::uint32_t count_ = 1;
};

class StatsAggregate final : public Aggregate {
 public:
    explicit StatsAggregate(std::vector<AggregatePtr> parts) : parts_(std::move(parts)) {}
    AggregateStatePtr start() const override {
        std::vector<AggregateStatePtr> states;
        for (auto& part : parts_) states.push_back(part->start());
        return std::make_unique<StatsState>(std::move(states));
    }

 private:
    std::vector<AggregatePtr> parts_;
};

/// Runs the steps on a fork and says which group each row left is in.
struct Prepared {
    Batch batch;
    std::vector<std::uint32_t> of_rows;  ///< Empty when all rows are in group 0.
};

Result<Prepared> prepare(const std::vector<OperatorPtr>& steps, Batch& batch,
                         std::span<const std::uint32_t> groups) {
    Prepared out{batch.fork(), {}};
    TRY_OK(run_all(steps, out.batch));
    if (groups.empty()) return out;
    out.of_rows = out.batch.trace();
    for (auto& row : out.of_rows) row = groups[row];
    return out;
}

class CompositeState final : public AggregateState {
 public:
    explicit CompositeState(const Plan& plan)
        : plan_(plan), inner_(plan.stages[0].aggregate->start()) {}

    void grow(std::uint32_t count) override {
        count_ = std::max(count_, count);
        inner_->grow(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        auto& steps = plan_.stages[0].steps;
        if (steps.empty()) return inner_->add(batch, groups);
        TRY(auto prepared, prepare(steps, batch, groups.of_rows));
        if (prepared.batch.rows() == 0) return {};
        return inner_->add(prepared.batch, {groups.count, prepared.of_rows});
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        grow(count);
        return inner_->merge(*static_cast<const CompositeState&>(from).inner_, to, count);
    }
    void serialise(ByteWriter& out) const override { inner_->serialise(out); }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        count_ = count;
        return inner_->deserialise(in, count);
    }
    std::size_t memory() const override { return inner_->memory(); }
    Result<GroupedRows> rows() const override {
        TRY(auto rows, inner_->rows());
        return finish_plan(plan_, std::move(rows), count_);
    }

 private:
    const Plan& plan_;
    AggregateStatePtr inner_;
    std::uint32_t count_ = 1;
};

class CompositeAggregate final : public Aggregate {
 public:
    explicit CompositeAggregate(Plan plan) : plan_(std::move(plan)) {}
    AggregateStatePtr start() const override { return std::make_unique<CompositeState>(plan_); }

 private:
    Plan plan_;
};

}  // namespace

Result<GroupedRows> finish_plan(const Plan& plan, GroupedRows rows, std::uint32_t groups) {
    for (std::size_t i = 1; i < plan.stages.size(); ++i) {
        auto& stage = plan.stages[i];
        if (stage.steps.empty() && !stage.aggregate) break;
        auto extra_data = std::move(rows.table.extra_data);
        auto warnings = std::move(rows.table.warnings);
        Batch whole(std::move(rows.table));
        TRY(auto prepared, prepare(stage.steps, whole, rows.groups));
        if (stage.aggregate) {
            auto state = stage.aggregate->start();
            state->grow(groups);
            std::span<const std::uint32_t> of_rows = prepared.of_rows;
            if (groups == 1) of_rows = {};
            if (prepared.batch.rows() > 0) TRY_OK(state->add(prepared.batch, {groups, of_rows}));
            TRY(rows, state->rows());
        } else {
            TRY(rows.table, prepared.batch.to_table());
            rows.table.extra_data = std::move(extra_data);
            rows.groups = std::move(prepared.of_rows);
        }
        rows.table.warnings.insert(rows.table.warnings.begin(), warnings.begin(), warnings.end());
    }
    return rows;
}

AggregatePtr stats_aggregate(std::vector<AggregatePtr> parts) {
    return std::make_unique<StatsAggregate>(std::move(parts));
}

AggregatePtr composite_aggregate(Plan plan) {
    return std::make_unique<CompositeAggregate>(std::move(plan));
}

}  // namespace logwood::exec
