// A dashboard's filter is put in front of the query. The user's text is compiled alone first, so
// that errors point into it.
#include "search/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "exec/aggregate/bucket_span.h"
#include "exec/time/time_zone.h"
#include "lang/check.h"
#include "lang/relative_time.h"
#include "search/around.h"
#include "search/limits.h"
#include "search/live_query.h"
#include "search/time_argument.h"

namespace logwood::search {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
/// What nanoseconds can say, rounded down: year 2255.
constexpr std::int64_t kTimestampMsMax = 9'000'000'000'000;

Result<void> check_supported(const QueryInput& input, Purpose purpose) {
    if (input.is_live && purpose == Purpose::kExport)
        return fail(Code::kUnsupported,
                    "a live query cannot be streamed; create a query job and poll it");
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

/// When the events must have arrived.
Result<model::TimeRange> arrival_of(const QueryInput& input, const TimeContext& context) {
    model::TimeRange arrival;
    TRY(auto start, resolve_time(input.ingest_start, "ingestStart", context));
    TRY(auto end, resolve_time(input.ingest_end, "ingestEnd", context));
    if (start) arrival.start = *start;
    if (end) arrival.end = *end;
    return arrival;
}

Result<std::shared_ptr<const exec::Query>> compile(const std::string& text,
                                                   const exec::CompileOptions& options,
                                                   const std::optional<SlidingWindow>& live = {}) {
    if (live) {
        auto compiled = LiveQuery::compile(text, options, live->bucket);
        if (!compiled) return fail(Code::kInvalidArgument, describe(compiled.error()));
        return *std::move(compiled);
    }
    auto compiled = exec::Query::compile(text, options);
    if (!compiled) return fail(Code::kInvalidArgument, describe(compiled.error()));
    return *std::move(compiled);
}

/// The length of a live query's window: a plain relative start, and now as its end.
Result<Duration> live_span(const QueryInput& input) {
    auto wrong = [](std::string message) { return fail(Code::kInvalidArgument, message); };
    auto is_given = [](const TimeArgument& time) {
        auto* text = std::get_if<std::string>(&time);
        return text ? !text->empty() : !std::holds_alternative<std::monostate>(time);
    };
    auto* end = std::get_if<std::string>(&input.end);
    if (is_given(input.end) && !(end && *end == "now"))
        return wrong("A live query goes on to now: end must be left out or be \"now\".");
    if (is_given(input.ingest_start) || is_given(input.ingest_end))
        return wrong("ingestStart and ingestEnd cannot be used in a live query.");
    if (input.use_ingest_time) return wrong("useIngestTime cannot be used in a live query.");
    if (input.around) return wrong("Events around an event cannot be shown by a live query.");
    if (!is_given(input.start)) return kDefaultWindow;
    auto* start = std::get_if<std::string>(&input.start);
    if (!start || !lang::is_plain_duration(*start))
        return wrong(
            "The window of a live query slides: start must be a relative time such as \"24h\", "
            "without an anchor.");
    TRY(auto span_ms, lang::parse_duration_ms(*start));
    if (span_ms < 1 || span_ms > kLiveSpanMax / 1ms)
        return wrong(
            fmt::format("The window of a live query has 1 ms to {} days.", kLiveSpanMax / 24h));
    return Duration(std::chrono::milliseconds(span_ms));
}

std::int64_t floor_to(std::int64_t ns, Duration step) {
    return exec::bucket_of(ns, step) * step.count();
}

/// Fixes the window of a live query as it is now: it begins on a bucket's edge, within what
/// retention keeps.
Result<void> prepare_window(const QueryInput& input, const TimeContext& context,
                            std::optional<Duration> age_max, PreparedQuery& prepared) {
    TRY(auto span, live_span(input));
    Duration bucket = std::chrono::milliseconds(exec::automatic_span_ms(span / 1ms));
    prepared.live = SlidingWindow{span, bucket};
    auto start = floor_to((context.now - span).ns, bucket);
    if (age_max)
        start = std::max(start, floor_to((context.now - *age_max).ns - 1, bucket) + bucket.count());
    prepared.interval = {.start = std::min(UtcTime{start}, context.now), .end = context.now};
    return {};
}

/// Replaces the query by two that find the neighbours of an event.
Result<void> prepare_around(const Around& around, const std::string& text,
                            exec::CompileOptions options, PreparedQuery& prepared) {
    if (prepared.query->is_aggregate())
        return fail(Code::kInvalidArgument,
                    "Events around an event need a query without an aggregate.");
    auto interval = prepared.event_times;
    options.arrival = prepared.query->ingest_times();
    options.by_ingest_time = false;
    options.inputs_interval = prepared.interval;
    options.counts_by_time = options.counts_fields = false;
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

/// Tables and times of the query stay in front.
std::string with_filter(const std::string& filter, const std::string& text) {
    auto begin = lang::preamble_end(text);
    if (begin == 0) return filter + "\n| " + text;
    return text.substr(0, begin) + "\n| " + filter + "\n" + text.substr(begin);
}

std::vector<exec::Input> all_inputs(const PreparedQuery& prepared) {
    auto all = prepared.query->inputs();
    auto add = [&](const std::shared_ptr<const exec::Query>& query) {
        if (query && query != prepared.query)
            std::ranges::move(query->inputs(), std::back_inserter(all));
    };
    add(prepared.newer);
    add(prepared.counting);
    return all;
}

/// What gives the events behind the result, to whoever asks for it in the same words.
QueryInput filter_of(const QueryInput& input, const PreparedQuery& prepared) {
    QueryInput filter;
    filter.query_string = prepared.query->filter_text();
    filter.start = prepared.interval.start.ms();
    filter.end = prepared.interval.end.ms();
    filter.use_ingest_time = input.use_ingest_time;
    if (!input.use_ingest_time) {
        auto arrival = prepared.query->ingest_times();
        if (arrival.start != UtcTime::min()) filter.ingest_start = arrival.start.ms();
        if (arrival.end != UtcTime::max()) filter.ingest_end = arrival.end.ms();
    }
    filter.time_zone = input.time_zone;
    filter.time_zone_offset_minutes = input.time_zone_offset_minutes;
    filter.arguments = input.arguments;
    filter.is_interactive = input.is_interactive;
    return filter;
}

}  // namespace

std::string describe(const exec::CompileError& error) {
    return fmt::format("{}\n\n```\n{}\n```\n", error.message, error.rendered);
}

Result<PreparedQuery> prepare(const QueryInput& input, UtcTime now, Purpose purpose,
                              std::optional<Duration> age_max, exec::CompileOptions options) {
    TRY_OK(check_supported(input, purpose));
    TRY(auto zone, time_zone_of(input));
    auto context = time_context(now, zone);
    bool is_job = purpose == Purpose::kJob;
    PreparedQuery prepared;
    if (input.is_live) {
        TRY_OK(prepare_window(input, context, age_max, prepared));
    } else {
        TRY(prepared.interval, interval_of(input, context));
    }
    prepared.text = input.query_string.empty() ? "*" : input.query_string;
    options.interval = prepared.interval;
    options.by_ingest_time = input.use_ingest_time;
    options.now = now;
    options.time_zone = zone.name();
    options.arguments = input.arguments;
    options.implicit_tail = is_job;
    options.memory_bytes_max = kPartialBytesMax;
    if (prepared.live) {
        options.live_window = prepared.live->span;
        options.memory_bytes_max = kLiveBytesMax;
    } else {
        options.may_have_inputs = true;
        if (age_max) options.oldest = now - *age_max;
    }
    TRY(options.arrival, arrival_of(input, context));
    options.counts_by_time = is_job && input.show_query_event_distribution;
    options.counts_fields = is_job && input.compute_field_stats;
    TRY(prepared.query, compile(prepared.text, options, prepared.live));
    prepared.full_text = prepared.text;
    if (!input.dashboard_filter.empty()) {
        prepared.full_text = with_filter(input.dashboard_filter, prepared.text);
        auto filtered = compile(prepared.full_text, options, prepared.live);
        if (!filtered)
            return fail(std::move(filtered).error().with_context("In the dashboard filter"));
        prepared.query = *std::move(filtered);
    }
    prepared.options = options;
    prepared.interval = prepared.query->interval();
    prepared.event_times = prepared.query->event_times();
    prepared.interval_zone = prepared.query->interval_zone();
    prepared.filter = filter_of(input, prepared);
    if (options.counts_by_time || options.counts_fields) prepared.counting = prepared.query;
    if (input.around && is_job)
        TRY_OK(prepare_around(*input.around, prepared.full_text, options, prepared));
    if (!prepared.live) prepared.inputs = all_inputs(prepared);
    prepared.hides_until_done = input.no_result_until_done;
    if (!prepared.live) prepared.done_criteria = input.done_criteria;
    return prepared;
}

}  // namespace logwood::search
