#include "api/answer.h"

#include "base/server_log.h"

namespace logwood::api {

namespace {

int status_of(Code code) {
    switch (code) {
        case Code::kInvalidArgument:
        case Code::kUnsupported:
            return 400;
        case Code::kUnauthenticated:
            return 401;
        case Code::kForbidden:
            return 403;
        case Code::kNotFound:
            return 404;
        case Code::kAlreadyExists:
        case Code::kConflict:
            return 409;
        case Code::kTooLarge:
            return 413;
        case Code::kUnavailable:
        case Code::kNoSpace:
        case Code::kCancelled:
            return 503;
        case Code::kUnknownOutcome:
        case Code::kIo:
        case Code::kCorrupt:
        case Code::kInternal:
            return 500;
    }
    return 500;
}

}  // namespace

http::Response answer(const Error& error) {
    auto status = status_of(error.code);
    if (error.code == Code::kInternal || error.code == Code::kIo) {
        server_log::error("api", "a request failed", {{"error", error.to_string()}});
        return http::Response::text(status, "There was an internal server error.");
    }
    auto response = http::Response::text(status, error.message);
    if (status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace logwood::api
