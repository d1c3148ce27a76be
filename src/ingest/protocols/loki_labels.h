#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace logwood::ingest {

/// Reads the labels of a stream as Prometheus writes them: `{name="value", other="..."}`, with the
/// escapes of Go's strings, or values in backquotes; names may be quoted too. kInvalidArgument with
/// the place in the text.
Result<std::vector<std::pair<std::string, std::string>>> parse_loki_labels(std::string_view text);

}  // namespace logwood::ingest
