#pragma once

#include "api/access.h"
#include "global/global.h"
#include "http/router.h"

namespace logwood::api {

/// Administration of repositories and ingest tokens over REST:
///
/// `GET|POST /api/v1/repositories`, `GET|DELETE …/{name}`, `GET|POST …/{name}/ingesttokens`,
/// `DELETE …/{name}/ingesttokens/{token}`. Bodies and answers: docs/rest.md. Everything is borrowed
/// and must outlive the router.
void add_repository_routes(http::Router& router, const Access& access, global::Global& global);

}  // namespace logwood::api
