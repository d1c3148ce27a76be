#pragma once

#include <string>
#include <vector>

#include "api/json_writer.h"
#include "search/job_view.h"
#include "search/search.h"

namespace logwood::api {

/// The answer to a created job.
std::string render_created(const search::CreatedJob& job);

/// The answer to a poll, as the query API describes it, plus `metaData.missing` (what a complete
/// answer lacks) and `metaData.cut` (the point in each partition up to which the answer looked).
/// Any thread.
std::string render_job(const search::JobView& view);

/// Writes members: what was done for a job, and what it cost.
void write_figures(JsonWriter& json, const search::JobView& view);
/// Writes the member `missing`.
void write_missing(JsonWriter& json, const std::vector<search::Missing>& missing);

}  // namespace logwood::api
