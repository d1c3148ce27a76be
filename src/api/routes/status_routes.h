#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/access.h"
#include "async/loop.h"
#include "http/router.h"

namespace logwood::api {

enum class Health : std::uint8_t { kOk, kWarn, kDown };

/// One thing that was looked at.
struct HealthCheck {
    std::string name;  ///< `primary-disk-usage`.
    Health health = Health::kOk;
    std::string message;
    std::vector<std::pair<std::string, double>> fields;
};

/// Looks at everything now. Called on the loop's thread for each request; must be cheap.
using HealthChecks = std::function<std::vector<HealthCheck>()>;

/// `1.200.0--build-<n>--logwood-<version>`: up to the first `-` the version of LogScale whose
/// interfaces are kept, which clients compare.
std::string version_text();

/// `/api/v1/status`, `/api/v1/is-node-up` (both for everybody), `/api/v1/health`,
/// `/api/v1/health-json`. `access` and `loop` must outlive the router.
void add_status_routes(http::Router& router, const Access& access, async::Loop& loop,
                       HealthChecks checks);

}  // namespace logwood::api
