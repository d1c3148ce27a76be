#pragma once

#include <vector>

#include "api/json_body.h"
#include "api/json_writer.h"
#include "base/result.h"
#include "global/entities.h"
#include "ingest/parsers/parser_trial.h"

namespace logwood::api {

/// Writes a parser with its test cases as one object.
void write_parser(JsonWriter& json, const global::Parser& parser);

/// Reads the script, fields and test cases of a parser; what the object does not have stays as it
/// is in `into`. Takes the spellings of REST, GraphQL and templates.
Result<void> read_parser(const JsonObject& object, global::Parser& into);

/// Writes what came of the parser's test cases as one object.
void write_trial(JsonWriter& json, const global::Parser& parser,
                 const std::vector<ingest::TrialResult>& results);

}  // namespace logwood::api
