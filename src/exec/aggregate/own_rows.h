#pragma once

#include <functional>

#include "exec/aggregate/aggregate.h"

namespace logwood::exec {

/// An aggregate that gives the rows that `make` makes, whatever events come; any thread calls it.
AggregatePtr own_rows(std::function<Result<RowTable>()> make);

}  // namespace logwood::exec
