#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace logwood::search {

/// A point in time as a client gives it: absent, ms since 1970, or text (relative time, digits).
using TimeArgument = std::variant<std::monostate, std::int64_t, std::string>;

/// Rows before and after a given event.
struct Around {
    std::string event_id;
    std::int64_t timestamp_ms = 0;
    std::uint32_t before = 100;
    std::uint32_t after = 100;
};

/// Conditions under which a search may end early; any one suffices.
struct DoneCriteria {
    std::optional<double> fraction_scanned;
    std::optional<std::uint64_t> matched_events;
    std::optional<std::uint64_t> result_rows;
};

/// What a client asks for; the same for jobs and exports. Names follow the wire's.
struct QueryInput {
    std::string query_string;
    TimeArgument start;  ///< Absent: 24 hours ago.
    TimeArgument end;    ///< Absent: now.
    TimeArgument ingest_start;
    TimeArgument ingest_end;
    bool use_ingest_time = false;
    bool is_live = false;
    std::string time_zone;  ///< IANA name or offset; empty: the offset below.
    std::int32_t time_zone_offset_minutes = 0;
    std::map<std::string, std::vector<std::string>> arguments;
    bool show_query_event_distribution = false;
    bool is_interactive = false;
    bool no_result_until_done = false;
    bool include_deleted_events = false;
    std::optional<Around> around;
    std::string dashboard_filter;  ///< A query of filters, put before the query.
    bool compute_field_stats = false;
    std::optional<DoneCriteria> done_criteria;
    /// May the client search this repository or view as well? Unset: all of them. Loop thread.
    std::function<Result<void>(std::string_view name)> may_search;
};

}  // namespace logwood::search
