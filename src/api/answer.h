#pragma once

#include "base/result.h"
#include "http/message.h"

namespace logwood::api {

/// The response that tells a client of an error: a status and one sentence of plain text. Internal
/// errors do not reach clients; they are written to the log.
http::Response answer(const Error& error);

}  // namespace logwood::api
