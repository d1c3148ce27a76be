#pragma once

#include <string_view>

#include "base/result.h"
#include "search/query_input.h"

namespace logwood::api {

/// Reads the body of a query request. Keys that nobody knows are ignored, null means absent.
/// kInvalidArgument carries the text that the client is shown.
Result<search::QueryInput> read_query_input(std::string_view body);

}  // namespace logwood::api
