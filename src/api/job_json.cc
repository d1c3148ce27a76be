// The shapes are those of the query API: counters are integers of at least 0, values are strings.
#include "api/job_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "api/row_json.h"
#include "base/bytes.h"
#include "exec/filter_matches.h"
#include "search/limits.h"

namespace logwood::api {

namespace {

using exec::Warning;
using search::JobView;
using search::Missing;

/// A warning of the wire: the category says whose business it is.
struct WireWarning {
    std::string_view category;
    Warning warning;
};

std::vector<WireWarning> warnings_of(const JobView& view) {
    std::vector<WireWarning> warnings;
    for (auto& warning : view.warnings) warnings.push_back({"QUERY_STATE", warning});
    auto shown = std::min(view.missing.size(), search::kMissingWarningsMax);
    for (std::size_t i = 0; i < shown; ++i) {
        auto& missing = view.missing[i];
        auto category = missing.code.starts_with("Partition") ? "CLUSTER" : "REPOSITORY";
        warnings.push_back({category, {missing.code, missing.message}});
    }
    if (auto more = view.missing.size() - shown; more > 0)
        warnings.push_back({"REPOSITORY",
                            {"MoreMissing", "The result lacks " + std::to_string(more) +
                                                " more parts, listed in metaData.missing."}});
    return warnings;
}

std::string events_of(const exec::ResultRows& rows, const std::vector<std::uint32_t>& page) {
    RowJson row_json(rows);
    std::string out = "[";
    for (auto row : page) {
        if (out.size() > 1) out += ',';
        row_json.append(out, rows.rows[row]);
    }
    return out + "]";
}

void write_extra_data(JsonWriter& json, const JobView& view) {
    json.key("extraData");
    json.begin_object();
    for (auto& [name, value] : view.result->extra_data) json.member(name, value);
    if (!view.interval_zone.empty()) {
        json.key("timeSettingsOverwrittenFromQuery");
        json.begin_object();
        json.member("start", view.interval.start.ms());
        json.member("end", view.interval.end.ms());
        json.member("timezoneName", view.interval_zone);
        json.end_object();
    }
    if (!view.is_aggregate) json.member("hasMoreEvents", view.has_more_events ? "true" : "false");
    json.end_object();
}

void write_time(JsonWriter& json, std::string_view key, const search::TimeArgument& time) {
    if (auto* ms = std::get_if<std::int64_t>(&time)) json.member(key, *ms);
}

/// One value as a string, several as a list: as a request may have them.
void write_argument(JsonWriter& json, const std::string& name,
                    const std::vector<std::string>& values) {
    if (values.size() == 1) return json.member(name, values[0]);
    json.key(name);
    json.begin_array();
    for (auto& value : values) json.value(value);
    json.end_array();
}

void write_filter_query(JsonWriter& json, const search::QueryInput& filter) {
    json.key("filterQuery");
    json.begin_object();
    json.member("queryString", filter.query_string);
    write_time(json, "start", filter.start);
    write_time(json, "end", filter.end);
    write_time(json, "ingestStart", filter.ingest_start);
    write_time(json, "ingestEnd", filter.ingest_end);
    if (filter.use_ingest_time) json.member("useIngestTime", true);
    if (!filter.time_zone.empty()) json.member("timeZone", filter.time_zone);
    if (filter.time_zone_offset_minutes != 0)
        json.member("timeZoneOffsetMinutes", filter.time_zone_offset_minutes);
    if (!filter.arguments.empty()) {
        json.key("arguments");
        json.begin_object();
        for (auto& [name, values] : filter.arguments) write_argument(json, name, values);
        json.end_object();
    }
    for (auto* flag : {"isLive", "isInteractive", "includeDeletedEvents", "noResultUntilDone",
                       "showQueryEventDistribution"})
        json.member(flag, false);
    json.end_object();
}

void write_cut(JsonWriter& json, const JobView& view) {
    json.key("cut");
    json.begin_object();
    json.member("globalVersion", view.plan_version);
    json.key("partitions");
    json.begin_array();
    for (auto& cut : view.cuts) {
        json.begin_object();
        json.member("partition", cut.partition.value);
        json.member("term", cut.term);
        json.member("registeredEnd", cut.registered_end.value);
        json.member("end", cut.end.value);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

/// Costs are counted in milliseconds of work; quotas are not kept.
void write_costs(JsonWriter& json, const JobView& view) {
    json.key("costs");
    json.begin_object();
    json.member("liveCost", view.live_cost / 1ms);
    json.member("staticCost", view.is_live ? 0 : view.elapsed / 1ms);
    json.member("liveCostRate", 0);
    json.member("staticCostRate", 0);
    json.end_object();
}

/// How fresh a live result is.
void write_digest_flow(JsonWriter& json, const JobView& view) {
    auto known_good = view.interval.end - view.lag;
    json.key("digestFlow");
    json.begin_object();
    json.member("minIngestTimeIncluded", view.interval.start.ms());
    json.member("ingestTimeKnownGood", known_good.ms());
    json.member("maxIngestLatency", view.lag / 1ms);
    json.end_object();
}

void write_meta_data(JsonWriter& json, const JobView& view,
                     const std::vector<WireWarning>& warnings) {
    json.key("metaData");
    json.begin_object();
    json.member("eventCount", view.page.size());
    json.member("isAggregate", view.is_aggregate);
    write_extra_data(json, view);
    if (!view.result->field_order.empty()) {
        json.key("fieldOrder");
        json.begin_array();
        for (auto& field : view.result->field_order) json.value(field);
        json.end_array();
    }
    json.member("queryStart", view.interval.start.ms());
    json.member("queryEnd", view.interval.end.ms());
    write_figures(json, view);
    json.member("pollAfter", view.poll_after / 1ms);
    json.member("queuedMillis", view.queued / 1ms);
    json.member("responderVHost", view.host_number);
    json.member("resultBufferSize", view.result->rows.size());
    write_filter_query(json, view.filter);
    write_costs(json, view);
    if (view.is_live) write_digest_flow(json, view);
    json.key("warnings");
    json.begin_array();
    for (auto& [category, warning] : warnings) json.value(warning.message);
    json.end_array();
    if (!warnings.empty()) json.member("warning", warnings[0].warning.message);
    write_missing(json, view.missing);
    write_cut(json, view);
    json.end_object();
}

void write_distribution(JsonWriter& json, const exec::ResultRows& rows) {
    json.key("queryEventDistribution");
    json.begin_object();
    std::vector<std::uint32_t> all(rows.rows.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    json.key("events");
    json.raw(events_of(rows, all));
    json.key("extraData");
    json.begin_object();
    for (auto& [name, value] : rows.extra_data)
        if (name.starts_with("bucket_")) json.member(name, value);
    json.end_object();
    json.end_object();
}

void write_found(JsonWriter& json, const exec::FilterMatches::Found& found) {
    json.begin_object();
    json.member("filterId", std::int64_t{found.filter});
    json.key("ranges");
    json.begin_array();
    for (auto& range : found.ranges) {
        json.begin_object();
        json.member("start", std::int64_t{range.start});
        json.member("length", std::int64_t{range.length});
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

/// For each event of the page the fields in which filters found something.
void write_filter_matches(JsonWriter& json, const JobView& view) {
    exec::FilterMatches matches(view.filter.query_string, view.filter.arguments);
    json.key("filterMatches");
    json.begin_array();
    for (auto row : view.page) {
        json.begin_object();
        for (auto& [field, value] : view.result->rows[row].values) {
            auto& name = view.result->fields[field];
            auto all = matches.find(name, value);
            if (all.empty()) continue;
            json.key(name);
            json.begin_array();
            for (auto& found : all) write_found(json, found);
            json.end_array();
        }
        json.end_object();
    }
    json.end_array();
}

using FieldAt = std::map<std::string_view, std::string_view>;

/// Rows of a field come before those of its values.
void write_field_stats(JsonWriter& json, const exec::ResultRows& rows) {
    json.key("fieldStats");
    json.begin_array();
    bool is_open = false;
    auto close = [&] {
        if (!std::exchange(is_open, false)) return;
        json.end_object();
        json.end_object();
    };
    for (auto& row : rows.rows) {
        FieldAt at;
        for (auto& [field, value] : row.values) at[rows.fields[field]] = value;
        if (!at.contains("field")) {
            json.key(at["value"]);
            json.raw(at["_count"]);
            continue;
        }
        close();
        is_open = true;
        json.begin_object();
        json.member("fieldName", at["field"]);
        json.key("numOfOccurrences");
        json.raw(at["_count"]);
        json.key("numOfDistinctValues");
        json.raw(at["distinct"]);
        json.key("topValues");
        json.begin_object();
    }
    close();
    json.end_array();
}

}  // namespace

void write_figures(JsonWriter& json, const JobView& view) {
    auto& progress = view.progress;
    json.member("processedBytes", progress.bytes_processed);
    json.member("processedEvents", progress.events_processed);
    json.member("totalWork", progress.work_total);
    json.member("workDone", progress.work_done);
    json.member("storedBytesRead", progress.bytes_read);
    json.member("storedBytesSkipped", progress.bytes_skipped);
    json.member("blocksRead", progress.blocks_read);
    json.member("blocksSkipped", progress.blocks_skipped);
    json.member("matchedEvents", progress.matched);
    json.member("timeMillis", view.elapsed / 1ms);
}

void write_missing(JsonWriter& json, const std::vector<Missing>& all) {
    json.key("missing");
    json.begin_array();
    for (auto& missing : all) {
        json.begin_object();
        json.member("code", missing.code);
        if (missing.segment) json.member("segment", missing.segment->to_string());
        if (missing.partition) json.member("partition", missing.partition->value);
        if (missing.bounds) {
            json.member("start", UtcTime{missing.bounds->min_ns}.ms());
            json.member("end", UtcTime{missing.bounds->max_ns}.ms() + 1);
        }
        json.member("message", missing.message);
        json.end_object();
    }
    json.end_array();
}

std::string render_created(const search::CreatedJob& job) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("id", job.id);
    json.member("queryOnView", job.query_on_view);
    json.member("hashedQueryOnView", fmt::format("{:016x}", checksum64(job.query_on_view)));
    json.key("staticMetaData");
    json.begin_object();
    json.key("executionMode");
    json.begin_object();
    json.member("runMode", job.is_live ? "live" : "static");
    json.member("details", job.is_live ? "the result changes as events come in"
                                       : "the events of the interval are searched once");
    json.end_object();
    json.end_object();
    json.end_object();
    return out;
}

std::string render_job(const JobView& view) {
    auto warnings = warnings_of(view);
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("cancelled", view.cancelled);
    json.member("done", view.done);
    json.key("events");
    json.raw(events_of(*view.result, view.page));
    write_meta_data(json, view, warnings);
    if (view.filter.is_interactive && !view.is_aggregate) write_filter_matches(json, view);
    if (view.beside && view.beside->by_time) write_distribution(json, *view.beside->by_time);
    if (view.beside && view.beside->fields) write_field_stats(json, *view.beside->fields);
    json.key("warnings");
    json.begin_array();
    for (auto& [category, warning] : warnings) {
        json.begin_object();
        json.member("category", category);
        json.member("code", warning.code);
        json.member("message", warning.message);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return out;
}

}  // namespace logwood::api
