#pragma once

#include "api/access.h"
#include "exec/lookups.h"
#include "global/global.h"
#include "http/router.h"

namespace logwood::api {

/// Administration of repositories, ingest tokens and parsers over REST:
///
/// `GET|POST /api/v1/repositories`, `GET|DELETE …/{name}`, `GET|POST …/{name}/ingesttokens`,
/// `DELETE …/{name}/ingesttokens/{token}`, `GET …/{name}/parsers`, `GET|PUT|POST|DELETE
/// …/{name}/parsers/{parser}`. Bodies and answers: docs/rest.md. Everything is borrowed and must
/// outlive the router, but for `lookups`: what parsers may use, to compile them with.
void add_repository_routes(http::Router& router, const Access& access, global::Global& global,
                           exec::Lookups lookups = {});

}  // namespace logwood::api
