#pragma once

#include <functional>
#include <string>

#include "api/access.h"
#include "global/global.h"
#include "http/router.h"

namespace logwood::api {

/// Administration of ingest listeners over REST: `GET|POST …/{name}/listeners`,
/// `GET|PUT|DELETE …/{name}/listeners/{listener}` (`docs/rest.md`). `problem_of` says why a
/// listener's port is not open on this node; empty when it is. All are borrowed.
void add_listener_routes(http::Router& router, const Access& access, global::Global& global,
                         std::function<std::string(ListenerId)> problem_of);

}  // namespace logwood::api
