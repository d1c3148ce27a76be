#include "api/routes/query_text_routes.h"

#include <string>
#include <utility>
#include <vector>

#include "api/job_json.h"
#include "api/json_body.h"
#include "api/json_writer.h"
#include "api/query_input_json.h"
#include "api/routes/routes.h"
#include "exec/outline.h"
#include "search/explain.h"
#include "search/prepare.h"

namespace logwood::api {

namespace {

/// What the routes borrow.
struct Services {
    const Access& access;
    search::Search& search;
};

using Answer = async::Task<Result<http::Response>>;

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
    json.key(key);
    json.begin_array();
    for (auto& text : texts) json.value(text);
    json.end_array();
}

/// Only what has an end.
void write_times(JsonWriter& json, std::string_view key, const model::TimeRange& range) {
    json.key(key);
    json.begin_object();
    if (range.start != UtcTime::min()) json.member("start", range.start.ms());
    if (range.end != UtcTime::max()) json.member("end", range.end.ms());
    json.end_object();
}

/// Queries that run before the query.
void write_inputs(JsonWriter& json, const std::vector<exec::InputOutline>& inputs) {
    json.key("inputs");
    json.begin_array();
    for (auto& input : inputs) {
        json.begin_object();
        json.member("name", input.name);
        if (input.view) json.member("view", *input.view);
        json.member("queryStart", input.interval.start.ms());
        json.member("queryEnd", input.interval.end.ms());
        json.end_object();
    }
    json.end_array();
}

void write_outline(JsonWriter& json, const exec::QueryOutline& outline) {
    json.member("queryString", outline.canonical);
    json.member("queryStart", outline.interval.start.ms());
    json.member("queryEnd", outline.interval.end.ms());
    write_inputs(json, outline.inputs);
    json.member("isAggregate", outline.is_aggregate);
    json.key("pushedDown");
    json.begin_object();
    write_texts(json, "steps", outline.scan_steps);
    write_texts(json, "tagFilters", outline.tag_filters);
    json.member("aggregate", outline.aggregate);
    json.end_object();
    write_texts(json, "resultSteps", outline.result_steps);
    json.key("fieldsRead");
    json.begin_object();
    json.member("all", outline.reads_all_fields);
    write_texts(json, "named", outline.fields);
    json.end_object();
}

void write_pruning(JsonWriter& json, const search::Explanation& explanation) {
    json.key("segments");
    json.begin_object();
    auto& segments = explanation.segments;
    json.member("total", segments.total);
    json.member("prunedByTime", segments.pruned_by_time);
    json.member("prunedByTags", segments.pruned_by_tags);
    json.member("read", segments.read);
    json.end_object();
    json.key("rowGroups");
    json.begin_object();
    auto& groups = explanation.row_groups;
    json.member("total", groups.total);
    json.member("prunedByTime", groups.pruned_by_time);
    json.member("read", groups.read);
    json.member("originalBytes", groups.raw_bytes);
    json.member("segmentsNotOpened", groups.segments_not_opened);
    json.end_object();
    json.key("openRecords");
    json.begin_object();
    json.member("pruned", explanation.records.pruned);
    json.member("read", explanation.records.read);
    json.end_object();
}

void write_run(JsonWriter& json, const search::JobView& run) {
    json.key("run");
    json.begin_object();
    json.member("done", run.done);
    json.member("cancelled", run.cancelled);
    json.member("resultRows", run.result->rows.size());
    write_figures(json, run);
    json.key("warnings");
    json.begin_array();
    for (auto& warning : run.warnings) json.value(warning.message);
    json.end_array();
    json.end_object();
}

Answer explain(Services services, http::Request request, std::string scope) {
    auto& search = services.search;
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto runs, body.boolean("run"));
    CO_TRY(auto input, read_query_input(services.access, request));
    CO_TRY(auto explanation,
           co_await search.explain(std::move(scope), std::move(input), runs.value_or(false)));
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    write_outline(json, explanation.outline);
    write_times(json, "eventTimes", explanation.event_times);
    write_times(json, "ingestTimes", explanation.ingest_times);
    write_pruning(json, explanation);
    write_missing(json, explanation.missing);
    if (explanation.run) write_run(json, *explanation.run);
    json.end_object();
    co_return http::Response::json(200, std::move(out));
}

Answer format(Services, http::Request request, std::string) {
    CO_TRY(auto input, read_query_input(request.body));
    auto text = exec::format(input.query_string);
    if (!text) co_return fail(Code::kInvalidArgument, search::describe(text.error()));
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("queryString", *text);
    json.end_object();
    co_return http::Response::json(200, std::move(out));
}

Answer lint(Services services, http::Request request, std::string) {
    CO_TRY(auto input, read_query_input(request.body));
    auto sound = exec::lint(input.query_string, services.search.now());
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("valid", sound.has_value());
    json.key("errors");
    json.begin_array();
    if (!sound) {
        json.begin_object();
        json.member("message", sound.error().message);
        json.member("begin", sound.error().begin);
        json.member("end", sound.error().end);
        json.member("rendered", sound.error().rendered);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    co_return http::Response::json(200, std::move(out));
}

}  // namespace

void add_query_text_routes(http::Router& router, const Access& access, search::Search& search) {
    ServiceRoutes<Services> routes(router, access, {access, search});
    routes.add(Right::kSearch, "POST", "/query/explain", explain);
    routes.add(Right::kSearch, "POST", "/query/format", format);
    routes.add(Right::kSearch, "POST", "/query/lint", lint);
}

}  // namespace logwood::api
