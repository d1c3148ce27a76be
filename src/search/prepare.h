#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "exec/query.h"
#include "model/time_range.h"
#include "search/query_input.h"

namespace logwood::search {

/// The sliding window of a live query.
struct SlidingWindow {
    Duration span{};
    Duration bucket{};  ///< It slides in steps of this.
};

/// A query that is ready to run.
struct PreparedQuery {
    model::TimeRange interval;     ///< What the client asked for.
    model::TimeRange event_times;  ///< Event times that the queries look at.
    std::string interval_zone;     ///< Set when the text itself names the interval, in this zone.
    std::string text;              ///< As the client gave it; `*` for an empty one.
    std::string full_text;         ///< With the dashboard's filter in front.
    exec::CompileOptions options;
    /// Holds the options' space until the result is made; null when there is none.
    std::shared_ptr<exec::SpillSpace> spill;
    std::shared_ptr<const exec::Query> query;
    QueryInput filter;  ///< The part left of the first aggregate, with resolved times.
    /// Set when events around an event are asked for: `query` finds the older ones, `newer` the
    /// others.
    std::optional<Around> around;
    std::shared_ptr<const exec::Query> newer;
    /// Counts rows beside the result (by time, by field): `query` itself, or a third one around an
    /// event; null unless asked for.
    std::shared_ptr<const exec::Query> counting;
    /// Of all these queries: what has to run before them.
    std::vector<exec::Input> inputs;
    bool hides_until_done = false;
    std::optional<DoneCriteria> done_criteria;
    /// Set for live queries: all queries above are LiveQuery then, and `interval` is the window as
    /// it is at first.
    std::optional<SlidingWindow> live;
};

enum class Purpose : std::uint8_t { kJob, kExport };

/// Resolves times, checks what is asked for and compiles. kInvalidArgument carries the text that
/// the user is shown, for a query text with a fenced snippet; kUnsupported what is not built.
/// With `use_ingest_time` the interval speaks of arrival, of the rows and of nothing else.
/// Events older than `age_max` are left out. Of `options` repo_name (called by scans, on any
/// thread), saved_query, lookups and view are the caller's to fill.
Result<PreparedQuery> prepare(const QueryInput& input, UtcTime now, Purpose purpose,
                              std::optional<Duration> age_max, exec::CompileOptions options);

/// The text of a compile error: message, blank line, fenced snippet.
std::string describe(const exec::CompileError& error);

}  // namespace logwood::search
