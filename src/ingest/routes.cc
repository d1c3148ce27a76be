// Which path speaks which protocol; the ways in which a caller says for which repository.
#include <algorithm>
#include <expected>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "http/content_coding.h"
#include "http/limits.h"
#include "ingest/answer.h"
#include "ingest/credentials.h"
#include "ingest/ingest.h"
#include "ingest/limits.h"
#include "ingest/protocols/journal_entries.h"
#include "ingest/protocols/media_type.h"

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
constexpr Protocol kElasticBulk{decode_elastic_bulk, "kv"};
constexpr Protocol kLoki{decode_loki, "", false, true};
constexpr Protocol kOtlpLogs{decode_otlp_logs, ""};
constexpr Protocol kOtlpTraces{decode_otlp_traces, ""};
constexpr Protocol kOtlpMetrics{decode_otlp_metrics, ""};
constexpr Protocol kGelf{decode_gelf, ""};
constexpr Protocol kJournal{decode_journal, ""};

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
    {"/_bulk", kElasticBulk, Dialect::kElastic},
    {"/{index}/_bulk", kElasticBulk, Dialect::kElastic},
    {"/{index}/{type}/_bulk", kElasticBulk, Dialect::kElastic},
    {"/api/v1/ingest/elastic-bulk", kElasticBulk, Dialect::kElastic},
    {"/api/v1/ingest/elastic-bulk/_bulk", kElasticBulk, Dialect::kElastic},
    {"/api/v1/ingest/elastic-bulk/{index}/_bulk", kElasticBulk, Dialect::kElastic},
    {"/api/v1/ingest/elastic-bulk/{index}/{type}/_bulk", kElasticBulk, Dialect::kElastic},
    {"/loki/api/v1/push", kLoki, Dialect::kLoki},
    {"/api/prom/push", kLoki, Dialect::kLoki},
    {"/v1/logs", kOtlpLogs, Dialect::kOtlpProtobuf},
    {"/v1/traces", kOtlpTraces, Dialect::kOtlpProtobuf},
    {"/v1/metrics", kOtlpMetrics, Dialect::kOtlpProtobuf},
    {"/api/v1/ingest/otlp/v1/logs", kOtlpLogs, Dialect::kOtlpProtobuf},
    {"/api/v1/ingest/otlp/v1/traces", kOtlpTraces, Dialect::kOtlpProtobuf},
    {"/api/v1/ingest/otlp/v1/metrics", kOtlpMetrics, Dialect::kOtlpProtobuf},
    {"/gelf", kGelf, Dialect::kAccepted},
    {"/api/v1/ingest/gelf", kGelf, Dialect::kAccepted},
};

struct RepositoryRoute {
    std::string_view path;
    Protocol protocol;
    Dialect dialect = Dialect::kLogScale;
};

/// The repository stands in the path.
constexpr RepositoryRoute kRepositoryRoutes[] = {
    {"/api/v1/repositories/{repo}/ingest", kStructured},
    {"/api/v1/dataspaces/{repo}/ingest", kStructured},
    {"/api/v1/repositories/{repo}/ingest-messages", kUnstructured},
    {"/api/v1/dataspaces/{repo}/ingest-messages", kUnstructured},
    {"/api/v1/repositories/{repo}/ingest/elasticsearch", kElasticBulk, Dialect::kElastic},
    {"/api/v1/repositories/{repo}/ingest/elasticsearch/_bulk", kElasticBulk, Dialect::kElastic},
    {"/api/v1/dataspaces/{repo}/ingest/elasticsearch", kElasticBulk, Dialect::kElastic},
    {"/api/v1/dataspaces/{repo}/ingest/elasticsearch/_bulk", kElasticBulk, Dialect::kElastic},
};

/// Uploads of the journal; systemd-journal-upload adds `/upload` to what it is given.
constexpr std::string_view kJournalPaths[] = {"/upload", "/api/v1/ingest/journald/upload"};

/// Below these, clients of Elasticsearch find what they ask for before they send.
constexpr std::string_view kElasticBases[] = {"", "/api/v1/ingest/elastic-bulk",
                                              "/api/v1/repositories/{repo}/ingest/elasticsearch",
                                              "/api/v1/dataspaces/{repo}/ingest/elasticsearch"};

/// What clients ask to see whether a service is there.
struct HealthRoute {
    std::string_view path;
    std::string_view answer;  ///< JSON if it is an object, else text.
};
constexpr std::string_view kHecHealth = R"({"text":"HEC is healthy","code":17})";
constexpr HealthRoute kHealthRoutes[] = {
    {"/services/collector/health", kHecHealth},
    {"/services/collector/health/1.0", kHecHealth},
    {"/api/v1/ingest/hec/health", kHecHealth},
    {"/api/v1/ingest/hec/health/1.0", kHecHealth},
    // Loki's: there are no labels to choose from, as nothing can be read this way.
    {"/ready", "ready\n"},
    {"/loki/api/v1/labels", R"({"status":"success","data":[]})"},
};

