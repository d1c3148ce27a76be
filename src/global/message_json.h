#pragma once

#include <google/protobuf/message.h>

#include <boost/json/value.hpp>

#include "base/result.h"

namespace logwood::global {

/// A message as JSON: fields that are set, by their names in the .proto; bytes as hex, numbers as
/// numbers. Messages with maps, enums or floats are not for it.
boost::json::value message_to_json(const google::protobuf::Message& message);

/// Fills an empty message from what message_to_json() gave. kUnsupported for a field that is
/// unknown here (a newer version wrote it), kCorrupt for a value of the wrong type or range.
Result<void> message_from_json(const boost::json::value& value, google::protobuf::Message& message);

}  // namespace logwood::global
