#pragma once

#include <cstdint>
#include <memory>

#include "exec/filter/filter.h"
#include "exec/lookup/lookup_use.h"
#include "exec/step/operator.h"

namespace logwood::exec {

/// Passes the rows that a table has a row for.
FilterPtr match_filter(std::shared_ptr<const LookupUse> use);
/// Adds columns of at most `rows_max` rows of a table to each row, which is multiplied for it; with
/// `strict`, rows that the table has none for are dropped.
OperatorPtr match_step(std::shared_ptr<const LookupUse> use, bool strict, std::uint64_t rows_max);

}  // namespace logwood::exec
