#pragma once

#include "api/access.h"
#include "global/global.h"
#include "http/router.h"

namespace logwood::api {

/// Saved queries over REST: `GET …/{name}/savedqueries`, `GET|PUT|DELETE
/// …/{name}/savedqueries/{query}`. Bodies and answers: docs/rest.md. Everything is borrowed and
/// must outlive the router.
void add_saved_query_routes(http::Router& router, const Access& access, global::Global& global);

}  // namespace logwood::api
