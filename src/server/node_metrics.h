#pragma once

#include "api/metrics.h"
#include "api/routes/status_routes.h"
#include "ingest/listeners/listeners.h"
#include "server/node.h"

namespace logwood::server {

/// Figures of the node's own services; the node is borrowed.
void add_node_metrics(api::Metrics& metrics, Node& node);

/// Figures of the ingest listeners, which are borrowed.
void add_listener_metrics(api::Metrics& metrics, const ingest::Listeners& listeners);

/// What `/api/v1/health` looks at.
std::vector<api::HealthCheck> check_health(Node& node);

}  // namespace logwood::server
