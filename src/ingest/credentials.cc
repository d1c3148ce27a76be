#include "ingest/credentials.h"

#include <algorithm>

#include "http/message.h"
#include "ingest/protocols/binary_text.h"

namespace logwood::ingest {

std::vector<std::string> token_candidates(std::string_view authorization) {
    std::vector<std::string> candidates;
    auto add = [&](std::string_view token) {
        if (!token.empty()) candidates.emplace_back(token);
    };
    auto blank = authorization.find(' ');
    if (blank == std::string_view::npos) {
        add(authorization);
        return candidates;
    }
    auto scheme = authorization.substr(0, blank);
    auto rest = authorization.substr(blank);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (!http::equals_ignoring_case(scheme, "basic")) {
        add(rest);
        return candidates;
    }
    auto pair = decode_base64(rest);
    if (!pair) return candidates;
    auto colon = std::min(pair->find(':'), pair->size());
    add(std::string_view(*pair).substr(std::min(colon + 1, pair->size())));
    add(std::string_view(*pair).substr(0, colon));
    return candidates;
}

}  // namespace logwood::ingest
