// array:reduceAll(), array:reduceColumn(), array:reduceRow(): aggregates over elements of arrays.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "exec/aggregate/finished_aggregate.h"
#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/stats_state.h"
#include "exec/array/array_elements.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/plan/registry_arrays.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using model::Column;

/// No query can name this field.
constexpr std::string_view kIndexField = "\x01index";

/// The elements as rows, then the aggregate.
AggregatePtr over_elements(const lang::BoundCall& call, std::string index_field,
                           AggregatePtr aggregate) {
    auto array = call.text("array");
    auto variable = call.text("var", array);
    Plan plan;
    plan.stages.resize(2);
    plan.stages[0].steps.push_back(
        elements_step(std::move(array), std::move(variable), std::move(index_field)));
    plan.stages[0].aggregate = std::move(aggregate);
    return composite_aggregate(std::move(plan));
}

/// Per outer group the rows of each index, in their order.
struct Columns {
    std::vector<std::vector<std::uint32_t>> rows_by_index;
    std::size_t height() const {
        std::size_t most = 0;
        for (auto& rows : rows_by_index) most = std::max(most, rows.size());
        return most;
    }
};

std::vector<Columns> columns_of(const GroupedRows& rows, const Column& indices) {
    std::vector<Columns> by_group;
    for (std::uint32_t row = 0; row < rows.groups.size(); ++row) {
        if (by_group.size() <= rows.groups[row]) by_group.resize(rows.groups[row] + 1);
        auto& by_index = by_group[rows.groups[row]].rows_by_index;
        auto number = parse_number(indices[row]);
        if (!(number >= 0 && number < double(kArrayElementsMax))) continue;
        auto index = static_cast<std::size_t>(number);
        if (by_index.size() <= index) by_index.resize(index + 1);
        by_index[index].push_back(row);
    }
    return by_group;
}

/// One row a group with the results of element i as `as[i]`; several functions give `as[i].name`.
Result<GroupedRows> turn_columns(const GroupedRows& rows, const std::string& as) {
    GroupedRows out;
    auto* indices = rows.table.find(kIndexField);
    if (!indices) return out;
    auto by_group = columns_of(rows, *indices);
    std::size_t length = 0;
    for (std::uint32_t group = 0; group < by_group.size(); ++group) {
        out.groups.insert(out.groups.end(), by_group[group].height(), group);
        length = std::max(length, by_group[group].rows_by_index.size());
    }
    out.table.rows = out.groups.size();
    bool is_single = rows.table.columns.size() <= 2;
    for (std::size_t index = 0; index < length; ++index) {
        std::vector<std::uint32_t> from;
        for (auto& columns : by_group) {
            for (std::size_t i = 0; i < columns.height(); ++i) {
                bool has_one =
                    index < columns.rows_by_index.size() && i < columns.rows_by_index[index].size();
                from.push_back(has_one ? columns.rows_by_index[index][i] : Column::kNoCode);
            }
        }
        for (auto& [name, column] : rows.table.columns) {
            if (name == kIndexField) continue;
            auto field = fmt::format("{}[{}]", as, index);
            if (!is_single) field += "." + name;
            out.table.columns.emplace_back(field, gather_or_missing(column, from));
            out.table.field_order.push_back(std::move(field));
        }
    }
    out.table.warnings = rows.table.warnings;
    return out;
}

/// Aggregates each event's elements into a field.
class ReduceRowStep final : public Operator {
 public:
    ReduceRowStep(const lang::BoundCall& call, AggregatePtr function)
        : array_(call.text("array")),
          variable_(call.text("var", array_)),
          as_(call.text("as")),
          function_(std::move(function)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto elements, array_elements(batch, array_, variable_, ElementKind::kFlat));
        if (elements.rows.empty()) return {};
        auto groups = static_cast<std::uint32_t>(batch.rows());
        auto state = function_->start();
        state->grow(groups);
        TRY_OK(state->add(elements.batch, {groups, elements.rows}));
        TRY(auto results, state->rows());
        if (results.table.columns.size() != 1)
            return fail(Code::kInvalidArgument,
                        "array:reduceRow() needs a function that gives a single field");
        // Events without elements keep what they have.
        std::vector<std::uint8_t> has_elements(batch.rows());
        for (auto row : elements.rows) has_elements[row] = 1;
        std::vector<std::uint32_t> from(batch.rows(), Column::kNoCode);
        for (std::uint32_t i = 0; i < results.groups.size(); ++i) {
            auto row = results.groups[i];
            if (!has_elements[row]) continue;
            if (from[row] != Column::kNoCode)
                return fail(Code::kInvalidArgument,
                            "array:reduceRow() needs a function that gives a single row");
            from[row] = i;
        }
        return batch.assign(as_, Values(gather_or_missing(results.table.columns[0].second, from)));
    }

 private:
    std::string array_;
    std::string variable_;
    std::string as_;
    AggregatePtr function_;
};

}  // namespace

lang::Checked<AggregatePtr> make_array_reduce_all(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    return over_elements(call, "", std::move(function));
}

lang::Checked<AggregatePtr> make_array_reduce_column(const lang::BoundCall& call,
                                                     Compiler& compiler) {
    GroupByOptions options;
    options.keys = {std::string(kIndexField)};
    options.limit = kGroupsMax;
    LANG_TRY(options.function, compiler.aggregates(call.aggregates("function")));
    auto by_index =
        over_elements(call, std::string(kIndexField), group_by_aggregate(std::move(options)));
    auto turn = [as = call.text("as")](GroupedRows rows) { return turn_columns(rows, as); };
    return finished_aggregate(std::move(by_index), turn);
}

lang::Checked<OperatorPtr> make_array_reduce_row(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto function, compiler.aggregates(call.aggregates("function")));
    return std::make_unique<ReduceRowStep>(call, std::move(function));
}

}  // namespace logwood::exec
