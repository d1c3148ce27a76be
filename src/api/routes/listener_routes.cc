#include "api/routes/listener_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "api/routes/routes.h"

namespace logwood::api {
namespace {

using Answer = async::Task<Result<http::Response>>;
using global::ListenerProtocol;

constexpr std::array<std::pair<std::string_view, ListenerProtocol>, 4> kProtocols{{
    {"tcp", ListenerProtocol::kTcp},
    {"udp", ListenerProtocol::kUdp},
    {"gelf_tcp", ListenerProtocol::kGelfTcp},
    {"gelf_udp", ListenerProtocol::kGelfUdp},
}};

/// What the handlers work with.
struct Context {
    global::Global& global;
    std::function<std::string(ListenerId)> problem_of;
};

Result<std::shared_ptr<const global::IngestListener>> find_listener(const Context& context,
                                                                    RepoId repo,
                                                                    std::string_view name) {
    for (auto& listener : context.global.state().listeners(repo))
        if (listener->name == name) return listener;
    return fail(Code::kNotFound, fmt::format("There is no listener named {}.", name));
}

Result<ListenerProtocol> protocol_of(std::string_view text) {
    std::string lower(text);
    for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    auto at = std::ranges::find(kProtocols, lower, &decltype(kProtocols)::value_type::first);
    if (at == kProtocols.end())
        return fail(malformed("protocol: tcp, udp, gelf_tcp or gelf_udp is expected"));
    return at->second;
}

void write_listener(JsonWriter& json, const Context& context,
                    const global::IngestListener& listener) {
    auto at =
        std::ranges::find(kProtocols, listener.protocol, &decltype(kProtocols)::value_type::second);
    json.begin_object();
    json.member("id", listener.id.to_string());
    json.member("name", listener.name);
    json.member("protocol", at->first);
    json.member("port", std::int64_t{listener.port});
    json.key("bindInterface");
    listener.bind.empty() ? json.null() : json.value(listener.bind);
    json.key("parser");
    listener.parser.empty() ? json.null() : json.value(listener.parser);
    json.key("tags");
    json.begin_object();
    for (const auto& [name, value] : listener.tags) json.member(name, value);
    json.end_object();
    auto problem = context.problem_of(listener.id);
    json.key("problem");
    problem.empty() ? json.null() : json.value(problem);
    json.end_object();
}

http::Response render(int status, const Context& context, const global::IngestListener& listener) {
    std::string out;
    JsonWriter json(out);
    write_listener(json, context, listener);
    return http::Response::json(status, std::move(out));
}

/// What a body says; `name` is the path's where that has one.
Result<global::IngestListener> listener_of(const JsonObject& body, std::string name) {
    global::IngestListener listener{.name = std::move(name)};
    if (listener.name.empty()) {
        TRY(auto text, body.text("name"));
        if (!text || text->empty()) return fail(malformed("name: a text is required"));
        listener.name = *std::move(text);
    }
    TRY(auto protocol, body.text("protocol"));
    if (!protocol) return fail(malformed("protocol: a text is required"));
    TRY(listener.protocol, protocol_of(*protocol));
    TRY(auto port, body.integer("port"));
    if (!port || *port < 1 || *port > 65535)
        return fail(malformed("port: a number from 1 to 65535 is required"));
    listener.port = static_cast<std::uint16_t>(*port);
    TRY(auto bind, body.text("bindInterface"));
    listener.bind = bind.value_or("");
    TRY(auto parser, body.text("parser"));
    listener.parser = parser.value_or("");
    TRY(auto tags, body.object("tags"));
    if (!tags) return listener;
    for (const auto& [key, value] : tags->members()) {
        std::string_view tag(key);
        if (!value.is_string()) return fail(malformed(fmt::format("tags.{}: no text", tag)));
        if (tag.starts_with('#')) tag.remove_prefix(1);
        listener.tags.emplace_back(tag, value.get_string());
    }
    return listener;
}

Answer put(const Context& context, RepoId repo, global::IngestListener listener, int status) {
    auto name = listener.name;
    listener.repo = repo;
    CO_TRY_OK(co_await context.global.put_ingest_listener(std::move(listener)));
    CO_TRY(auto made, find_listener(context, repo, name));
    co_return render(status, context, *made);
}

Answer list_all(Context context, http::Request, std::string scope) {
    CO_TRY(auto repo, find_repository(context.global, scope));
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (auto& listener : context.global.state().listeners(repo))
        write_listener(json, context, *listener);
    json.end_array();
    co_return http::Response::json(200, std::move(out));
}

Answer create(Context context, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(context.global, scope));
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto listener, listener_of(body, ""));
    if (find_listener(context, repo, listener.name))
        co_return fail(Code::kAlreadyExists,
                       fmt::format("There is a listener named {}.", listener.name));
    co_return co_await put(context, repo, std::move(listener), 201);
}

Answer show(Context context, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(context.global, scope));
    CO_TRY(auto listener, find_listener(context, repo, request.capture("listener")));
    co_return render(200, context, *listener);
}

Answer replace(Context context, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(context.global, scope));
    CO_TRY(auto body, JsonObject::parse(request.body));
    CO_TRY(auto listener, listener_of(body, std::string(request.capture("listener"))));
    co_return co_await put(context, repo, std::move(listener), 200);
}

Answer remove(Context context, http::Request request, std::string scope) {
    CO_TRY(auto repo, find_repository(context.global, scope));
    CO_TRY_OK(co_await context.global.delete_ingest_listener(
        repo, std::string(request.capture("listener"))));
    http::Response response;
    response.status = 204;
    co_return response;
}

}  // namespace

void add_listener_routes(http::Router& router, const Access& access, global::Global& global,
                         std::function<std::string(ListenerId)> problem_of) {
    ServiceRoutes<Context> routes(router, access, {global, std::move(problem_of)});
    routes.add(Right::kAdminister, "GET", "/listeners", list_all);
    routes.add(Right::kAdminister, "POST", "/listeners", create);
    routes.add(Right::kAdminister, "GET", "/listeners/{listener}", show);
    routes.add(Right::kAdminister, "PUT", "/listeners/{listener}", replace);
    routes.add(Right::kAdminister, "DELETE", "/listeners/{listener}", remove);
}

}  // namespace logwood::api
