#include "cli/query_job.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>

#include "http/target.h"

namespace logwood::cli {
namespace {

namespace json = boost::json;

std::uint64_t count_of(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    if (value && value->is_int64())
        return static_cast<std::uint64_t>(std::max<std::int64_t>(value->get_int64(), 0));
    return value && value->is_uint64() ? value->get_uint64() : 0;
}

bool is_true(const json::object& object, std::string_view key) {
    auto* value = object.if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

void read_warnings(const json::object& answer, JobAnswer& into) {
    auto* warnings = answer.if_contains("warnings");
    if (!warnings || !warnings->is_array()) return;
    for (auto& warning : warnings->get_array())
        if (warning.is_object())
            into.warnings.emplace_back(text_of(warning.get_object(), "message"));
}

void read_meta_data(const json::object& meta, JobAnswer& into) {
    into.is_aggregate = is_true(meta, "isAggregate");
    into.work_done = count_of(meta, "workDone");
    into.work_total = count_of(meta, "totalWork");
    into.bytes_processed = count_of(meta, "processedBytes");
    if (auto pause = count_of(meta, "pollAfter"); pause > 0)
        into.poll_after_ms = static_cast<std::int64_t>(std::min<std::uint64_t>(pause, 60'000));
    auto* missing = meta.if_contains("missing");
    into.lacks_something = missing && missing->is_array() && !missing->get_array().empty();
    auto* extra = meta.if_contains("extraData");
    if (extra && extra->is_object())
        into.has_more_events = text_of(extra->get_object(), "hasMoreEvents") == "true";
    auto* order = meta.if_contains("fieldOrder");
    if (order && order->is_array())
        for (auto& field : order->get_array())
            if (field.is_string()) into.rows.field_order.emplace_back(field.get_string());
}

}  // namespace

Result<std::int64_t> second_of_id(std::string_view id) {
    auto digits = id.substr(id.rfind('_') + 1);
    std::int64_t seconds = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (error != std::errc() || end != digits.data() + digits.size() ||
        std::ranges::count(id, '_') != 3)
        return fail(Code::kInvalidArgument, "--around takes the @id of an event");
    return seconds * 1000;
}

Result<std::string> query_body(const QuerySpec& spec) {
    json::object body{{"queryString", spec.query}, {"isLive", spec.is_live}};
    if (!spec.start.empty()) body["start"] = spec.start;
    if (!spec.end.empty() && !spec.is_live) body["end"] = spec.end;
    if (!spec.time_zone.empty()) body["timeZone"] = spec.time_zone;
    if (!spec.arguments.empty()) {
        json::object arguments;
        for (auto& argument : spec.arguments) {
            auto equals = argument.find('=');
            if (equals == std::string::npos || equals == 0)
                return fail(Code::kInvalidArgument,
                            "--argument " + argument + ": NAME=VALUE is expected");
            arguments[argument.substr(0, equals)] = argument.substr(equals + 1);
        }
        body["arguments"] = std::move(arguments);
    }
    if (!spec.around.empty())
        body["around"] = json::object{{"eventId", spec.around},
                                      {"timestamp", spec.around_ms},
                                      {"numberOfEventsBefore", spec.before},
                                      {"numberOfEventsAfter", spec.after}};
    return json::serialize(body);
}

void add_row(const json::object& event, exec::ResultRows& rows) {
    auto& row = rows.rows.emplace_back();
    for (auto& [name, value] : event) {
        // Objects of one answer mostly have the same members in the same order.
        std::size_t field = row.values.empty() ? 0 : row.values.back().first + 1;
        if (field >= rows.fields.size() || rows.fields[field] != std::string_view(name)) {
            auto at = std::ranges::find(rows.fields, std::string_view(name));
            field = static_cast<std::size_t>(at - rows.fields.begin());
            if (at == rows.fields.end()) rows.fields.emplace_back(name);
        }
        row.values.emplace_back(
            static_cast<std::uint32_t>(field),
            value.is_string() ? std::string(value.get_string()) : json::serialize(value));
    }
}

ExitCode report_refused_query(const http::ClientResponse& refused) {
    constexpr std::string_view kFence = "```\n";
    std::string_view text = refused.body;
    auto begin = text.find(kFence);
    auto end = begin == text.npos ? text.npos : text.find("\n```", begin + kFence.size());
    if (refused.status != 400 || end == text.npos) return report(refused);
    auto snippet = text.substr(begin + kFence.size(), end - begin - kFence.size());
    // Our own snippets begin with `line:column: message`; those of others lack the message.
    if (snippet.empty() || snippet[0] < '0' || snippet[0] > '9') {
        auto message = text.substr(0, begin);
        while (message.ends_with('\n')) message.remove_suffix(1);
        std::fprintf(stderr, "%.*s\n", static_cast<int>(message.size()), message.data());
    }
    std::fprintf(stderr, "%.*s\n", static_cast<int>(snippet.size()), snippet.data());
    return kUsage;
}

Attempt<QueryJob> QueryJob::create(ApiClient& client, const QuerySpec& spec) {
    auto body = query_body(spec);
    if (!body) return std::unexpected(report(body.error()));
    auto jobs = repository_path(spec.repo) + "/queryjobs";
    auto created = client.send(json_request("POST", jobs, *std::move(body)));
    if (!created) return std::unexpected(report(created.error()));
    if (created->status != 200) return std::unexpected(report_refused_query(*created));
    boost::system::error_code error;
    auto value = json::parse(created->body, error);
    auto id = !error && value.is_object() ? text_of(value.get_object(), "id") : "";
    if (id.empty())
        return std::unexpected(
            report(Error{Code::kCorrupt, "the server's answer has no query id"}));
    return QueryJob(client, jobs + "/" + http::encode_component(id));
}

Attempt<std::optional<JobAnswer>> QueryJob::poll() {
    auto answer = client_->send({.target = target_});
    if (!answer) return std::unexpected(report(answer.error()));
    if (answer->status == 404) return std::nullopt;
    if (answer->status != 200) return std::unexpected(report(*answer));
    boost::system::error_code error;
    auto value = json::parse(answer->body, error);
    auto* object = !error ? value.if_object() : nullptr;
    auto* events = object ? object->if_contains("events") : nullptr;
    if (!events || !events->is_array() || !object->contains("done"))
        return std::unexpected(
            report(Error{Code::kCorrupt, "the server's answer is not a query result"}));
    if (is_true(*object, "cancelled"))
        return std::unexpected(report(Error{Code::kConflict, "the query was cancelled"}));
    JobAnswer result;
    result.is_done = is_true(*object, "done");
    if (auto* meta = object->if_contains("metaData"); meta && meta->is_object())
        read_meta_data(meta->get_object(), result);
    read_warnings(*object, result);
    for (auto& event : events->get_array())
        if (event.is_object()) add_row(event.get_object(), result.rows);
    return result;
}

void QueryJob::remove() { (void)client_->send({.method = "DELETE", .target = target_}); }

}  // namespace logwood::cli
