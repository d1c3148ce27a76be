#pragma once

#include <cstdint>
#include <optional>

#include "exec/outline.h"
#include "search/job_view.h"

namespace logwood::search {

/// What a query does and where it would look, decided as for a query that runs.
struct Explanation {
    exec::QueryOutline outline;
    model::TimeRange event_times;   ///< Of what is looked at.
    model::TimeRange ingest_times;  ///< The same, by arrival.

    /// Live segments of the repository, by what becomes of them.
    struct Segments {
        std::uint64_t total = 0;
        std::uint64_t pruned_by_tags = 0;  ///< Or by arrival.
        std::uint64_t pruned_by_time = 0;
        std::uint64_t read = 0;
    } segments;
    /// Row groups of the segments that are read, of at most kExplainOpenMax of them.
    struct RowGroups {
        std::uint64_t total = 0;
        std::uint64_t pruned_by_time = 0;
        std::uint64_t read = 0;  ///< Or ruled out by a dictionary, which only a run tells.
        std::uint64_t raw_bytes = 0;
        std::uint64_t segments_not_opened = 0;
    } row_groups;
    /// Records of open blocks.
    struct Records {
        std::uint64_t pruned = 0;
        std::uint64_t read = 0;
    } records;

    std::vector<Missing> missing;
    std::optional<JobView> run;  ///< Set when it was asked to run; done unless it took too long.
};

}  // namespace logwood::search
