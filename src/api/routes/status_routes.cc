#include "api/routes/status_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "api/json_writer.h"
#include "api/routes/routes.h"

namespace logwood::api {

namespace {

using Answer = async::Task<Result<http::Response>>;

constexpr std::array<std::string_view, 3> kNames = {"OK", "WARN", "DOWN"};
constexpr std::array<std::string_view, 3> kSentences = {
    "everything is working", "some checks need attention", "the node cannot serve"};

std::string_view name_of(Health health) { return kNames[static_cast<std::size_t>(health)]; }
std::string_view sentence_of(Health health) { return kSentences[static_cast<std::size_t>(health)]; }

/// All checks as of one moment.
struct Report {
    std::vector<HealthCheck> checks;
    Health overall = Health::kOk;
    Duration uptime{};

    int status() const { return overall == Health::kDown ? 503 : 200; }
};

/// Makes reports; shared by the handlers.
struct Reporter {
    async::Loop& loop;
    HealthChecks checks;
    MonoTime started;

    Report report() const {
        Report report{.checks = checks(), .uptime = loop.now() - started};
        std::ranges::sort(report.checks, {}, &HealthCheck::name);
        for (auto& check : report.checks) report.overall = std::max(report.overall, check.health);
        return report;
    }
};

/// `5m58s`: the two largest units that are not zero.
std::string uptime_text(Duration uptime) {
    auto seconds = uptime / 1s;
    if (seconds < 60) return fmt::format("{}s", seconds);
    if (seconds < 3600) return fmt::format("{}m{}s", seconds / 60, seconds % 60);
    if (seconds < 86'400) return fmt::format("{}h{}m", seconds / 3600, seconds / 60 % 60);
    return fmt::format("{}d{}h", seconds / 86'400, seconds / 3600 % 24);
}

/// Exactly two keys in this order: a client's test demands it.
std::string render_status(const Report& report) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("status", name_of(report.overall));
    json.member("version", version_text());
    json.end_object();
    return out;
}

std::string render_health_text(const Report& report) {
    std::array<std::size_t, 3> counts{};
    for (auto& check : report.checks) ++counts[static_cast<std::size_t>(check.health)];
    auto text = fmt::format(
        "{} - {}\n  Uptime: {} ({}s)\n  Humio version: {}\n\n"
        "Individual checks (DOWN={} WARN={} OK={}):\n",
        name_of(report.overall), sentence_of(report.overall), uptime_text(report.uptime),
        report.uptime / 1s, version_text(), counts[2], counts[1], counts[0]);
    for (auto& check : report.checks) {
        text += fmt::format("  {} [{}]: {}", check.name, name_of(check.health), check.message);
        for (auto& [name, value] : check.fields) text += fmt::format(" {}={:.1f}", name, value);
        text += '\n';
    }
    return text;
}

void write_checks(JsonWriter& json, std::string_view key, const Report& report, Health health) {
    json.key(key);
    json.begin_array();
    for (auto& check : report.checks) {
        if (check.health != health) continue;
        json.begin_object();
        json.member("name", check.name);
        json.member("status", name_of(check.health));
        json.member("statusMessage", check.message);
        json.key("fields");
        json.begin_object();
        for (auto& [name, value] : check.fields) {
            json.key(name);
            json.raw(fmt::format("{:.3f}", value));
        }
        json.end_object();
        json.end_object();
    }
    json.end_array();
}

std::string render_health_json(const Report& report) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("status", name_of(report.overall));
    json.member("statusMessage", sentence_of(report.overall));
    json.member("uptime", uptime_text(report.uptime));
    json.member("version", version_text());
    write_checks(json, "oks", report, Health::kOk);
    write_checks(json, "warnings", report, Health::kWarn);
    write_checks(json, "down", report, Health::kDown);
    json.end_object();
    return out;
}

Answer show_health(std::shared_ptr<const Reporter> reporter) {
    auto report = reporter->report();
    co_return http::Response::text(report.status(), render_health_text(report));
}

Answer show_health_json(std::shared_ptr<const Reporter> reporter) {
    auto report = reporter->report();
    co_return http::Response::json(report.status(), render_health_json(report));
}

async::Task<http::Response> show_status(std::shared_ptr<const Reporter> reporter, http::Request) {
    auto report = reporter->report();
    co_return http::Response::json(report.status(), render_status(report));
}

async::Task<http::Response> show_is_up(std::shared_ptr<const Reporter> reporter, http::Request) {
    auto report = reporter->report();
    co_return http::Response::text(report.status(), report.status() == 200 ? "up" : "down");
}

}  // namespace

std::string version_text() { return "1.200.0--build-1--logwood-" LOGWOOD_VERSION; }

void add_status_routes(http::Router& router, const Access& access, async::Loop& loop,
                       HealthChecks checks) {
    auto reporter = std::make_shared<const Reporter>(loop, std::move(checks), loop.now());
    router.add("GET", "/api/v1/status",
               [reporter](auto request) { return show_status(reporter, std::move(request)); });
    router.add("GET", "/api/v1/is-node-up",
               [reporter](auto request) { return show_is_up(reporter, std::move(request)); });
    add_cluster_route(router, access, Right::kAdminister, "GET", "/api/v1/health",
                      [reporter](auto, auto) { return show_health(reporter); });
    add_cluster_route(router, access, Right::kAdminister, "GET", "/api/v1/health-json",
                      [reporter](auto, auto) { return show_health_json(reporter); });
}

}  // namespace logwood::api
