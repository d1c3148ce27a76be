#pragma once

#include <string_view>

namespace logwood::ingest {

/// The type of a Content-Type, without parameters and blanks.
std::string_view media_type(std::string_view content_type);
/// `application/json` and `application/...+json`, whatever the parameters.
bool is_json_type(std::string_view content_type);

}  // namespace logwood::ingest
