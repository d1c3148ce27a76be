#include "api/routes/routes.h"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "api/answer.h"

namespace logwood::api {

namespace {

/// What a route needs at each request.
struct Route {
    const Access& access;
    Right right;
    ScopedHandler handler;
};

async::Task<http::Response> serve(std::shared_ptr<const Route> route, http::Request request) {
    auto caller = route->access.identify(request);
    if (!caller) co_return answer(caller.error());
    std::string scope(request.capture("name"));
    auto allowed = route->access.check(*caller, route->right, scope);
    if (!allowed) co_return answer(allowed.error());
    auto response = co_await route->handler(std::move(request), std::move(scope));
    if (!response) co_return answer(response.error());
    co_return *std::move(response);
}

}  // namespace

void add_scoped_route(http::Router& router, const Access& access, Right right,
                      std::string_view method, std::string_view suffix, ScopedHandler handler,
                      std::size_t body_bytes_max) {
    auto route = std::make_shared<const Route>(access, right, std::move(handler));
    for (std::string_view root : {"/api/v1/repositories/{name}", "/api/v1/dataspaces/{name}"})
        router.add(
            method, std::string(root) + std::string(suffix),
            [route](http::Request request) { return serve(route, std::move(request)); },
            body_bytes_max);
}

void add_cluster_route(http::Router& router, const Access& access, Right right,
                       std::string_view method, std::string_view pattern, ScopedHandler handler,
                       std::size_t body_bytes_max) {
    auto route = std::make_shared<const Route>(access, right, std::move(handler));
    router.add(
        method, pattern,
        [route](http::Request request) { return serve(route, std::move(request)); },
        body_bytes_max);
}

Result<RepoId> find_repository(const global::Global& global, std::string_view name) {
    auto repository = global.state().repository_named(name);
    if (!repository)
        return fail(Code::kNotFound, fmt::format("There is no repository named {}.", name));
    return repository->id;
}

}  // namespace logwood::api
