#pragma once

#include "base/result.h"
#include "server/config.h"

namespace logwood::server {

/// Runs a node with its HTTP listener on the calling thread until SIGINT or SIGTERM, then stops it
/// in order: no new requests, those under way finish, then the services. An error when it could
/// not start.
Result<void> serve(const Config& config);

}  // namespace logwood::server
