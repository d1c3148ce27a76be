#include "ingest/answer.h"

#include <string>

#include "base/bytes.h"
#include "base/json_text.h"
#include "ingest/limits.h"
#include "ingest/protocols/elastic.h"
#include "ingest/protocols/hec.h"

namespace logwood::ingest {
namespace {

constexpr std::string_view kNoCredentials =
    "The resource requires authentication, which was not supplied with the request";
constexpr std::string_view kUnknownToken = "The supplied authentication is invalid";

/// An answer of 4xx or 5xx before it has a dialect.
struct Problem {
    int status = 400;
    std::string text;
    std::string_view stored;  ///< `no` or `unknown` when the client may try again.
};

/// The numbers are Splunk's.
http::Response hec(int status, std::string_view text, int code, std::string_view more = "") {
    return http::Response::json(status, R"({"text":)" + quoted_json(text) + R"(,"code":)" +
                                            std::to_string(code) + std::string(more) + "}");
}

http::Response hec_problem(const Problem& problem) {
    auto stored = R"(,"stored":)" + quoted_json(problem.stored);
    switch (problem.status) {
        case 400:
            if (problem.text == kNoData) return hec(400, kNoData, 5);
            if (problem.text.ends_with(kWrongIndex)) return hec(400, kWrongIndex, 7);
            return hec(400, "Invalid data format", 6, R"(,"detail":)" + quoted_json(problem.text));
        case 401:
            if (problem.text == kUnknownToken) return hec(403, "Invalid token", 4);
            return hec(401, "Token is required", 2);
        case 413:
            return hec(413, "Content is too large", 27);
        case 500:
            return hec(500, "Internal server error", 8, stored);
        case 503:
            return hec(503, "Server is busy", 9, stored);
        default:
            return http::Response::text(problem.status, problem.text);
    }
}

std::string_view elastic_type(int status) {
    switch (status) {
        case 400:
            return "illegal_argument_exception";
        case 401:
        case 403:
            return "security_exception";
        case 404:
            return "resource_not_found_exception";
        case 413:
            return "content_too_long_exception";
        case 503:
            return "unavailable_shards_exception";
        default:
            return "exception";
    }
}

http::Response elastic_problem(const Problem& problem) {
    auto cause = R"("type":)" + quoted_json(elastic_type(problem.status)) + R"(,"reason":)" +
                 quoted_json(problem.text);
    auto stored =
        problem.stored.empty() ? std::string() : R"(,"stored":)" + quoted_json(problem.stored);
    auto response = http::Response::json(
        problem.status, R"({"error":{"root_cause":[{)" + cause + "}]," + cause + R"(},"status":)" +
                            std::to_string(problem.status) + stored + "}");
    add_elastic_headers(response);
    return response;
}

/// google.rpc.Code of a status.
std::uint64_t rpc_code(int status) {
    switch (status) {
        case 400:
        case 413:
        case 415:
            return 3;  // INVALID_ARGUMENT
        case 401:
            return 16;  // UNAUTHENTICATED
        case 403:
            return 7;  // PERMISSION_DENIED
        case 404:
            return 5;  // NOT_FOUND
        case 503:
            return 14;  // UNAVAILABLE
        default:
            return 2;  // UNKNOWN
    }
}

http::Response protobuf(int status, std::string body) {
    http::Response response{.status = status, .body = std::move(body)};
    response.headers.add("Content-Type", "application/x-protobuf");
    return response;
}

/// google.rpc.Status {1: code, 2: message}.
http::Response otlp_problem(const Problem& problem, bool is_json) {
    auto code = rpc_code(problem.status);
    if (is_json)
        return http::Response::json(problem.status, R"({"code":)" + std::to_string(code) +
                                                        R"(,"message":)" +
                                                        quoted_json(problem.text) + "}");
    std::string body(1, 1 << 3);
    ByteWriter writer(body);
    writer.put_varint(code);
    body += 2 << 3 | 2;
    writer.put_string(problem.text);
    return protobuf(problem.status, std::move(body));
}

http::Response log_scale_problem(const Problem& problem) {
    if (problem.stored.empty()) {
        auto text = problem.status == 400 ? "The request content was malformed:\n" + problem.text
                                          : problem.text;
        return http::Response::text(problem.status, text);
    }
    return http::Response::json(problem.status, R"({"stored":)" + quoted_json(problem.stored) +
                                                    R"(,"message":)" + quoted_json(problem.text) +
                                                    "}");
}

http::Response render(Dialect dialect, const Problem& problem) {
    switch (dialect) {
        case Dialect::kHec:
            return hec_problem(problem);
        case Dialect::kElastic:
            return elastic_problem(problem);
        case Dialect::kLoki:
            return http::Response::text(problem.status, problem.text + "\n");
        case Dialect::kOtlpProtobuf:
        case Dialect::kOtlpJson:
            return otlp_problem(problem, dialect == Dialect::kOtlpJson);
        default:
            return log_scale_problem(problem);
    }
}

http::Response challenge(Dialect dialect, std::string_view text) {
    auto response = render(dialect, {401, std::string(text), {}});
    // Clients of Elasticsearch and Loki know Basic; a browser must not ask on the other paths.
    bool is_basic = dialect == Dialect::kElastic || dialect == Dialect::kLoki;
    if (response.status == 401)
        response.headers.add("WWW-Authenticate",
                             std::string(is_basic ? "Basic" : "Bearer") + " realm=\"logwood\"");
    return response;
}

Problem problem_of(const Error& error) {
    switch (error.code) {
        case Code::kInvalidArgument:
            return {400, error.message, {}};
        case Code::kTooLarge:
            return {413, "The request is too large: " + error.message, {}};
        case Code::kForbidden:
            return {
                403, "The supplied authentication is not authorized to access this resource", {}};
        case Code::kConflict:
            return {409, error.message, {}};
        case Code::kNotFound:
            return {404, "The requested resource could not be found.", {}};
        case Code::kUnavailable:
        case Code::kNoSpace:
            return {503, error.message, "no"};
        default:
            return {500, error.message, "unknown"};
    }
}

}  // namespace

http::Response success(Dialect dialect, std::string answer, Duration took) {
    switch (dialect) {
        case Dialect::kHec:
            return hec(200, "Success", 0);
        case Dialect::kElastic: {
            auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
            auto response =
                http::Response::json(200, R"({"took":)" + std::to_string(ms) + "," + answer);
            add_elastic_headers(response);
            return response;
        }
        case Dialect::kLoki:
            return {.status = 204};
        case Dialect::kOtlpProtobuf:
            return protobuf(200, std::move(answer));
        case Dialect::kOtlpJson:
            return http::Response::json(200, std::move(answer));
        case Dialect::kAccepted:
            return {.status = 202};
        default:
            return http::Response::json(200, "{}");
    }
}

http::Response unauthenticated(Dialect dialect) { return challenge(dialect, kNoCredentials); }

http::Response bad_token(Dialect dialect) { return challenge(dialect, kUnknownToken); }

http::Response refusal(Dialect dialect, const Error& error) {
    if (error.code == Code::kUnauthenticated) return unauthenticated(dialect);
    auto problem = problem_of(error);
    auto response = render(dialect, problem);
    if (!problem.stored.empty())
        response.headers.add("Retry-After", std::to_string(kRetryAfterSeconds));
    return response;
}

http::Response wrong_media_type(Dialect dialect, std::string_view expected) {
    return render(dialect, {415,
                            "The request's Content-Type is not supported. Expected:\n" +
                                std::string(expected),
                            {}});
}

}  // namespace logwood::ingest