std::optional<std::string> key_of(const http::Request& request) {
    // Two keys are none that we could choose: an empty one is refused.
    if (request.headers.count("idempotency-key") > 1) return "";
    auto key = request.headers.get("idempotency-key");
    return key.data() ? std::optional<std::string>(key) : std::nullopt;
}

Incoming incoming_of(http::Request request) {
    return {.body = std::move(request.body),
            .query = std::move(request.query),
            .channel = std::string(request.headers.get("x-splunk-request-channel")),
            .idempotency_key = key_of(request),
            .content_type = std::string(request.headers.get("content-type"))};
}

async::Task<http::Response> health(std::string_view answer) {
    co_return answer.starts_with('{') ? http::Response::json(200, std::string(answer))
                                      : http::Response::text(200, std::string(answer));
}

/// OTLP is answered in the encoding that it came in.
Dialect dialect_of(Dialect dialect, std::string_view content_type) {
    bool is_json = dialect == Dialect::kOtlpProtobuf && is_json_type(content_type);
    return is_json ? Dialect::kOtlpJson : dialect;
}

bool is_wrong_type(Dialect dialect, std::string_view content_type) {
    constexpr std::string_view kTypes[] = {"application/x-protobuf", "application/protobuf", ""};
    return dialect == Dialect::kOtlpProtobuf &&
           std::ranges::none_of(kTypes, [type = media_type(content_type)](std::string_view wanted) {
               return http::equals_ignoring_case(type, wanted);
           });
}

}  // namespace

/// The handlers: members, so that coroutines have no captures that could go before them.
class Routes {
 public:
    static async::Task<http::Response> by_token(Ingest& ingest, const TokenRoute& route,
                                                http::Request request) {
        auto dialect = dialect_of(route.dialect, request.headers.get("content-type"));
        auto writer = authorize(ingest, dialect, request);
        if (!writer) co_return std::move(writer).error();
        co_return co_await take(ingest, std::move(writer->repo), std::move(writer->parser),
                                route.protocol, dialect, std::move(request));
    }

    /// Stores an upload piece by piece. One that breaks off is sent again from its begin, so each
    /// piece has a key: those that were stored are then dropped as repeats.
    static async::Task<http::Response> journal(Ingest& ingest, http::Request request,
                                               http::BodyReader& body) {
        auto writer = authorize(ingest, Dialect::kAccepted, request);
        if (!writer) co_return std::move(writer).error();
        auto coding = http::coding_of(request.headers.get("content-encoding"));
        if (!coding || *coding != http::Coding::kIdentity)
            co_return http::Response::text(415, "An upload of the journal must not be compressed.");
        auto done = co_await store_journal(ingest, *writer, body);
        if (!done) co_return refused(ingest, Dialect::kAccepted, done.error());
        co_return success(Dialect::kAccepted, {}, {});
    }

    static async::Task<http::Response> by_repository(Ingest& ingest, const RepositoryRoute& route,
                                                     http::Request request) {
        ++ingest.counters_.requests;
        auto repo = ingest.global_.state().repository_named(request.capture("repo"));
        if (!repo) co_return refusal(route.dialect, Error{Code::kNotFound, "no such repository"});
        auto token = token_of(ingest, request.headers.get("authorization"));
        bool is_its_own = token && token->repo == repo->id;
        if (ingest.options_.authorize && !is_its_own) {
            auto allowed = ingest.options_.authorize(request, *repo);
            ingest.counters_.requests_unauthorized += !allowed;
            if (!allowed) co_return refusal(route.dialect, allowed.error());
        }
        co_return co_await take(ingest, std::move(repo), is_its_own ? token->parser : std::nullopt,
                                route.protocol, route.dialect, std::move(request));
    }

 private:
    struct Writer {
        std::shared_ptr<const global::Repository> repo;
        std::optional<std::string> parser;
    };

    /// Counts the request and finds whose token it brings; or the answer to it.
    static std::expected<Writer, http::Response> authorize(Ingest& ingest, Dialect dialect,
                                                           const http::Request& request) {
        ++ingest.counters_.requests;
        auto authorization = request.headers.get("authorization");
        auto token = token_of(ingest, authorization);
        auto repo = token ? ingest.global_.state().repository(token->repo) : nullptr;
        if (repo && !repo->deleted) return Writer{std::move(repo), token->parser};
        ++ingest.counters_.requests_unauthorized;
        return std::unexpected(token_candidates(authorization).empty() ? unauthenticated(dialect)
                                                                       : bad_token(dialect));
    }

