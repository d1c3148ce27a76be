#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "api/access.h"
#include "async/runtime.h"
#include "global/global.h"
#include "http/router.h"
#include "search/search.h"

namespace logwood::api {

/// A handler that may fail: its error becomes the answer. `scope` is the repository or view of the
/// path, empty when the path has none.
using ScopedHandler =
    std::function<async::Task<Result<http::Response>>(http::Request request, std::string scope)>;

/// Adds a route below `/api/v1/repositories/{name}` and below its synonym `dataspaces`, behind the
/// check of access. `access` must outlive the router. `body_bytes_max` as in Router::add().
void add_scoped_route(http::Router& router, const Access& access, Right right,
                      std::string_view method, std::string_view suffix, ScopedHandler handler,
                      std::size_t body_bytes_max = 0);

/// The same for a route that belongs to no repository; `pattern` is the whole path.
void add_cluster_route(http::Router& router, const Access& access, Right right,
                       std::string_view method, std::string_view pattern, ScopedHandler handler,
                       std::size_t body_bytes_max = 0);

/// Routes whose handlers all work with the same `services`: a reference, or a small struct of
/// references, of which each handler gets a copy.
template <typename Services>
class ServiceRoutes {
 public:
    using Handler = async::Task<Result<http::Response>> (*)(Services services,
                                                            http::Request request,
                                                            std::string scope);

    ServiceRoutes(http::Router& router, const Access& access, Services services)
        : router_(router), access_(access), services_(services) {}

    /// As add_scoped_route().
    void add(Right right, std::string_view method, std::string_view suffix, Handler handler,
             std::size_t body_bytes_max = 0) const {
        add_scoped_route(router_, access_, right, method, suffix, bind(handler), body_bytes_max);
    }
    /// As add_cluster_route().
    void add_cluster(Right right, std::string_view method, std::string_view pattern,
                     Handler handler, std::size_t body_bytes_max = 0) const {
        add_cluster_route(router_, access_, right, method, pattern, bind(handler), body_bytes_max);
    }

 private:
    ScopedHandler bind(Handler handler) const {
        return [held = *this, handler](http::Request request, std::string scope) {
            return handler(held.services_, std::move(request), std::move(scope));
        };
    }

    http::Router& router_;
    const Access& access_;
    Services services_;
};

/// The repository of that name; kNotFound, in words for a client.
Result<RepoId> find_repository(const global::Global& global, std::string_view name);

/// Query jobs and exports. Everything is borrowed and must outlive the router.
void add_search_routes(http::Router& router, const Access& access, async::Runtime& runtime,
                       search::Search& search);

}  // namespace logwood::api
