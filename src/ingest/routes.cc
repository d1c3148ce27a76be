// Which path speaks which protocol; the ways in which a caller says for which repository.
#include "ingest/answer.h"
#include "ingest/credentials.h"
#include "ingest/ingest.h"

namespace logwood::ingest {
namespace {

struct TokenRoute {
    std::string_view path;
    Protocol protocol;
    Dialect dialect;
};

constexpr Protocol kUnstructured{decode_unstructured, "kv"};
constexpr Protocol kStructured{decode_structured, ""};
constexpr Protocol kRaw{decode_raw, ""};
constexpr Protocol kJson{decode_json, ""};
constexpr Protocol kHecEvent{decode_hec_event, "", false};
constexpr Protocol kHecRaw{decode_hec_raw, "", false};

/// The repository follows from the token.
constexpr TokenRoute kTokenRoutes[] = {
    {"/api/v1/ingest/humio-structured", kStructured, Dialect::kLogScale},
    {"/api/v1/ingest/humio-unstructured", kUnstructured, Dialect::kLogScale},
    {"/api/v1/ingest/raw", kRaw, Dialect::kLogScale},
    {"/api/v1/ingest/json", kJson, Dialect::kLogScale},
    {"/api/v1/ingest/raw/json", kJson, Dialect::kLogScale},
    {"/api/v1/ingest/hec", kHecEvent, Dialect::kHec},
    {"/api/v1/ingest/hec/event", kHecEvent, Dialect::kHec},
    {"/api/v1/ingest/hec/event/1.0", kHecEvent, Dialect::kHec},
    {"/services/collector", kHecEvent, Dialect::kHec},
    {"/services/collector/event", kHecEvent, Dialect::kHec},
    {"/services/collector/event/1.0", kHecEvent, Dialect::kHec},
    {"/api/v1/ingest/hec/raw", kHecRaw, Dialect::kHec},
    {"/api/v1/ingest/hec/raw/1.0", kHecRaw, Dialect::kHec},
    {"/services/collector/raw", kHecRaw, Dialect::kHec},
    {"/services/collector/raw/1.0", kHecRaw, Dialect::kHec},
};

struct RepositoryRoute {
    std::string_view path;
    Protocol protocol;
};

/// The repository stands in the path.
constexpr RepositoryRoute kRepositoryRoutes[] = {
    {"/api/v1/repositories/{repo}/ingest", kStructured},
    {"/api/v1/dataspaces/{repo}/ingest", kStructured},
    {"/api/v1/repositories/{repo}/ingest-messages", kUnstructured},
    {"/api/v1/dataspaces/{repo}/ingest-messages", kUnstructured},
};

constexpr std::string_view kHealthPaths[] = {
    "/services/collector/health", "/services/collector/health/1.0", "/api/v1/ingest/hec/health",
    "/api/v1/ingest/hec/health/1.0"};

Incoming incoming_of(http::Request request) {
    return {.body = std::move(request.body),
            .query = std::move(request.query),
            .channel = std::string(request.headers.get("x-splunk-request-channel"))};
}

async::Task<http::Response> health(http::Request) {
    co_return http::Response::json(200, R"({"text":"HEC is healthy","code":17})");
}

}  // namespace

/// The handlers: members, so that coroutines have no captures that could go before them.
class Routes {
 public:
    static async::Task<http::Response> by_token(Ingest& ingest, const TokenRoute& route,
                                                http::Request request) {
        auto& counters = ingest.counters_;
        ++counters.requests;
        auto candidates = token_candidates(request.headers.get("authorization"));
        if (candidates.empty()) {
            ++counters.requests_unauthorized;
            co_return unauthenticated(route.dialect);
        }
        const auto& state = ingest.global_.state();
        std::shared_ptr<const global::IngestToken> token;
        for (auto& candidate : candidates)
            if (!token) token = state.token_by_text(candidate);
        auto repo = token ? state.repository(token->repo) : nullptr;
        if (!repo || repo->deleted) {
            ++counters.requests_unauthorized;
            co_return bad_token(route.dialect);
        }
        auto done = co_await ingest.ingest(repo, token->parser, route.protocol,
                                           incoming_of(std::move(request)));
        co_return answer(ingest, route.dialect, done);
    }

    static async::Task<http::Response> by_repository(Ingest& ingest, Protocol protocol,
                                                     http::Request request) {
        ++ingest.counters_.requests;
        auto repo = ingest.global_.state().repository_named(request.capture("repo"));
        if (!repo)
            co_return refusal(Dialect::kLogScale, Error{Code::kNotFound, "no such repository"});
        if (ingest.options_.authorize) {
            auto allowed = ingest.options_.authorize(request, *repo);
            ingest.counters_.requests_unauthorized += !allowed;
            if (!allowed) co_return refusal(Dialect::kLogScale, allowed.error());
        }
        auto done =
            co_await ingest.ingest(repo, std::nullopt, protocol, incoming_of(std::move(request)));
        co_return answer(ingest, Dialect::kLogScale, done);
    }

 private:
    static http::Response answer(Ingest& ingest, Dialect dialect, const Result<void>& done) {
        if (done) return success(dialect);
        auto response = refusal(dialect, done.error());
        ++(response.status >= 500 ? ingest.counters_.requests_failed
                                  : ingest.counters_.requests_refused);
        return response;
    }
};

void Ingest::add_routes(http::Router& router) {
    for (const auto& route : kTokenRoutes)
        router.add("POST", route.path, [this, &route](http::Request request) {
            return Routes::by_token(*this, route, std::move(request));
        });
    for (const auto& route : kRepositoryRoutes)
        router.add("POST", route.path, [this, &route](http::Request request) {
            return Routes::by_repository(*this, route.protocol, std::move(request));
        });
    for (auto path : kHealthPaths) router.add("GET", path, health);
}

}  // namespace logwood::ingest
