#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

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
    model::TimeRange interval;
    std::string text;  ///< As the client gave it; `*` for an empty one.
    std::shared_ptr<const exec::Query> query;
    /// Set when events around an event are asked for: `query` finds the older ones, `newer` the
    /// others.
    std::optional<Around> around;
    std::shared_ptr<const exec::Query> newer;
    /// Counts the rows that `query` filters, by time; null unless asked for.
    std::shared_ptr<const exec::Query> distribution;
    bool hides_until_done = false;
    std::optional<DoneCriteria> done_criteria;
    /// Set for live queries: all queries above are LiveQuery then, and `interval` is the window as
    /// it is at first.
    std::optional<SlidingWindow> live;
};

enum class Purpose : std::uint8_t { kJob, kExport };

/// Resolves times, checks what is asked for and compiles. kInvalidArgument carries the text that
/// the user is shown, for a query text with a fenced snippet; kUnsupported what is not built.
/// Events older than `age_max` are left out. `repo_name` is called by scans, on any thread.
Result<PreparedQuery> prepare(const QueryInput& input, UtcTime now, Purpose purpose,
                              std::optional<Duration> age_max,
                              std::function<std::string(RepoId)> repo_name);

/// The text of a compile error: message, blank line, fenced snippet.
std::string describe(const exec::CompileError& error);

}  // namespace logwood::search
