#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "global/entities.h"

namespace logwood::api {

/// Reads a parser template, `$schema: https://schemas.humio.com/parser/v0.1.0` to `v0.3.0` or none:
/// its name (empty when it has none), script, fields and test cases. Unknown keys are ignored, as
/// everywhere in the API. kInvalidArgument with the line for what is no YAML, no such template, or
/// refers to itself more than kYamlNodesMax times.
Result<global::Parser> parser_from_yaml(std::string_view text);

/// Writes a template of version 0.3.0, which parser_from_yaml() reads back as it was.
std::string parser_to_yaml(const global::Parser& parser);

}  // namespace logwood::api
