// The functions on arrays, bit fields and sets of names; one line each.
#include "exec/plan/registry_arrays.h"

#include <array>

namespace logwood::exec {
namespace {

const std::array kFunctions = std::to_array<Function>({
    {"array:append", OperatorFactory(make_array_append)},
    {"array:dedup", OperatorFactory(make_array_dedup)},
    {"array:eval", OperatorFactory(make_array_eval)},
    {"array:exists", FilterFactory(make_array_exists)},
    {"array:filter", OperatorFactory(make_array_filter)},
    {"array:intersection", AggregateFactory(make_array_intersection)},
    {"array:reduceAll", AggregateFactory(make_array_reduce_all)},
    {"array:reduceColumn", AggregateFactory(make_array_reduce_column)},
    {"array:reduceRow", OperatorFactory(make_array_reduce_row)},
    {"array:rename", OperatorFactory(make_array_rename)},
    {"array:sort", OperatorFactory(make_array_sort)},
    {"array:union", AggregateFactory(make_array_union)},
    {"bitfield:extractFlags", OperatorFactory(make_bitfield_flags)},
    {"bitfield:extractFlagsAsArray", OperatorFactory(make_bitfield_flags_as_array)},
    {"bitfield:extractFlagsAsString", ComputeFactory(make_bitfield_flags_as_string)},
    {"fieldset", AggregateFactory(make_fieldset)},
    {"objectArray:eval", OperatorFactory(make_object_array_eval)},
    {"objectArray:exists", FilterFactory(make_object_array_exists)},
});

}  // namespace

std::span<const Function> array_functions() { return kFunctions; }

}  // namespace logwood::exec
