#pragma once

#include "exec/plan/registry.h"

/// Factories of the functions listed in registry_rows.cc; each family is defined in a file of
/// its own.
namespace logwood::exec {

lang::Checked<AggregatePtr> make_accumulate(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_append_aggregation(const lang::BoundCall& call,
                                                    Compiler& compiler);
lang::Checked<AggregatePtr> make_call_function(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_correlate(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_counter_as_rate(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_neighbor(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_partition(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_percentage(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_sankey(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_self_join(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_self_join_step(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_self_join_filter(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_series(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_session(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_sliding_time_window(const lang::BoundCall& call,
                                                     Compiler& compiler);
lang::Checked<AggregatePtr> make_sliding_window(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_transpose(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_world_map(const lang::BoundCall& call, Compiler& compiler);

}  // namespace logwood::exec
