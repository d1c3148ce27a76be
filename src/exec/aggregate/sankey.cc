// sankey(), worldMap(): groupBy()s with the columns that a widget wants.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/aggregate/finished_aggregate.h"
#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/stats_state.h"
#include "exec/limits.h"
#include "exec/plan/made_call.h"
#include "exec/plan/registry.h"
#include "exec/plan/registry_rows.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

/// What a widget calls the columns of a groupBy.
struct WidgetColumns {
    std::string_view function;                              ///< For messages.
    std::vector<std::pair<std::string, std::string>> keys;  ///< Field, name in the result.
    std::string value;                                      ///< Name of the function's column.
    std::string widget;
};

Result<GroupedRows> shape(const GroupedRows& rows, const WidgetColumns& names) {
    GroupedRows out;
    out.groups = rows.groups;
    out.table.rows = rows.table.rows;
    out.table.warnings = rows.table.warnings;
    for (auto& [field, name] : names.keys) {
        auto* column = rows.table.find(field);
        out.table.columns.emplace_back(name,
                                       column ? *column : model::Column::missing(rows.table.rows));
        out.table.field_order.push_back(name);
    }
    const model::Column* value = nullptr;
    for (auto& [name, column] : rows.table.columns) {
        auto is_it = [&](auto& key) { return key.first == name; };
        if (std::ranges::any_of(names.keys, is_it)) continue;
        if (value)
            return fail(Code::kInvalidArgument,
                        fmt::format("{}() takes a function that gives one field", names.function));
        value = &column;
    }
    out.table.columns.emplace_back(names.value,
                                   value ? *value : model::Column::missing(rows.table.rows));
    out.table.field_order.push_back(names.value);
    out.table.extra_data["ui:suggested-widget"] = names.widget;
    return out;
}

lang::Checked<AggregatePtr> keyed(const lang::BoundCall& call, Compiler& compiler,
                                  std::string_view function, const WidgetColumns& names) {
    GroupByOptions options;
    for (auto& [field, name] : names.keys) options.keys.push_back(field);
    options.needs_all_keys = true;
    options.limit = kGroupsMax;
    LANG_TRY(options.function, compiler.aggregates_or_count(call, function));
    return group_by_aggregate(std::move(options));
}

AggregatePtr shaped(AggregatePtr inner, WidgetColumns names) {
    return finished_aggregate(std::move(inner), [names = std::move(names)](GroupedRows rows) {
        return shape(rows, names);
    });
}

lang::Checked<OperatorPtr> step_of(lang::Call call, Compiler& compiler) {
    lang::Pipeline one;
    auto span = call.span;
    one.steps.push_back({std::move(call), span});
    LANG_TRY(auto steps, compiler.steps(one));
    return std::move(steps.front());
}

}  // namespace

lang::Checked<AggregatePtr> make_sankey(const lang::BoundCall& call, Compiler& compiler) {
    WidgetColumns names{"sankey", {}, "weight", "sankey"};
    names.keys = {{call.text("source"), "source"}, {call.text("target"), "target"}};
    LANG_TRY(auto groups, keyed(call, compiler, "weight", names));
    return shaped(std::move(groups), std::move(names));
}

lang::Checked<AggregatePtr> make_world_map(const lang::BoundCall& call, Compiler& compiler) {
    bool has_ip = call.has("ip");
    bool has_place = call.has("lat") && call.has("lon");
    if (has_ip == has_place || (!has_place && call.has("lat") != call.has("lon")))
        return wrong_argument(call, "ip", "give either ip, or both lat and lon");
    // No query can name this field.
    WidgetColumns names{"worldMap", {{"\x01geohash", "geohash"}}, "magnitude", "world-map"};
    Plan plan;
    plan.stages.resize(2);
    auto latitude = call.text("lat");
    auto longitude = call.text("lon");
    if (has_ip) {
        if (!find_function("ipLocation"))
            return wrong_argument(call, "ip", "places of addresses are not supported");
        auto location = made_call("ipLocation", {{"field", call.text("ip")}}, call.span());
        LANG_TRY(auto step, step_of(std::move(location), compiler));
        plan.stages[0].steps.push_back(std::move(step));
        latitude = call.text("ip") + ".lat";
        longitude = call.text("ip") + ".lon";
    }
    auto hash = made_call("geohash",
                          {{"lat", latitude},
                           {"lon", longitude},
                           {"precision", format_number(call.number("precision"))},
                           {"as", names.keys.front().first}},
                          call.span());
    LANG_TRY(auto step, step_of(std::move(hash), compiler));
    plan.stages[0].steps.push_back(std::move(step));
    LANG_TRY(plan.stages[0].aggregate, keyed(call, compiler, "magnitude", names));
    return shaped(composite_aggregate(std::move(plan)), std::move(names));
}

}  // namespace logwood::exec
