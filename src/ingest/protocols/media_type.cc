#include "ingest/protocols/media_type.h"

#include <algorithm>

#include "http/message.h"

namespace logwood::ingest {

std::string_view media_type(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    type.remove_prefix(std::min(type.find_first_not_of(" \t"), type.size()));
    return type.substr(0, type.find_last_not_of(" \t") + 1);
}

bool is_json_type(std::string_view content_type) {
    constexpr std::string_view kSuffix = "+json";
    auto type = media_type(content_type);
    if (http::equals_ignoring_case(type, "application/json")) return true;
    return type.size() > kSuffix.size() &&
           http::equals_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix);
}

}  // namespace logwood::ingest
