// The functions on rows: shapes for widgets, sequences, sessions; one line each.
#include "exec/plan/registry_rows.h"

#include <array>

namespace logwood::exec {
namespace {

const std::array kFunctions = std::to_array<Function>({
    {"accumulate", AggregateFactory(make_accumulate)},
    {"appendAggregation", AggregateFactory(make_append_aggregation)},
    {"callFunction", AggregateFactory(make_call_function)},
    {"correlate", AggregateFactory(make_correlate)},
    {"counterAsRate", AggregateFactory(make_counter_as_rate)},
    {"neighbor", AggregateFactory(make_neighbor)},
    {"partition", AggregateFactory(make_partition)},
    {"percentage", AggregateFactory(make_percentage)},
    {"sankey", AggregateFactory(make_sankey)},
    {"selfJoin", AggregateFactory(make_self_join), make_self_join_step},
    {"selfJoinFilter", FilterFactory(make_self_join_filter)},
    {"series", AggregateFactory(make_series)},
    {"session", AggregateFactory(make_session)},
    {"slidingTimeWindow", AggregateFactory(make_sliding_time_window)},
    {"slidingWindow", AggregateFactory(make_sliding_window)},
    {"transpose", AggregateFactory(make_transpose)},
    {"worldMap", AggregateFactory(make_world_map)},
});

}  // namespace

std::span<const Function> row_functions() { return kFunctions; }

}  // namespace logwood::exec
