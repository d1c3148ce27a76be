#include "server/serve.h"

#include <malloc.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/access.h"
#include "api/metrics.h"
#include "api/routes/file_routes.h"
#include "api/routes/listener_routes.h"
#include "api/routes/parser_routes.h"
#include "api/routes/repository_routes.h"
#include "api/routes/routes.h"
#include "api/routes/saved_query_routes.h"
#include "api/routes/status_routes.h"
#include "async/loop.h"
#include "base/server_log.h"
#include "http/server.h"
#include "ingest/ingest.h"
#include "ingest/listeners/listeners.h"
#include "ingest/parsers/script_compiler.h"
#include "server/directory_lock.h"
#include "server/limits.h"
#include "server/node.h"
#include "server/node_metrics.h"

namespace logwood::server {
namespace {

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// A node, its routes and its listener.
class ServingNode {
 public:
    ServingNode(async::RealLoop& loop, async::Runtime runtime, const Config& config)
        : loop_(loop), gate_(loop), node_(runtime, config), config_(config) {}

    /// Runs until stopped by a signal; the error when starting failed.
    Result<void> run() {
        loop_.on_terminate([this] {
            if (!std::exchange(stopping_, true)) gate_.spawn(shut_down());
        });
        gate_.spawn(start_up());
        loop_.run();
        return std::move(result_);
    }

 private:
    async::Task<void> start_up() {
        result_ = co_await start_all();
        if (!result_ && !std::exchange(stopping_, true)) gate_.spawn(shut_down());
    }

    async::Task<Result<void>> start_all() {
        CO_TRY_OK(co_await node_.start());
        is_node_up_ = true;
        ingest_.emplace(
            node_.runtime(), node_.log(), node_.global(),
            ingest::IngestOptions{.compile = ingest::script_compiler([this](RepoId repo) {
                                      return node_.lookup_files().lookups_of_parser(repo);
                                  }),
                                  .is_full = [this] { return node_.disk().is_full(); }});
        listeners_.emplace(loop_, node_.global(), *ingest_,
                           config_.socket_bind.empty() ? config_.listen_host : config_.socket_bind);
        add_routes();
        server_.emplace(
            loop_, router_,
            http::ServerOptions{.host = config_.listen_host, .port = config_.listen_port});
        api::add_http_metrics(metrics_, *server_);
        CO_TRY_OK(server_->start());
        listeners_->start();
        if (config_.elastic_port != 0) CO_TRY_OK(start_elastic());
        server_log::info("server", "serving",
                         {{"address", config_.listen_host + ":" + std::to_string(server_->port())},
                          {"data", config_.data_directory}});
        co_return {};
    }

    Result<void> start_elastic() {
        ingest_->add_elastic_routes(elastic_router_);
        elastic_server_.emplace(
            loop_, elastic_router_,
            http::ServerOptions{.host = config_.listen_host, .port = config_.elastic_port});
        return elastic_server_->start();
    }

    void add_routes() {
        api::add_status_routes(router_, *access_, loop_, [this] { return check_health(node_); });
        api::add_repository_routes(router_, *access_, node_.global());
        api::add_parser_routes(router_, *access_, node_.global(), loop_, [this](RepoId repo) {
            return node_.lookup_files().lookups_of_parser(repo);
        });
        api::add_file_routes(router_, *access_, node_.global(), node_.lookup_files());
        api::add_saved_query_routes(router_, *access_, node_.global());
        api::add_listener_routes(router_, *access_, node_.global(),
                                 [this](ListenerId id) { return listeners_->problem_of(id); });
        api::add_search_routes(router_, *access_, node_.runtime(), node_.search());
        ingest_->add_routes(router_);
        add_node_metrics(metrics_, node_);
        add_listener_metrics(metrics_, *listeners_);
        api::add_search_metrics(metrics_, node_.search());
        api::add_metrics_route(router_, metrics_);
    }

    async::Task<void> shut_down() {
        server_log::info("server", "stopping");
        if (server_) co_await server_->stop(kStopTimeout);
        if (listeners_) co_await listeners_->stop();
        if (elastic_server_) co_await elastic_server_->stop(kStopTimeout);
        if (ingest_) co_await ingest_->stop();
        if (is_node_up_) co_await node_.stop();
        loop_.stop();
    }

    async::RealLoop& loop_;
    async::Gate gate_;
    Node node_;
    const Config& config_;
    std::unique_ptr<const api::Access> access_ = api::make_open_access();
    http::Router router_;
    http::Router elastic_router_;
    api::Metrics metrics_;
    std::optional<ingest::Ingest> ingest_;
    std::optional<ingest::Listeners> listeners_;
    std::optional<http::Server> server_;
    std::optional<http::Server> elastic_server_;
    Result<void> result_;
    bool is_node_up_ = false;
    bool stopping_ = false;
};

}  // namespace

Result<void> serve(const Config& config) {
    if (!is_loopback(config.listen_host))
        return fail(
            Code::kInvalidArgument,
            "there is no authentication yet, so only loopback addresses may be listened on, "
            "not " +
                config.listen_host);
    TRY(auto lock, DirectoryLock::take(config.data_directory));
    ::mallopt(M_ARENA_MAX, kMallocArenas);
    auto loop = async::make_real_loop(config.cores_used());
    auto random = async::make_system_random();
    auto files = async::make_posix_file_system();
    ServingNode serving(*loop, {*loop, *random, *files}, config);
    return serving.run();
}

}  // namespace logwood::server
