#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace logwood::ingest {

/// The tokens that an Authorization header may stand for, to be tried in order: the password, then
/// the user of Basic; what follows any other scheme word; a text without one. Empty when there is
/// none.
std::vector<std::string> token_candidates(std::string_view authorization);

}  // namespace logwood::ingest
