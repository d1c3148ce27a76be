#pragma once

#include <functional>

#include "api/access.h"
#include "async/loop.h"
#include "exec/lookup/lookups.h"
#include "global/global.h"
#include "http/router.h"

namespace logwood::api {

using LookupsOf = std::function<exec::Lookups(RepoId)>;

/// The parsers of a repository over REST, as JSON or as YAML templates: `GET|POST
/// …/{name}/parsers`, `GET|PUT|POST|DELETE …/{name}/parsers/{parser}`, `POST
/// …/{name}/parsers/{parser}/test`. Bodies and answers: docs/rest.md. Everything is borrowed and
/// must outlive the router. `lookups_of` says what the parsers of a repository may use; any thread.
void add_parser_routes(http::Router& router, const Access& access, global::Global& global,
                       async::Loop& loop, LookupsOf lookups_of = {});

}  // namespace logwood::api
