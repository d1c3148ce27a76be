#pragma once

#include "api/metrics.h"
#include "api/status_routes.h"
#include "server/node.h"

namespace logwood::server {

/// Figures of the node's own services; the node is borrowed.
void add_node_metrics(api::Metrics& metrics, Node& node);

/// What `/api/v1/health` looks at.
std::vector<api::HealthCheck> check_health(Node& node);

}  // namespace logwood::server
