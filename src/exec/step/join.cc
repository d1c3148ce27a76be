// join(): keeps the events whose key a sub-query's rows have, and adds fields of these rows.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "exec/filter/filter_logic.h"
#include "exec/limits.h"
#include "exec/plan/inputs.h"
#include "exec/plan/registry_core.h"
#include "exec/step/match.h"

namespace logwood::exec {

namespace {

/// Rows have the key's fields and those included, which are empty texts where a row lacks them.
lang::Checked<std::shared_ptr<const LookupUse>> use_of(const lang::BoundCall& call,
                                                       Compiler& compiler) {
    if (!compiler.inputs()) return lang::wrong(call.span(), "join() cannot be used here");
    if (call.boolean("live"))
        return wrong_argument(call, "live", "a sub-query cannot be live in a query that is not");
    LookupRequest lookup{.function = "join",
                         .file = "of the sub-query",
                         .fields = call.fields("field"),
                         .columns = call.fields("key"),
                         .include = call.texts("include")};
    if (lookup.fields.empty()) return wrong_argument(call, "field", "a field is needed");
    if (lookup.columns.empty()) lookup.columns = lookup.fields;
    if (lookup.columns.size() != lookup.fields.size())
        return wrong_argument(call, "key",
                              fmt::format("there are {} key fields for {} fields",
                                          lookup.columns.size(), lookup.fields.size()));
    auto limit = call.limit("limit", kJoinRowsMax);
    if (limit < 1 || limit > kJoinRowsMax)
        return wrong_argument(call, "limit",
                              fmt::format("the limit must be from 1 to {}", kJoinRowsMax));
    TableRequest request{.name = "join()",
                         .columns = lookup.columns,
                         .events_max = limit,
                         .rows_max = limit,
                         .warns = !call.has("limit"),
                         .filled = {}};
    bool takes_all = std::ranges::find(lookup.include, "*") != lookup.include.end();
    if (takes_all) {
        request.columns.clear();
        lookup.include = {"*"};
    }
    for (const auto& field : lookup.include) {
        bool is_key = std::ranges::find(lookup.columns, field) != lookup.columns.end();
        if (!takes_all && !is_key) request.filled.push_back(field);
    }
    std::ranges::copy(request.filled, std::back_inserter(request.columns));
    LANG_TRY(auto table, compiler.inputs()->add_table(call, std::move(request)));
    return LookupUse::of_table(std::move(lookup), std::move(table));
}

}  // namespace

lang::Checked<FilterPtr> make_join_filter(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto use, use_of(call, compiler));
    if (call.text("mode") == "left") return constant_filter(true);
    return match_filter(std::move(use));
}

lang::Checked<OperatorPtr> make_join_step(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto use, use_of(call, compiler));
    auto rows_max = call.number("max");
    if (!(rows_max >= 1 && rows_max <= double{kJoinRowsMax}))
        return wrong_argument(call, "max", fmt::format("max must be from 1 to {}", kJoinRowsMax));
    return match_step(std::move(use), call.text("mode") != "left",
                      static_cast<std::uint64_t>(rows_max));
}

}  // namespace logwood::exec
