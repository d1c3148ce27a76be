// The functions that the core of the language is made of; one line each.
#include "exec/registry_core.h"

#include <array>

namespace logwood::exec {
namespace {

const std::array kFunctions = std::to_array<Function>({
    {"in", FilterFactory(make_in)},
    {"now", ComputeFactory(make_now)},
    {"start", ComputeFactory(make_start)},
    {"end", ComputeFactory(make_end)},
    {"sum", AggregateFactory(make_sum)},
});

}  // namespace

std::span<const Function> core_functions() { return kFunctions; }

}  // namespace logwood::exec