    static async::Task<Result<void>> store_journal(Ingest& ingest, Writer writer,
                                                   http::BodyReader& body) {
        std::string bytes;
        JournalScanner scanner;
        bool is_end = false;
        while (!is_end) {
            CO_TRY(auto piece, co_await body.read());
            is_end = piece.empty();
            bytes += piece;
            do {
                CO_TRY_OK(scanner.scan(bytes));
                auto size = is_end && scanner.complete() < kJournalPieceBytes ? bytes.size()
                                                                              : scanner.complete();
                if (size == 0 || (!is_end && size < kJournalPieceBytes)) break;
                Incoming incoming{.body = bytes.substr(0, size)};
                incoming.idempotency_key =
                    "journal-" + std::to_string(checksum64(incoming.body, 3));
                bytes.erase(0, size);
                scanner.take();
                CO_TRY_OK(co_await ingest.ingest(writer.repo, writer.parser, kJournal,
                                                 std::move(incoming)));
            } while (!bytes.empty());
        }
        co_return Result<void>();
    }

    /// The ingest token that an Authorization header stands for; null when there is none.
    static std::shared_ptr<const global::IngestToken> token_of(Ingest& ingest,
                                                               std::string_view authorization) {
        for (const auto& candidate : token_candidates(authorization))
            if (auto token = ingest.global_.state().token_by_text(candidate)) return token;
        return nullptr;
    }

    static async::Task<http::Response> take(Ingest& ingest,
                                            std::shared_ptr<const global::Repository> repo,
                                            std::optional<std::string> parser, Protocol protocol,
                                            Dialect dialect, http::Request request) {
        if (is_wrong_type(dialect, request.headers.get("content-type")))
            co_return wrong_media_type(dialect, "application/x-protobuf or application/json");
        auto begin = ingest.runtime_.loop.now();
        if (auto unpacked = co_await unpack(ingest, protocol, request); !unpacked)
            co_return refused(ingest, dialect, unpacked.error());
        auto done = co_await ingest.ingest(std::move(repo), std::move(parser), protocol,
                                           incoming_of(std::move(request)));
        if (!done) co_return refused(ingest, dialect, done.error());
        co_return success(dialect, *std::move(done), ingest.runtime_.loop.now() - begin);
    }

    static async::Task<Result<void>> unpack(Ingest& ingest, const Protocol& protocol,
                                            http::Request& request) {
        bool is_done =
            http::equals_ignoring_case(request.headers.get("content-encoding"), "snappy");
        if (!protocol.is_snappy || is_done || is_json_type(request.headers.get("content-type")))
            co_return Result<void>();
        auto work = [&] {
            return http::decompress(http::Coding::kSnappy, request.body, http::kBodyBytesMax);
        };
        auto body = co_await async::run_on(ingest.runtime_.loop, async::Lane::kIngest, work);
        if (!body) co_return fail(std::move(body).error().with_context("snappy"));
        request.body = *std::move(body);
        co_return Result<void>();
    }

    static http::Response refused(Ingest& ingest, Dialect dialect, const Error& error) {
        auto response = refusal(dialect, error);
        ++(response.status >= 500 ? ingest.counters_.requests_failed
                                  : ingest.counters_.requests_refused);
        return response;
    }
};

void Ingest::add_elastic_routes(http::Router& router) {
    for (const auto& route : kTokenRoutes) {
        if (route.dialect != Dialect::kElastic) continue;
        for (auto method : {"POST", "PUT"})
            router.add(method, route.path, [this, &route](http::Request request) {
                return Routes::by_token(*this, route, std::move(request));
            });
    }
    auto host = global_.state().host(global_.host());
    elastic_ = {.node = host ? host->name : "",
                .cluster = global_.state().cluster().id.to_string()};
    for (auto base : kElasticBases) add_elastic_handshakes(router, base, elastic_);
}

void Ingest::add_routes(http::Router& router) {
    for (const auto& route : kTokenRoutes) {
        if (route.dialect == Dialect::kElastic) continue;
        router.add("POST", route.path, [this, &route](http::Request request) {
            return Routes::by_token(*this, route, std::move(request));
        });
    }
    for (const auto& route : kRepositoryRoutes)
        router.add("POST", route.path, [this, &route](http::Request request) {
            return Routes::by_repository(*this, route, std::move(request));
        });
    for (auto path : kJournalPaths)
        router.add_stream("POST", std::string(path),
                          [this](http::Request request, http::BodyReader& body) {
                              return Routes::journal(*this, std::move(request), body);
                          });
    for (const auto& route : kHealthRoutes)
        router.add("GET", route.path, [&route](http::Request) { return health(route.answer); });
    add_elastic_routes(router);
}

}  // namespace logwood::ingest
