#pragma once

#include <string>

#include "base/result.h"
#include "ingest/protocols/otlp_schema.h"

namespace logwood::ingest {

/// Turns OTLP's JSON into the protobuf that means the same, so that there is one way to read it.
/// Names may be written in lowerCamelCase or as in the .proto files; unknown ones are ignored.
/// kInvalidArgument with the path and the byte. Pads `json`.
Result<std::string> otlp_protobuf_of(std::string& json, const OtlpSchema& schema);

}  // namespace logwood::ingest
