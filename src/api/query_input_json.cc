#include "api/query_input_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <string>
#include <utility>

#include "api/json_body.h"

namespace logwood::api {

namespace {

namespace json = boost::json;

Result<search::TimeArgument> read_time(const JsonObject& object, std::string_view key) {
    auto* value = object.find(key);
    if (!value) return search::TimeArgument();
    if (value->is_string()) return std::string(value->get_string());
    TRY(auto ms, object.integer(key));
    return search::TimeArgument(*ms);
}

std::string as_text(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

/// A value is a string (or what else is no container), or a list of them.
Result<std::map<std::string, std::vector<std::string>>> read_arguments(const JsonObject& object) {
    std::map<std::string, std::vector<std::string>> arguments;
    TRY(auto given, object.object("arguments"));
    if (!given) return arguments;
    for (auto& [name, value] : given->members()) {
        if (value.is_null()) continue;
        auto& texts = arguments[name];
        auto add = [&](const json::value& one) {
            bool is_scalar = !one.is_object() && !one.is_array();
            if (is_scalar) texts.push_back(as_text(one));
            return is_scalar;
        };
        bool is_good = value.is_array() ? std::ranges::all_of(value.get_array(), add) : add(value);
        if (!is_good)
            return fail(
                malformed(fmt::format("arguments.{}: a string or a list of strings is "
                                      "expected",
                                      std::string_view(name.data(), name.size()))));
    }
    return arguments;
}

Result<std::optional<search::Around>> read_around(const JsonObject& object) {
    TRY(auto given, object.object("around"));
    if (!given) return std::nullopt;
    search::Around around;
    TRY(auto id, given->text("eventId"));
    TRY(auto timestamp, given->integer("timestamp"));
    TRY(auto before, given->integer("numberOfEventsBefore"));
    TRY(auto after, given->integer("numberOfEventsAfter"));
    around.event_id = id.value_or("");
    around.timestamp_ms = timestamp.value_or(0);
    around.before =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(before.value_or(100), 0, UINT32_MAX));
    around.after =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(after.value_or(100), 0, UINT32_MAX));
    return around;
}

Result<std::optional<search::DoneCriteria>> read_done_criteria(const JsonObject& object) {
    TRY(auto given, object.object("doneCriteria"));
    if (!given) return std::nullopt;
    search::DoneCriteria criteria;
    TRY(criteria.fraction_scanned, given->number("fractionOfDataScanned"));
    TRY(auto matched, given->integer("minimumMatchedEvents"));
    TRY(auto rows, given->integer("minimumResultRows"));
    if (matched && *matched > 0) criteria.matched_events = static_cast<std::uint64_t>(*matched);
    if (rows && *rows > 0) criteria.result_rows = static_cast<std::uint64_t>(*rows);
    return criteria;
}

Result<void> read_times(const JsonObject& object, search::QueryInput& input) {
    TRY(input.start, read_time(object, "start"));
    TRY(input.end, read_time(object, "end"));
    TRY(input.ingest_start, read_time(object, "ingestStart"));
    TRY(input.ingest_end, read_time(object, "ingestEnd"));
    TRY(auto zone, object.text("timeZone"));
    input.time_zone = zone.value_or("");
    TRY(auto offset, object.integer("timeZoneOffsetMinutes"));
    constexpr std::int64_t kDayMinutes = 24 * 60;
    if (offset && std::abs(*offset) > kDayMinutes)
        return fail(malformed("timeZoneOffsetMinutes: more than a day"));
    input.time_zone_offset_minutes = static_cast<std::int32_t>(offset.value_or(0));
    return {};
}

Result<void> read_flags(const JsonObject& object, search::QueryInput& input) {
    const std::pair<std::string_view, bool*> flags[] = {
        {"isLive", &input.is_live},
        {"useIngestTime", &input.use_ingest_time},
        {"showQueryEventDistribution", &input.show_query_event_distribution},
        {"isInteractive", &input.is_interactive},
        {"noResultUntilDone", &input.no_result_until_done},
        {"includeDeletedEvents", &input.include_deleted_events},
        {"computeFieldStats", &input.compute_field_stats},
    };
    for (auto& [key, flag] : flags) {
        TRY(auto given, object.boolean(key));
        *flag = given.value_or(false);
    }
    return {};
}

}  // namespace

Result<search::QueryInput> read_query_input(std::string_view body) {
    TRY(auto object, JsonObject::parse(body));
    search::QueryInput input;
    TRY(auto query, object.text("queryString"));
    if (!query) return fail(malformed("queryString: a string is required"));
    input.query_string = *std::move(query);
    TRY_OK(read_times(object, input));
    TRY_OK(read_flags(object, input));
    TRY(input.arguments, read_arguments(object));
    TRY(input.around, read_around(object));
    TRY(input.done_criteria, read_done_criteria(object));
    TRY(auto filter, object.text("dashboardFilter"));
    input.dashboard_filter = filter.value_or("");
    return input;
}

Result<search::QueryInput> read_query_input(const Access& access, const http::Request& request) {
    TRY(auto caller, access.identify(request));
    TRY(auto input, read_query_input(request.body));
    input.may_search = [&access, caller = std::move(caller)](std::string_view name) {
        return access.check(caller, Right::kSearch, name);
    };
    return input;
}

}  // namespace logwood::api
