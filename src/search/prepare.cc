// Restrictions that are not part of the query text (ingest time, dashboard filter) become filters
// in front of it. The user's text is compiled alone first, so that errors point into it.
#include "search/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/time_zone.h"
#include "search/around.h"
#include "search/limits.h"
#include "search/time_argument.h"

namespace logwood::search {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
/// What nanoseconds can say, rounded down: year 2255.
constexpr std::int64_t kTimestampMsMax = 9'000'000'000'000;

Result<void> check_supported(const QueryInput& input) {
    if (input.is_live) return fail(Code::kUnsupported, "live queries are not supported yet");
    if (input.use_ingest_time)
        return fail(Code::kUnsupported,
                    "searching by ingest time (useIngestTime) is not supported yet; ingestStart "
                    "and ingestEnd are");
    if (input.around && std::max(input.around->before, input.around->after) > kAroundMax)
        return fail(
            Code::kInvalidArgument,
            fmt::format("At most {} events before and after an event can be shown.", kAroundMax));
    if (input.query_string.size() > kQueryTextBytesMax)
        return fail(Code::kInvalidArgument,
                    fmt::format("The query has {} bytes; at most {} are allowed.",
                                input.query_string.size(), kQueryTextBytesMax));
    return {};
}

Result<exec::TimeZone> time_zone_of(const QueryInput& input) {
    if (!input.time_zone.empty()) return exec::TimeZone::find(input.time_zone);
    if (input.time_zone_offset_minutes == 0) return exec::TimeZone::find("UTC");
    return exec::TimeZone::fixed(input.time_zone_offset_minutes * 60);
}

/// The wire knows milliseconds; an event of this very one is in the past already.
TimeContext time_context(UtcTime now, const exec::TimeZone& zone) {
    return {.now = UtcTime::from_ms(now.ms() + 1),
            .utc_offset = [zone](UtcTime time) { return zone.offset_ns_at(time) / kSecondNs; }};
}

Result<model::TimeRange> interval_of(const QueryInput& input, const TimeContext& context) {
    TRY(auto start, resolve_time(input.start, "start", context));
    TRY(auto end, resolve_time(input.end, "end", context));
    model::TimeRange range{.start = start.value_or(context.now - kDefaultWindow),
                           .end = end.value_or(context.now)};
    if (range.end < range.start)
        return fail(Code::kInvalidArgument,
                    fmt::format("The time interval ends before it starts: start={} end={}",
                                range.start.ms(), range.end.ms()));
    return range;
}

/// Filters in front of the query; empty when there are none.
Result<std::string> prefix_of(const QueryInput& input, const TimeContext& context) {
    std::string prefix;
    TRY(auto ingest_start, resolve_time(input.ingest_start, "ingestStart", context));
    TRY(auto ingest_end, resolve_time(input.ingest_end, "ingestEnd", context));
    if (ingest_start) prefix += fmt::format("@ingesttimestamp >= {}\n| ", ingest_start->ms());
    if (ingest_end) prefix += fmt::format("@ingesttimestamp < {}\n| ", ingest_end->ms());
    if (!input.dashboard_filter.empty()) prefix += input.dashboard_filter + "\n| ";
    return prefix;
}

Result<std::shared_ptr<const exec::Query>> compile(std::string_view text,
                                                   const exec::CompileOptions& options) {
    auto compiled = exec::Query::compile(text, options);
    if (!compiled) return fail(Code::kInvalidArgument, describe(compiled.error()));
    return *std::move(compiled);
}

/// Replaces the query by two that find the neighbours of an event.
Result<void> prepare_around(const Around& around, const std::string& text,
                            exec::CompileOptions options, PreparedQuery& prepared) {
    if (prepared.query->is_aggregate())
        return fail(Code::kInvalidArgument,
                    "Events around an event need a query without an aggregate.");
    auto interval = prepared.interval;
    prepared.around = around;
    auto& at_ms = prepared.around->timestamp_ms;
    at_ms = std::clamp(at_ms, -kTimestampMsMax, kTimestampMsMax);
    options.interval = interval;
    options.interval.end = std::min(interval.end, UtcTime::from_ms(at_ms + 1));
    TRY(prepared.query, compile(older_neighbours(text, around), options));
    options.interval = interval;
    options.interval.start = std::max(interval.start, UtcTime::from_ms(at_ms));
    TRY(prepared.newer, compile(newer_neighbours(text, around), options));
    return {};
}

}  // namespace

std::string describe(const exec::CompileError& error) {
    return fmt::format("{}\n\n```\n{}\n```\n", error.message, error.rendered);
}

Result<PreparedQuery> prepare(const QueryInput& input, UtcTime now, Purpose purpose,
                              std::optional<Duration> age_max, exec::CompileOptions options) {
    TRY_OK(check_supported(input));
    TRY(auto zone, time_zone_of(input));
    auto context = time_context(now, zone);
    PreparedQuery prepared;
    TRY(prepared.interval, interval_of(input, context));
    prepared.text = input.query_string.empty() ? "*" : input.query_string;
    options.interval = prepared.interval;
    options.now = now;
    options.time_zone = zone.name();
    options.arguments = input.arguments;
    options.implicit_tail = purpose == Purpose::kJob;
    options.memory_bytes_max = kPartialBytesMax;
    if (age_max) options.oldest = now - *age_max;
    TRY(prepared.query, compile(prepared.text, options));
    TRY(auto prefix, prefix_of(input, context));
    if (!prefix.empty()) {
        auto prefixed = compile(prefix + prepared.text, options);
        if (!prefixed)
            return fail(std::move(prefixed).error().with_context("In the dashboard filter"));
        prepared.query = *std::move(prefixed);
    }
    options.interval = prepared.interval = prepared.query->interval();
    if (input.show_query_event_distribution && purpose == Purpose::kJob) {
        auto counts = prepared.query->filter_text() + "\n| bucket(function=count())";
        // What cannot be counted by time is shown without a distribution.
        prepared.distribution = compile(counts, options).value_or(nullptr);
    }
    if (input.around && purpose == Purpose::kJob)
        TRY_OK(prepare_around(*input.around, prefix + prepared.text, options, prepared));
    prepared.hides_until_done = input.no_result_until_done;
    prepared.done_criteria = input.done_criteria;
    return prepared;
}

}  // namespace logwood::search
