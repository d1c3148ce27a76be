#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace logwood::ingest {

/// Whose bodies the answers have.
enum class Dialect : std::uint8_t {
    kLogScale,
    kHec,
    kElastic,
    kLoki,
    kOtlpProtobuf,
    kOtlpJson,
    kAccepted,  ///< 202 without a body, as GELF and the journal expect; else as LogScale.
};

/// All that `answer`, which the decoder wrote (see Incoming), does not except is stored.
http::Response success(Dialect dialect, std::string answer, Duration took);
/// No credentials came.
http::Response unauthenticated(Dialect dialect);
/// Nobody knows the token.
http::Response bad_token(Dialect dialect);
/// 4xx: nothing was stored and never will be. 503 with `"stored":"no"`: nothing was stored, try
/// again. 500 with `"stored":"unknown"`: trying again may double.
http::Response refusal(Dialect dialect, const Error& error);
/// A body whose Content-Type is not `expected`.
http::Response wrong_media_type(Dialect dialect, std::string_view expected);

}  // namespace logwood::ingest
