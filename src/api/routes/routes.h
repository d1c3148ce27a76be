#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "api/access.h"
#include "async/runtime.h"
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

/// Query jobs and exports. Everything is borrowed and must outlive the router.
void add_search_routes(http::Router& router, const Access& access, async::Runtime& runtime,
                       search::Search& search);

}  // namespace logwood::api
