#pragma once

#include <cstdint>

#include "base/result.h"
#include "http/message.h"

namespace logwood::ingest {

/// Whose bodies the answers have.
enum class Dialect : std::uint8_t {
    kLogScale,
    kHec,
    kAccepted,  ///< 202 without a body, as GELF and the journal expect; else as LogScale.
};

http::Response success(Dialect dialect);
/// No credentials came.
http::Response unauthenticated(Dialect dialect);
/// Nobody knows the token.
http::Response bad_token(Dialect dialect);
/// 4xx: nothing was stored and never will be. 503 with `"stored":"no"`: nothing was stored, try
/// again. 500 with `"stored":"unknown"`: trying again may double.
http::Response refusal(Dialect dialect, const Error& error);

}  // namespace logwood::ingest
