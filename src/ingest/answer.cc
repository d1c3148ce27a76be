#include "ingest/answer.h"

#include <string>

#include "ingest/hec.h"
#include "ingest/limits.h"

namespace logwood::ingest {
namespace {

std::string quoted(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// The numbers are Splunk's.
http::Response hec(int status, std::string_view text, int code, std::string_view more = "") {
    return http::Response::json(status, R"({"text":)" + quoted(text) + R"(,"code":)" +
                                            std::to_string(code) + std::string(more) + "}");
}

http::Response malformed(Dialect dialect, const Error& error) {
    if (dialect != Dialect::kHec)
        return http::Response::text(400, "The request content was malformed:\n" + error.message);
    if (error.message == kNoData) return hec(400, kNoData, 5);
    if (error.message == kWrongIndex) return hec(400, kWrongIndex, 7);
    return hec(400, "Invalid data format", 6, R"(,"detail":)" + quoted(error.message));
}

}  // namespace

http::Response success(Dialect dialect) {
    if (dialect == Dialect::kHec) return hec(200, "Success", 0);
    if (dialect == Dialect::kAccepted) {
        http::Response response;
        response.status = 202;
        return response;
    }
    return http::Response::json(200, "{}");
}

http::Response unauthenticated(Dialect dialect) {
    auto response =
        dialect == Dialect::kHec
            ? hec(401, "Token is required", 2)
            : http::Response::text(401,
                                   "The resource requires authentication, which was not supplied "
                                   "with the request");
    response.headers.add("WWW-Authenticate", "Bearer realm=\"logwood\"");
    return response;
}

http::Response bad_token(Dialect dialect) {
    if (dialect == Dialect::kHec) return hec(403, "Invalid token", 4);
    auto response = http::Response::text(401, "The supplied authentication is invalid");
    response.headers.add("WWW-Authenticate", "Bearer realm=\"logwood\"");
    return response;
}

http::Response refusal(Dialect dialect, const Error& error) {
    switch (error.code) {
        case Code::kInvalidArgument:
            return malformed(dialect, error);
        case Code::kTooLarge:
            if (dialect == Dialect::kHec) return hec(413, "Content is too large", 27);
            return http::Response::text(413, "The request is too large: " + error.message);
        case Code::kUnauthenticated:
            return unauthenticated(dialect);
        case Code::kForbidden:
            return http::Response::text(
                403, "The supplied authentication is not authorized to access this resource");
        case Code::kConflict:
            return http::Response::text(409, error.message);
        case Code::kNotFound:
            return http::Response::text(404, "The requested resource could not be found.");
        default:
            break;
    }
    bool is_stored_no = error.code == Code::kUnavailable || error.code == Code::kNoSpace;
    auto status = is_stored_no ? 503 : 500;
    std::string stored = is_stored_no ? R"("stored":"no")" : R"("stored":"unknown")";
    auto response = dialect == Dialect::kHec
                        ? (is_stored_no ? hec(503, "Server is busy", 9, "," + stored)
                                        : hec(500, "Internal server error", 8, "," + stored))
                        : http::Response::json(status, "{" + stored + R"(,"message":)" +
                                                           quoted(error.message) + "}");
    response.headers.add("Retry-After", std::to_string(kRetryAfterSeconds));
    return response;
}

}  // namespace logwood::ingest
