// The functions that the core of the language is made of; one line each.
#include "exec/plan/registry_core.h"

#include <array>

namespace logwood::exec {
namespace {

const std::array kFunctions = std::to_array<Function>({
    {"asn", OperatorFactory(make_asn)},
    {"avg", AggregateFactory(make_avg)},
    {"beta:param", OperatorFactory(make_param)},
    {"bucket", AggregateFactory(make_bucket)},
    {"cidr", FilterFactory(make_cidr)},
    {"copyEvent", OperatorFactory(make_copy_event)},
    {"count", AggregateFactory(make_count)},
    {"createEvents", AggregateFactory(make_create_events)},
    {"default", OperatorFactory(make_default)},
    {"drop", OperatorFactory(make_drop)},
    {"dropEvent", OperatorFactory(make_drop_event)},
    {"end", ComputeFactory(make_end)},
    {"eval", OperatorFactory(make_eval)},
    {"eventInternals", OperatorFactory(make_event_internals)},
    {"getField", ComputeFactory(make_get_field)},
    {"groupBy", AggregateFactory(make_group_by)},
    {"head", AggregateFactory(make_head)},
    {"if", ComputeFactory(make_if)},
    {"in", FilterFactory(make_in)},
    {"ioc:lookup", FilterFactory(make_ioc_filter), make_ioc_lookup},
    {"ipLocation", OperatorFactory(make_ip_location)},
    {"join", FilterFactory(make_join_filter), make_join_step},
    {"lookup", FilterFactory(make_match_filter), make_match_step},
    {"match", FilterFactory(make_match_filter), make_match_step},
    {"matchAsArray", OperatorFactory(make_match_as_array)},
    {"max", AggregateFactory(make_max)},
    {"min", AggregateFactory(make_min)},
    {"now", ComputeFactory(make_now)},
    {"percentile", AggregateFactory(make_percentile)},
    {"readFile", AggregateFactory(make_read_file)},
    {"regex", FilterFactory(make_regex_filter), make_regex_step},
    {"rename", OperatorFactory(make_rename)},
    {"select", OperatorFactory(make_select)},
    {"setField", OperatorFactory(make_set_field)},
    {"sort", AggregateFactory(make_sort)},
    {"start", ComputeFactory(make_start)},
    {"stats", AggregateFactory(make_stats)},
    {"sum", AggregateFactory(make_sum)},
    {"table", AggregateFactory(make_table)},
    {"tail", AggregateFactory(make_tail)},
    {"test", FilterFactory(make_test)},
    {"timeChart", AggregateFactory(make_time_chart)},
    {"top", AggregateFactory(make_top)},
    {"wildcard", FilterFactory(make_wildcard)},
    {"window", AggregateFactory(make_window)},
});

}  // namespace

std::span<const Function> core_functions() { return kFunctions; }

}  // namespace logwood::exec
