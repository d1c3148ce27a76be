#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood::lang {

/// Bytes [begin, end) of the query text.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    friend bool operator==(Span, Span) = default;
};

/// What is wrong with a query, and where.
struct Diagnostic {
    Span span;
    std::string message;
    Code code = Code::kInvalidArgument;
};

/// A value, or the first thing wrong with the text.
template <typename T>
using Checked = std::expected<T, Diagnostic>;

[[nodiscard]] inline std::unexpected<Diagnostic> wrong(Span span, std::string message) {
    return std::unexpected(Diagnostic{span, std::move(message)});
}

/// A place in a text as people count: both from 1; the column counts code points.
struct LineColumn {
    std::size_t line = 1;
    std::size_t column = 1;
};
LineColumn locate(std::string_view text, std::size_t offset);

/// Renders `line:column: message`, the line of text, and carets under the span (cut at 120
/// columns).
std::string render(const Diagnostic& diagnostic, std::string_view text);

/// The diagnostic as an Error whose message is `render`ed.
Error to_error(const Diagnostic& diagnostic, std::string_view text);

}  // namespace logwood::lang

/// `LANG_TRY(auto x, f());` declares x from a Checked, or returns its Diagnostic.
#define LANG_TRY_(tmp, decl, expr)                      \
    auto tmp = (expr);                                  \
    if (!tmp) [[unlikely]]                              \
        return std::unexpected(std::move(tmp).error()); \
    decl = *std::move(tmp)
#define LANG_TRY(decl, expr) LANG_TRY_(LOGWOOD_CONCAT(lang_result_, __COUNTER__), decl, expr)
/// `LANG_TRY_OK(f());` returns the Diagnostic of a Checked<void>.
#define LANG_TRY_OK(expr)                                           \
    do {                                                            \
        if (auto lang_status = (expr); !lang_status) [[unlikely]]   \
            return std::unexpected(std::move(lang_status).error()); \
    } while (false)
