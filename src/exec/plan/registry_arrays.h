#pragma once

#include "exec/plan/registry.h"

/// Factories of the functions listed in registry_arrays.cc; each family is defined in a file of
/// its own.
namespace logwood::exec {

lang::Checked<OperatorPtr> make_array_append(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_array_dedup(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_array_eval(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_array_exists(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_array_filter(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_array_intersection(const lang::BoundCall& call,
                                                    Compiler& compiler);
lang::Checked<AggregatePtr> make_array_reduce_all(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_array_reduce_column(const lang::BoundCall& call,
                                                     Compiler& compiler);
lang::Checked<OperatorPtr> make_array_reduce_row(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_array_rename(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_array_sort(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<AggregatePtr> make_array_union(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_bitfield_flags(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_bitfield_flags_as_array(const lang::BoundCall& call,
                                                        Compiler& compiler);
lang::Checked<Compute> make_bitfield_flags_as_string(const lang::BoundCall& call,
                                                     Compiler& compiler);
lang::Checked<AggregatePtr> make_fieldset(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<OperatorPtr> make_object_array_eval(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<FilterPtr> make_object_array_exists(const lang::BoundCall& call, Compiler& compiler);

}  // namespace logwood::exec
