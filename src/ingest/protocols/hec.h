#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "ingest/protocols/protocol.h"

namespace logwood::ingest {

/// Members of HEC events, and parameters of HEC raw, that become fields.
inline constexpr std::pair<std::string_view, std::string_view> kHecFields[] = {
    {"host", "@host"}, {"source", "@source"}, {"timezone", "@timezone"}};

/// Messages that HEC has codes of their own for.
inline constexpr std::string_view kWrongIndex = "Incorrect index";
inline constexpr std::string_view kNoData = "No data";

/// `index` must be the repository that the token stands for.
inline Result<void> check_index(std::string_view index, const Incoming& incoming) {
    if (index.empty() || index == incoming.repository) return {};
    return fail(Code::kInvalidArgument, std::string(kWrongIndex));
}

}  // namespace logwood::ingest
