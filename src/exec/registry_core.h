#pragma once

#include "exec/registry.h"

/// Factories of the functions listed in registry_core.cc; each is defined in a file of its own.
namespace logwood::exec {

lang::Checked<FilterPtr> make_in(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<Compute> make_now(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_start(const lang::BoundCall& call, Compiler& compiler);
lang::Checked<Compute> make_end(const lang::BoundCall& call, Compiler& compiler);

lang::Checked<AggregatePtr> make_sum(const lang::BoundCall& call, Compiler& compiler);

}  // namespace logwood::exec
