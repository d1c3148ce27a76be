#include "api/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <utility>

namespace logwood::api {

void Metrics::add(std::string name, std::string help, bool is_counter, Read read, Labels labels) {
    auto& family = families_[std::move(name)];
    family.help = std::move(help);
    family.is_counter = is_counter;
    family.series.push_back({std::move(labels), std::move(read)});
}

void Metrics::add_counter(std::string name, std::string help, Read read, Labels labels) {
    add(std::move(name), std::move(help), true, std::move(read), std::move(labels));
}

void Metrics::add_gauge(std::string name, std::string help, Read read, Labels labels) {
    add(std::move(name), std::move(help), false, std::move(read), std::move(labels));
}

std::string Metrics::render() const {
    std::vector<prometheus::MetricFamily> families;
    for (auto& [name, family] : families_) {
        auto& out = families.emplace_back();
        out.name = name;
        out.help = family.help;
        out.type =
            family.is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
        for (auto& series : family.series) {
            auto& metric = out.metric.emplace_back();
            for (auto& [label, value] : series.labels) metric.label.push_back({label, value});
            (family.is_counter ? metric.counter.value : metric.gauge.value) = series.read();
        }
    }
    return prometheus::TextSerializer().Serialize(families);
}

void add_search_metrics(Metrics& metrics, const search::Search& search) {
    using search::Counters;
    struct Sum {
        const char* name;
        const char* help;
        std::uint64_t Counters::* value;
    };
    static constexpr std::array kSums = {
        Sum{"jobs_created", "Query jobs accepted.", &Counters::jobs_created},
        Sum{"jobs_refused", "Query jobs refused.", &Counters::jobs_refused},
        Sum{"jobs_expired", "Query jobs deleted as nobody polled them.", &Counters::jobs_expired},
        Sum{"jobs_incomplete", "Query jobs whose result lacks data.", &Counters::jobs_incomplete},
        Sum{"jobs_stopped", "Query jobs stopped by a limit or error.", &Counters::jobs_stopped},
        Sum{"jobs_too_large", "Queries ended because all held too much.",
            &Counters::jobs_too_large},
        Sum{"exports_started", "Exports accepted.", &Counters::exports_started},
        Sum{"exports_failed", "Exports that ended with an error.", &Counters::exports_failed},
        Sum{"segments_opened", "Segments opened for a search.", &Counters::segments_opened},
        Sum{"segments_unreadable", "Times that a search could not read a part of a segment.",
            &Counters::segments_unreadable},
        Sum{"events_processed", "Events scanned.", &Counters::events_processed},
        Sum{"bytes_processed", "Original bytes of events scanned.", &Counters::bytes_processed},
        Sum{"replans", "Plans made anew as a partition had no cut.", &Counters::replans},
    };
    for (auto& sum : kSums)
        metrics.add_counter(
            std::string("logwood_search_") + sum.name + "_total", sum.help,
            [&search, value = sum.value] { return static_cast<double>(search.counters().*value); });
    metrics.add_gauge("logwood_search_jobs", "Query jobs kept now.",
                      [&search] { return static_cast<double>(search.jobs()); });
    metrics.add_gauge("logwood_search_live_jobs", "Live queries among them.",
                      [&search] { return static_cast<double>(search.live_jobs()); });
    metrics.add_gauge("logwood_search_exports", "Exports under way.",
                      [&search] { return static_cast<double>(search.exports()); });
}

void add_http_metrics(Metrics& metrics, const http::Server& server) {
    using http::ServerCounters;
    struct Sum {
        const char* name;
        const char* help;
        std::uint64_t ServerCounters::* value;
    };
    static constexpr std::array kSums = {
        Sum{"connections_accepted", "Connections accepted.", &ServerCounters::connections_accepted},
        Sum{"connections_refused", "Connections above the limit.",
            &ServerCounters::connections_refused},
        Sum{"requests", "Requests that reached a route.", &ServerCounters::requests},
        Sum{"requests_refused", "Requests malformed, too large or too slow.",
            &ServerCounters::requests_refused},
        Sum{"received_bytes", "Bytes of request bodies.", &ServerCounters::body_bytes_in},
        Sum{"sent_bytes", "Bytes of response bodies.", &ServerCounters::body_bytes_out},
    };
    for (auto& sum : kSums)
        metrics.add_counter(
            std::string("logwood_http_") + sum.name + "_total", sum.help,
            [&server, value = sum.value] { return static_cast<double>(server.counters().*value); });
    for (std::size_t hundreds = 1; hundreds <= 5; ++hundreds)
        metrics.add_counter("logwood_http_responses_total", "Responses by hundreds of the status.",
                            [&server, hundreds] {
                                return static_cast<double>(server.counters().responses[hundreds]);
                            },
                            {{"status", std::to_string(hundreds) + "xx"}});
    metrics.add_gauge("logwood_http_connections", "Connections open.", [&server] {
        return static_cast<double>(server.counters().connections_open);
    });
    metrics.add_gauge("logwood_http_held_body_bytes", "Bytes of requests under way.", [&server] {
        return static_cast<double>(server.counters().bodies_bytes_held);
    });
}

void add_metrics_route(http::Router& router, const Metrics& metrics) {
    struct Serve {
        static async::Task<http::Response> run(const Metrics& metrics) {
            auto response = http::Response::text(200, metrics.render());
            response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            co_return response;
        }
    };
    router.add("GET", "/metrics", [&metrics](http::Request) { return Serve::run(metrics); });
}

}  // namespace logwood::api
