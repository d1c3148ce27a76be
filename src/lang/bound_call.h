#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/ast.h"

namespace logwood::lang {

/// One element of an aggregate list: exactly one of the two is set. An `as` given by `n := f()`
/// is an argument of the call.
struct AggregateRef {
    const Call* call = nullptr;
    const Pipeline* composite = nullptr;
};

/// Reads the arguments of a checked Call by canonical parameter name; types were settled by
/// `check`, so reading cannot fail. Borrows the call. An argument that was not given reads as the
/// default documented in the signature, and where there is none as `fallback`; but a fallback for
/// text() goes before the documented default. Naming a parameter that the function does not have
/// is a bug and asserts.
class BoundCall {
 public:
    explicit BoundCall(const Call& call);

    std::string_view name() const { return call_->name; }
    Span span() const { return call_->span; }
    const FunctionSignature& signature() const { return *call_->signature; }
    /// Was the argument given?
    bool has(std::string_view parameter) const;
    /// Position of the argument, or of the call when not given: for error messages.
    Span span_of(std::string_view parameter) const;

    /// One text: field, string, enum, array name (without `[]`), regex body, duration or time.
    std::string text(std::string_view parameter) const;
    std::string text(std::string_view parameter, std::string_view fallback) const;
    std::optional<std::string> optional_text(std::string_view parameter) const;
    /// Several texts (fields, strings, enums); empty when not given and no default.
    std::vector<std::string> texts(std::string_view parameter) const;
    std::vector<std::string> fields(std::string_view parameter) const { return texts(parameter); }
    /// The literal as written, with its regex flags; null when not given.
    const Literal* literal(std::string_view parameter) const;
    std::vector<Literal> literals(std::string_view parameter) const;
    double number(std::string_view parameter, double fallback = 0) const;
    std::optional<double> optional_number(std::string_view parameter) const;
    std::vector<double> numbers(std::string_view parameter) const;
    /// A kLimit; `max` gives `maximum`.
    std::uint64_t limit(std::string_view parameter, std::uint64_t maximum) const;
    std::optional<std::int64_t> duration_ms(std::string_view parameter) const;
    bool boolean(std::string_view parameter, bool fallback = false) const;
    /// Null when not given.
    const Expr* expr(std::string_view parameter) const;
    std::vector<const Expr*> exprs(std::string_view parameter) const;
    const Pipeline* pipeline(std::string_view parameter) const;
    std::vector<const Pipeline*> pipelines(std::string_view parameter) const;
    /// Empty when not given (a default such as `count(as=_count)` is the function's to apply) and
    /// when given as `[]`; tell them apart by has().
    std::vector<AggregateRef> aggregates(std::string_view parameter) const;
    /// Rows of `[[a, b], …]`.
    std::vector<std::pair<std::string, std::string>> pairs(std::string_view parameter) const;
    /// The `field = expression` pairs of eval(), in order.
    std::vector<std::pair<std::string_view, const Expr*>> assignments() const;
    std::vector<const CorrelateQuery*> queries(std::string_view parameter) const;

 private:
    const Argument* find(std::string_view parameter) const;
    const std::string& default_of(std::string_view parameter) const;

    const Call* call_;
};

}  // namespace logwood::lang
