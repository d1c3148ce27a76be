#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "exec/plan/compiler.h"

namespace logwood::exec {

/// A compute function: an expression, and the field that a step of its own writes.
struct Compute {
    std::string target;
    ExpressionPtr expression;
};

using FilterFactory = lang::Checked<FilterPtr> (*)(const lang::BoundCall&, Compiler&);
using ComputeFactory = lang::Checked<Compute> (*)(const lang::BoundCall&, Compiler&);
using OperatorFactory = lang::Checked<OperatorPtr> (*)(const lang::BoundCall&, Compiler&);
using AggregateFactory = lang::Checked<AggregatePtr> (*)(const lang::BoundCall&, Compiler&);

/// How a function of the language is made. A filter may also be a step when it extracts fields, and
/// an aggregate may have one that goes before it: then `step` is set beside `make`.
struct Function {
    std::string_view name;  ///< Canonical, as in lang's signatures.
    std::variant<FilterFactory, ComputeFactory, OperatorFactory, AggregateFactory> make;
    OperatorFactory step = nullptr;
};

/// Null: not built here, or of the preamble, which is no step.
const Function* find_function(std::string_view name);
/// True when queries may have the function, also in the preamble.
bool is_built(std::string_view name);

/// The lists; one line a function.
std::span<const Function> core_functions();   ///< registry_core.cc
std::span<const Function> value_functions();  ///< registry_values.cc
std::span<const Function> array_functions();  ///< registry_arrays.cc
std::span<const Function> row_functions();    ///< registry_rows.cc

}  // namespace logwood::exec
