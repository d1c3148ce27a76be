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
};

enum class Purpose : std::uint8_t { kJob, kExport };

/// Resolves times, checks what is asked for and compiles. kInvalidArgument carries the text that
/// the user is shown, for a query text with a fenced snippet; kUnsupported what is not built.
/// Events older than `age_max` are left out. Of `options` repo_name (called by scans, on any
/// thread), saved_query and lookups are the caller's to fill.
Result<PreparedQuery> prepare(const QueryInput& input, UtcTime now, Purpose purpose,
                              std::optional<Duration> age_max, exec::CompileOptions options);

/// The text of a compile error: message, blank line, fenced snippet.
std::string describe(const exec::CompileError& error);

}  // namespace logwood::search
