#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "exec/query.h"
#include "model/time_range.h"
#include "search/data.h"
#include "search/query_input.h"

namespace logwood::search {

/// What was done so far, and what it cost.
struct Progress {
    std::uint64_t work_total = 0;  ///< Segments and slices of open records.
    std::uint64_t work_done = 0;
    std::uint64_t events_processed = 0;
    std::uint64_t bytes_processed = 0;  ///< Original bytes.
    std::uint64_t bytes_read = 0;       ///< Stored bytes, read and decoded.
    std::uint64_t bytes_skipped = 0;    ///< Of row groups looked at, but not read.
    std::uint64_t blocks_read = 0;      ///< Row groups and open records.
    std::uint64_t blocks_skipped = 0;   ///< Those ruled out unread, whole segments counted as one.
    std::uint64_t matched = 0;          ///< Rows that passed all filters.
};

/// How a client wants the rows of a poll.
struct PollOptions {
    std::size_t offset = 0;
    std::optional<std::size_t> limit;
    std::string sort_by;  ///< A field; empty: the result's own order.
    bool descending = false;
    bool only_heartbeat = false;
};

/// A job as it was at one moment. Everything in it is the caller's.
struct JobView {
    /// All is scanned; of a live query: its history is, and the result goes on changing.
    bool done = false;
    bool cancelled = false;  ///< Stopped before its end: by a limit or an error, see `warnings`.
    bool is_aggregate = false;
    bool has_more_events = false;
    std::shared_ptr<const exec::ResultRows> result;  ///< Never null.
    std::vector<std::uint32_t> page;                 ///< Rows of `result` to show, in order.
    std::shared_ptr<const exec::BesideRows> beside;  ///< Null unless asked for.
    std::vector<exec::Warning> warnings;             ///< Limits that were hit.
    /// What the answer lacks. A done job with nothing here and not cancelled is complete.
    std::vector<Missing> missing;
    Progress progress;
    model::TimeRange interval;
    std::string interval_zone;  ///< Set when the text names the interval, in this zone.
    QueryInput filter;          ///< Gives the events behind the result.
    unsigned host_number = 0;   ///< Of the node that answers.
    std::uint64_t plan_version = 0;
    std::vector<PartitionCut> cuts;
    Duration elapsed{};
    bool is_live = false;
    Duration live_cost{};  ///< Time that workers spent on the live part.
    Duration lag{};        ///< How long the oldest event that came in waits to be looked at.
    Duration queued{};     ///< Of that, before there was a plan.
    Duration poll_after{};
};

}  // namespace logwood::search
