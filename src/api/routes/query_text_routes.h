#pragma once

#include "api/access.h"
#include "http/router.h"
#include "search/search.h"

namespace logwood::api {

/// What is said of a query's text, below `/api/v1/repositories/{name}/query`: `POST …/explain`,
/// `POST …/format`, `POST …/lint`. Bodies and answers: docs/rest.md. Everything is borrowed and
/// must outlive the router.
void add_query_text_routes(http::Router& router, const Access& access, search::Search& search);

}  // namespace logwood::api
