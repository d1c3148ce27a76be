#include "api/routes/repository_routes.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "api/limits.h"
#include "api/routes/routes.h"

namespace logwood::api {

namespace {

using Answer = async::Task<Result<http::Response>>;

http::Response no_content() {
    http::Response response;
    response.status = 204;
    return response;
}

Result<std::string> required_text(const JsonObject& body, std::string_view key) {
    TRY(auto text, body.text(key));
    if (!text || text->empty()) return fail(malformed(fmt::format("{}: a text is required", key)));
    return *std::move(text);
}

void write_repository(JsonWriter& json, const global::Repository& repository) {
    json.begin_object();
    json.member("id", repository.id.to_string());
    json.member("name", repository.name);
    json.member("description", repository.description);
    json.member("createdAt", repository.created.ms());
    auto& retention = repository.retention;
    if (retention.age) json.member("timeBasedRetentionMillis", *retention.age / 1ms);
    if (retention.original_bytes)
        json.member("ingestSizeBasedRetentionBytes", *retention.original_bytes);
    if (retention.stored_bytes)
        json.member("storageSizeBasedRetentionBytes", *retention.stored_bytes);
    json.end_object();
}

void write_token(JsonWriter& json, const global::IngestToken& token) {
    json.begin_object();
    json.member("name", token.name);
    json.member("token", token.token);
    json.key("parser");
    if (token.parser)
        json.value(*token.parser);
    else
        json.null();
    json.end_object();
}

/// Renders one object, or an array of them, with `write`.
template <typename Entity, typename Write>
http::Response render_one(int status, const Entity& entity, Write write) {
    std::string out;
    JsonWriter json(out);
    write(json, entity);
    return http::Response::json(status, std::move(out));
}
template <typename Entities, typename Write>
http::Response render_all(const Entities& entities, Write write) {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (auto& entity : entities) write(json, *entity);
    json.end_array();
    return http::Response::json(200, std::move(out));
}

/// One that was found just now.
http::Response render_repository(int status, const global::Global& global, RepoId repo) {
    return render_one(status, *global.state().repository(repo), write_repository);
}

Answer list_repositories(global::Global& global, http::Request, std::string) {
    co_return render_all(global.state().repositories(), write_repository);
}

Answer show_repository(global::Global& global, http::Request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    co_return render_repository(200, global, repo);
}

Answer create_repository(global::Global& global, http::Request request, std::string) {
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto name, required_text(body, "name"));
    CO_TRY(auto description, body.text("description"));
    CO_TRY_OK(co_await global.create_repository(name, description.value_or("")));
    CO_TRY(auto repo, find_repository(global, name));
    co_return render_repository(201, global, repo);
}

Answer delete_repository(global::Global& global, http::Request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    CO_TRY_OK(co_await global.delete_repository(repo));
    co_return no_content();
}

Result<std::optional<std::uint64_t>> positive(const JsonObject& body, std::string_view key) {
    TRY(auto number, body.integer(key));
    if (!number) return std::nullopt;
    if (*number <= 0) return fail(malformed(fmt::format("{}: must be above 0", key)));
    return static_cast<std::uint64_t>(*number);
}

Result<global::Retention> retention_of(const JsonObject& body) {
    global::Retention retention;
    TRY(auto age, positive(body, "timeBasedRetentionMillis"));
    if (age && *age > static_cast<std::uint64_t>(kRetentionAgeMax / 1ms))
        return fail(malformed(fmt::format("timeBasedRetentionMillis: at most {} is possible",
                                          kRetentionAgeMax / 1ms)));
    if (age) retention.age = 1ms * *age;
    TRY(retention.original_bytes, positive(body, "ingestSizeBasedRetentionBytes"));
    TRY(retention.stored_bytes, positive(body, "storageSizeBasedRetentionBytes"));
    return retention;
}

Answer set_retention(global::Global& global, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto retention, retention_of(body));
    CO_TRY_OK(co_await global.set_retention(repo, retention));
    CO_TRY(repo, find_repository(global, scope));
    co_return render_repository(200, global, repo);
}

Answer list_tokens(global::Global& global, http::Request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    co_return render_all(global.state().tokens(repo), write_token);
}

Answer create_token(global::Global& global, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto name, required_text(body, "name"));
    CO_TRY(auto parser, body.text("parser"));
    if (global.state().token(repo, name))
        co_return fail(Code::kAlreadyExists, fmt::format("There is a token named {}.", name));
    CO_TRY_OK(co_await global.put_ingest_token(repo, name, std::move(parser)));
    auto token = global.state().token(repo, name);
    if (!token) co_return fail(Code::kConflict, "The token was deleted at once.");
    co_return render_one(201, *token, write_token);
}

Answer delete_token(global::Global& global, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(global, scope));
    CO_TRY_OK(co_await global.delete_ingest_token(repo, std::string(request.capture("token"))));
    co_return no_content();
}

}  // namespace

void add_repository_routes(http::Router& router, const Access& access, global::Global& global) {
    ServiceRoutes<global::Global&> routes(router, access, global);
    routes.add_cluster(Right::kAdminister, "GET", "/api/v1/repositories", list_repositories);
    routes.add_cluster(Right::kAdminister, "POST", "/api/v1/repositories", create_repository);
    routes.add(Right::kAdminister, "GET", "", show_repository);
    routes.add(Right::kAdminister, "DELETE", "", delete_repository);
    routes.add(Right::kAdminister, "PUT", "/retention", set_retention);
    routes.add(Right::kAdminister, "GET", "/ingesttokens", list_tokens);
    routes.add(Right::kAdminister, "POST", "/ingesttokens", create_token);
    routes.add(Right::kAdminister, "DELETE", "/ingesttokens/{token}", delete_token);
}

}  // namespace logwood::api
