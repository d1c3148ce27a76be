#pragma once

#include <cstdint>
#include <vector>

#include "exec/columns/batch.h"

namespace logwood::exec {

/// The time of each row, ns: of `@timestamp` as it is now, also where steps have changed it;
/// UtcTime::min() where there is none.
Result<std::vector<std::int64_t>> event_times(Batch& batch);

}  // namespace logwood::exec
