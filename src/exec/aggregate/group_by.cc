// groupBy(field, function, limit)
#include <algorithm>

#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/stats_state.h"
#include "exec/limits.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {

lang::Checked<AggregatePtr> make_group_by(const lang::BoundCall& call, Compiler& compiler) {
    GroupByOptions options;
    options.keys = call.fields("field");
    if (options.keys.empty()) return wrong_argument(call, "field", "at least one field is needed");
    options.limit = std::min(call.limit("limit", kGroupsMax), kGroupsMax);
    options.warns = !call.has("limit");
    bool is_keys_only = call.has("function") && call.aggregates("function").empty();
    if (!is_keys_only) {
        LANG_TRY(options.function, compiler.aggregates_or_count(call, "function"));
    }
    return group_by_aggregate(std::move(options));
}

}  // namespace logwood::exec
