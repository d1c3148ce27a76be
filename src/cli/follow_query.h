#pragma once

#include <cstdint>

#include "cli/query_job.h"
#include "cli/row_output.h"

namespace logwood::cli {

/// Prints what a live query finds until it is interrupted: of events the `last` ones, then each new
/// one, oldest first; of aggregates each new result. A server that goes away is waited for.
ExitCode follow_query(ApiClient& client, QuerySpec spec, const OutputOptions& output,
                      std::uint64_t last);

}  // namespace logwood::cli
