#pragma once

#include "exec/plan/registry.h"

/// Factories of the functions listed in registry_core.cc; each is defined in a file of its own.
namespace logwood::exec {

lang::Checked<FilterPtr> make_in(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_cidr(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_ioc_filter(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_join_filter(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_match_filter(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_regex_filter(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_test(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_wildcard(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<OperatorPtr> make_asn(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_copy_event(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_default(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_drop(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_drop_event(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_eval(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_event_internals(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_ioc_lookup(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_param(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_ip_location(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_join_step(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_match_step(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_match_as_array(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_regex_step(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_rename(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_select(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_set_field(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<Compute> make_get_field(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_if(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_now(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_start(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_end(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<AggregatePtr> make_group_by(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_bucket(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_time_chart(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_window(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_top(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_head(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_tail(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_sort(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_table(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_stats(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_create_events(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_read_file(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_sum(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_count(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_min(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_max(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_avg(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_percentile(const lang::BoundCall& call, Compiler& compiler);

}  // namespace logwood::exec
