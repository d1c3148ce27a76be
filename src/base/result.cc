#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace logwood {

std::string_view name_of(Code code) {
    switch (code) {
        case Code::kInvalidArgument:
            return "invalid argument";
        case Code::kNotFound:
            return "not found";
        case Code::kAlreadyExists:
            return "already exists";
        case Code::kConflict:
            return "conflict";
        case Code::kUnauthenticated:
            return "unauthenticated";
        case Code::kForbidden:
            return "forbidden";
        case Code::kTooLarge:
            return "too large";
        case Code::kUnsupported:
            return "unsupported";
        case Code::kUnavailable:
            return "unavailable";
        case Code::kUnknownOutcome:
            return "unknown outcome";
        case Code::kNoSpace:
            return "no space";
        case Code::kIo:
            return "i/o error";
        case Code::kCorrupt:
            return "corrupt";
        case Code::kCancelled:
            return "cancelled";
        case Code::kInternal:
            return "internal error";
    }
    return "unknown code";
}

Error Error::with_context(std::string_view context) && {
    message.insert(0, ": ");
    message.insert(0, context);
    return std::move(*this);
}

std::string Error::to_string() const {
    std::string text(name_of(code));
    text += ": ";
    text += message;
    return text;
}

namespace internal {

void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    std::fflush(stderr);
    std::abort();
}

}  // namespace internal
}  // namespace logwood
