#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "http/router.h"
#include "http/server.h"
#include "search/search.h"

namespace logwood::api {

/// The figures of a node, read from the services when somebody asks. Names follow Prometheus:
/// `logwood_<service>_<what>_<unit>`, sums end in `_total`. Loop thread.
class Metrics {
 public:
    using Labels = std::map<std::string, std::string>;
    using Read = std::function<double()>;

    /// A sum that only grows while the process lives. What `read` uses must outlive this.
    void add_counter(std::string name, std::string help, Read read, Labels labels = {});
    /// A value that comes and goes.
    void add_gauge(std::string name, std::string help, Read read, Labels labels = {});

    /// All figures in the Prometheus text format 0.0.4.
    std::string render() const;

 private:
    struct Series {
        Labels labels;
        Read read;
    };
    struct Family {
        std::string help;
        bool is_counter = false;
        std::vector<Series> series;
    };
    void add(std::string name, std::string help, bool is_counter, Read read, Labels labels);

    std::map<std::string, Family> families_;
};

void add_search_metrics(Metrics& metrics, const search::Search& search);
void add_http_metrics(Metrics& metrics, const http::Server& server);

/// `/metrics`, without authentication; `metrics` must outlive the router.
void add_metrics_route(http::Router& router, const Metrics& metrics);

}  // namespace logwood::api
