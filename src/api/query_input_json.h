#pragma once

#include <string_view>

#include "api/access.h"
#include "base/result.h"
#include "http/message.h"
#include "search/query_input.h"

namespace logwood::api {

/// Reads the body of a query request. Keys that nobody knows are ignored, null means absent.
/// kInvalidArgument carries the text that the client is shown.
Result<search::QueryInput> read_query_input(std::string_view body);
/// The same with what the request's caller may search. `access` outlives the input.
Result<search::QueryInput> read_query_input(const Access& access, const http::Request& request);

}  // namespace logwood::api
