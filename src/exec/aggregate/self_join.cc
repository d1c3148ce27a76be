// selfJoin(): a groupBy() behind the step of selfJoinFilter() that collects or selects fields. Keys
// that came through by mistake, which is rare, go with `postfilter`: each filter then has to match
// an event of the key.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/aggregate/finished_aggregate.h"
#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/stats_state.h"
#include "exec/limits.h"
#include "exec/plan/made_call.h"
#include "exec/plan/registry_rows.h"
#include "lang/catalogue/signature.h"

namespace logwood::exec {

namespace {

/// `function(fields)`.
lang::Checked<AggregatePtr> of_fields(std::string_view function,
                                      const std::vector<std::string>& fields, lang::Span span,
                                      Compiler& compiler) {
    auto call = made_call(function, {}, span);
    lang::Array list;
    for (const auto& field : fields)
        list.items.push_back({lang::Literal{lang::LiteralKind::kString, {}, span, field}, span});
    const auto* parameter = call.signature->unnamed();
    call.arguments.push_back({parameter->name, span, lang::Expr{std::move(list), span}, parameter});
    return compiler.aggregate_call(call);
}

std::string count_name(std::size_t filter) { return fmt::format("@where[{}]", filter); }

/// How many events of a key a filter matches.
lang::Checked<AggregatePtr> count_matches(const lang::Pipeline& where, std::string as,
                                          Compiler& compiler) {
    Plan plan;
    plan.stages.resize(2);
    LANG_TRY(auto filter, compiler.filter(where));
    plan.stages[0].steps.push_back(filter_step(std::move(filter)));
    plan.stages[0].aggregate = count_aggregate(std::move(as));
    return composite_aggregate(std::move(plan));
}

/// Keeps the rows of which all counts are above 0, without the counts.
Result<GroupedRows> drop_unmatched(GroupedRows rows, std::size_t filters) {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t row = 0; row < rows.table.rows; ++row) {
        bool is_whole = true;
        for (std::size_t i = 0; i < filters && is_whole; ++i) {
            const auto* counts = rows.table.find(count_name(i));
            is_whole = counts && !model::is_missing((*counts)[row]) && (*counts)[row] != "0";
        }
        if (is_whole) kept.push_back(row);
    }
    keep_rows(rows, kept);
    for (std::size_t i = 0; i < filters; ++i) {
        auto name = count_name(i);
        std::erase_if(rows.table.columns, [&](const auto& column) { return column.first == name; });
        std::erase(rows.table.field_order, name);
    }
    return rows;
}

}  // namespace

lang::Checked<AggregatePtr> make_self_join(const lang::BoundCall& call, Compiler& compiler) {
    std::vector<AggregatePtr> parts;
    for (auto [parameter, function] :
         {std::pair("collect", "collect"), std::pair("select", "selectLast")}) {
        auto fields = call.fields(parameter);
        if (fields.empty()) continue;
        LANG_TRY(auto part, of_fields(function, fields, call.span(), compiler));
        parts.push_back(std::move(part));
    }
    auto where = call.pipelines("where");
    bool checks_again = call.boolean("postfilter");
    for (std::size_t i = 0; i < where.size() && checks_again; ++i) {
        LANG_TRY(auto part, count_matches(*where[i], count_name(i), compiler));
        parts.push_back(std::move(part));
    }
    GroupByOptions options{.keys = call.fields("field"), .needs_all_keys = true, .function = {}};
    options.limit = std::min(call.limit("limit", kGroupsMax), kGroupsMax);
    options.warns = !call.has("limit");
    if (parts.size() == 1) options.function = std::move(parts[0]);
    if (parts.size() > 1) options.function = stats_aggregate(std::move(parts));
    auto grouped = group_by_aggregate(std::move(options));
    if (!checks_again) return grouped;
    return finished_aggregate(std::move(grouped), [filters = where.size()](GroupedRows rows) {
        return drop_unmatched(std::move(rows), filters);
    });
}

}  // namespace logwood::exec
