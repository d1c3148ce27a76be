#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/query.h"
#include "model/time_range.h"

namespace logwood::exec {

/// A query that runs before the query, for it.
struct InputOutline {
    std::string name;                 ///< What asks for it.
    std::optional<std::string> view;  ///< Unset: where the query itself looks.
    model::TimeRange interval;
};

/// What a query does, as far as its text tells: what people ask of a query that is slow.
struct QueryOutline {
    std::string canonical;  ///< The text as lang::format_text() writes it.
    model::TimeRange interval;
    std::vector<InputOutline> inputs;  ///< In the order in which they run.
    bool is_aggregate = false;
    /// Steps that run where the rows are, each as it stands in the text, in order. Filters next to
    /// each other run cheapest first.
    std::vector<std::string> scan_steps;
    /// Those of them that can rule out segments and records by their tags, unread.
    std::vector<std::string> tag_filters;
    /// The aggregate whose states are made where the rows are, then merged; empty: the newest rows.
    std::string aggregate;
    std::vector<std::string> result_steps;  ///< Run once, over the rows that the aggregate gives.
    /// Stored fields that scanning may read, sorted. A step that sets a field hides it.
    std::vector<std::string> fields;
    bool reads_all_fields = false;  ///< Whole events are given, or a text is looked for in all.
};

/// Compiles the query and describes it; the errors are those of Query::compile(). Any thread.
std::expected<QueryOutline, CompileError> outline(std::string_view text,
                                                  const CompileOptions& options);

/// The text in canonical form, comments kept (lang::format_text); it must parse, not compile.
std::expected<std::string, CompileError> format(std::string_view text);

/// Says what Query::compile() would say of a text, without data: also regexes, names of time zones
/// and limits are looked at. Parameters need no values; the interval is the default one, the 24
/// hours before `now`.
std::expected<void, CompileError> lint(std::string_view text, UtcTime now);

}  // namespace logwood::exec
