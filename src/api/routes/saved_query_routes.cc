#include "api/routes/saved_query_routes.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "api/routes/routes.h"
#include "lang/parser.h"

namespace logwood::api {

namespace {

using Answer = async::Task<Result<http::Response>>;

void write_query(JsonWriter& json, const global::SavedQuery& saved) {
    json.begin_object();
    json.member("name", saved.name);
    json.member("query", saved.query);
    json.end_object();
}

http::Response render(const global::SavedQuery& saved) {
    std::string out;
    JsonWriter json(out);
    write_query(json, saved);
    return http::Response::json(200, std::move(out));
}

Answer list_queries(global::Global& global, http::Request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (const auto& saved : global.state().saved_queries(repo)) write_query(json, *saved);
    json.end_array();
    co_return http::Response::json(200, std::move(out));
}

Answer show_query(global::Global& global, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    auto name = request.capture("query");
    auto saved = global.state().saved_query(repo, name);
    if (!saved)
        co_return fail(Code::kNotFound, fmt::format("There is no saved query named {}.", name));
    co_return render(*saved);
}

/// What a text means may depend on where it is used and on other saved queries, so only its syntax
/// is checked.
Answer put_query(global::Global& global, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto query, body.text("query"));
    if (!query) {
        CO_TRY(query, body.text("queryString"));
    }
    if (!query || query->empty()) co_return fail(malformed("query: a text is required"));
    if (auto parsed = lang::parse(*query); !parsed)
        co_return fail(Code::kInvalidArgument,
                       fmt::format("{}\n\n```\n{}\n```\n", parsed.error().message,
                                   lang::render(parsed.error(), *query)));
    std::string name(request.capture("query"));
    CO_TRY_OK(co_await global.put_saved_query(repo, name, *std::move(query)));
    auto saved = global.state().saved_query(repo, name);
    if (!saved) co_return fail(Code::kConflict, "The saved query was deleted at once.");
    co_return render(*saved);
}

Answer delete_query(global::Global& global, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    CO_TRY_OK(co_await global.delete_saved_query(repo, std::string(request.capture("query"))));
    http::Response response;
    response.status = 204;
    co_return response;
}

}  // namespace

void add_saved_query_routes(http::Router& router, const Access& access, global::Global& global) {
    ServiceRoutes<global::Global&> routes(router, access, global);
    routes.add(Right::kSearch, "GET", "/savedqueries", list_queries);
    routes.add(Right::kSearch, "GET", "/savedqueries/{query}", show_query);
    routes.add(Right::kAdminister, "PUT", "/savedqueries/{query}", put_query);
    routes.add(Right::kAdminister, "DELETE", "/savedqueries/{query}", delete_query);
}

}  // namespace logwood::api
