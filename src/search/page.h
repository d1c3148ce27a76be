#pragma once

#include <cstdint>
#include <vector>

#include "exec/query.h"
#include "search/job_view.h"

namespace logwood::search {

/// The rows that the options ask for: indices into `rows.rows`, sorted, cut to the page. Values
/// that are both numbers compare as such; rows without the field come last.
std::vector<std::uint32_t> page_of(const exec::ResultRows& rows, const PollOptions& options);

}  // namespace logwood::search
