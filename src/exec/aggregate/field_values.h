#pragma once

#include "exec/aggregate/aggregate.h"

namespace logwood::exec {

/// Looks at all fields of its rows but times and `@id`, which differ in each event: how many rows
/// have the field, about how many values it has, and the commonest of them. Its memory has bounds
/// whatever the rows hold (kValueFieldsMax, kCommonValuesKept, kCommonValueBytesMax).
///
/// Rows of the result: for each field, by name, one with `field`, `_count`, `distinct`, then one
/// for each of its commonest values with `value` and `_count`. Counts of values are exact while a
/// field has few of them, and too small by at most `_count` / kCommonValuesKept otherwise.
AggregatePtr field_values_aggregate();

}  // namespace logwood::exec
