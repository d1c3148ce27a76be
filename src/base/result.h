#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace logwood {

/// What a caller can do about an error; the message is for people.
enum class Code : std::uint8_t {
    kInvalidArgument,  ///< The input is wrong; the same call can never succeed.
    kNotFound,
    kAlreadyExists,
    kConflict,  ///< A precondition on a version did not hold.
    kUnauthenticated,
    kForbidden,
    kTooLarge,        ///< A limit on size, rows, memory or time was reached.
    kUnsupported,     ///< Valid, but not built here.
    kUnavailable,     ///< Not done, nothing was changed; try later.
    kUnknownOutcome,  ///< May or may not be done (a time-out after sending).
    kNoSpace,
    kIo,
    kCorrupt,  ///< Stored bytes fail their checks.
    kCancelled,
    kInternal,  ///< A bug of ours.
};

std::string_view name_of(Code code);

/// An error: a code for programs, a sentence for people.
struct [[nodiscard]] Error {
    Code code = Code::kInternal;
    std::string message;

    /// Puts `context: ` before the message, as an error climbs.
    Error with_context(std::string_view context) &&;
    /// Renders as `code: message`.
    std::string to_string() const;
};

/// A value or an Error. Exceptions do not cross a module; this does.
template <typename T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
    using std::expected<T, Error>::expected;
};

/// Makes the error side of any Result.
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message) {
    return std::unexpected(Error{code, std::move(message)});
}
[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
    return std::unexpected(std::move(error));
}

namespace internal {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}

}  // namespace logwood

#define LOGWOOD_CONCAT_(a, b) a##b
#define LOGWOOD_CONCAT(a, b) LOGWOOD_CONCAT_(a, b)
#define LOGWOOD_TRY_(tmp, ret, decl, expr)           \
    auto tmp = (expr);                               \
    if (!tmp) [[unlikely]]                           \
        ret ::logwood::fail(std::move(tmp).error()); \
    decl = *std::move(tmp)
#define LOGWOOD_TRY_OK_(ret, expr)                                      \
    do {                                                                \
        if (auto logwood_status = (expr); !logwood_status) [[unlikely]] \
            ret ::logwood::fail(std::move(logwood_status).error());     \
    } while (false)

/// `TRY(auto x, f());` declares x from a Result, or returns its error.
#define TRY(decl, expr) \
    LOGWOOD_TRY_(LOGWOOD_CONCAT(logwood_result_, __COUNTER__), return, decl, expr)
/// `TRY_OK(f());` returns the error of a Result<void>.
#define TRY_OK(expr) LOGWOOD_TRY_OK_(return, expr)
/// The same inside a coroutine that returns Task<Result<...>>; `expr` may hold co_await.
#define CO_TRY(decl, expr) \
    LOGWOOD_TRY_(LOGWOOD_CONCAT(logwood_result_, __COUNTER__), co_return, decl, expr)
#define CO_TRY_OK(expr) LOGWOOD_TRY_OK_(co_return, expr)

/// Checks an invariant of our own code, in release builds too. Never for input.
#define ASSERT(condition)                                                          \
    do {                                                                           \
        if (!(condition)) [[unlikely]]                                             \
            ::logwood::internal::assertion_failed(#condition, __FILE__, __LINE__); \
    } while (false)
