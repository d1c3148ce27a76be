// Which path speaks which protocol; the ways in which a caller says for which repository.
#include <expected>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "http/content_coding.h"
#include "ingest/answer.h"
#include "ingest/credentials.h"
#include "ingest/ingest.h"
#include "ingest/journal_entries.h"
#include "ingest/limits.h"

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
    {"/gelf", kGelf, Dialect::kAccepted},
    {"/api/v1/ingest/gelf", kGelf, Dialect::kAccepted},
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

/// Uploads of the journal; systemd-journal-upload adds `/upload` to what it is given.
constexpr std::string_view kJournalPaths[] = {"/upload", "/api/v1/ingest/journald/upload"};

constexpr std::string_view kHealthPaths[] = {
    "/services/collector/health", "/services/collector/health/1.0", "/api/v1/ingest/hec/health",
    "/api/v1/ingest/hec/health/1.0"};

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
            .idempotency_key = key_of(request)};
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
        auto writer = authorize(ingest, route.dialect, request);
        if (!writer) co_return std::move(writer).error();
        auto done = co_await ingest.ingest(writer->repo, writer->parser, route.protocol,
                                           incoming_of(std::move(request)));
        co_return answer(ingest, route.dialect, done);
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
        co_return answer(ingest, Dialect::kAccepted, co_await store_journal(ingest, *writer, body));
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
    struct Writer {
        std::shared_ptr<const global::Repository> repo;
        std::optional<std::string> parser;
    };

    /// Counts the request and finds whose token it brings; or the answer to it.
    static std::expected<Writer, http::Response> authorize(Ingest& ingest, Dialect dialect,
                                                           const http::Request& request) {
        auto& counters = ingest.counters_;
        ++counters.requests;
        auto candidates = token_candidates(request.headers.get("authorization"));
        if (candidates.empty()) {
            ++counters.requests_unauthorized;
            return std::unexpected(unauthenticated(dialect));
        }
        const auto& state = ingest.global_.state();
        std::shared_ptr<const global::IngestToken> token;
        for (auto& candidate : candidates)
            if (!token) token = state.token_by_text(candidate);
        auto repo = token ? state.repository(token->repo) : nullptr;
        if (repo && !repo->deleted) return Writer{std::move(repo), token->parser};
        ++counters.requests_unauthorized;
        return std::unexpected(bad_token(dialect));
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
    for (auto path : kJournalPaths)
        router.add_stream("POST", std::string(path),
                          [this](http::Request request, http::BodyReader& body) {
                              return Routes::journal(*this, std::move(request), body);
                          });
    for (auto path : kHealthPaths) router.add("GET", path, health);
}

}  // namespace logwood::ingest
