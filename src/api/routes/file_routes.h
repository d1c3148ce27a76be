#pragma once

#include "api/access.h"
#include "global/global.h"
#include "http/router.h"
#include "lookup/lookup_files.h"

namespace logwood::api {

/// Lookup files over REST, for a repository and for all:
///
/// `GET|POST …/{name}/files`, `GET|PUT|DELETE …/{name}/files/{file}`, and the same below
/// `/api/v1/uploadedfiles/shared`. Bodies and answers: docs/rest.md. Everything is borrowed and
/// must outlive the router.
void add_file_routes(http::Router& router, const Access& access, global::Global& global,
                     lookup::LookupFiles& files);

}  // namespace logwood::api
