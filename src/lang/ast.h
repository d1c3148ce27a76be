#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lang/box.h"
#include "lang/diagnostic.h"
#include "lang/literal.h"

/// The tree of a query: plain values, every node with the bytes of text it came from.
///
/// `parse` makes it as written; `check` rewrites it to what runs. "Checked:" notes below say what
/// holds after `check`.
namespace logwood::lang {

struct FunctionSignature;
struct ParameterSpec;
struct Expr;
struct Filter;
struct Call;
struct Pipeline;

// --- Expressions and argument values -------------------------------------------------------------

/// The value of a field; only where expressions are read.
struct FieldRef {
    std::string name;
};
struct Number {
    double value = 0;
    std::string text;  ///< As spelled.
};
struct Boolean {
    bool value = false;
};
enum class UnaryOp : std::uint8_t { kMinus, kNot };
struct Unary {
    UnaryOp op = UnaryOp::kMinus;
    Box<Expr> operand;
};
enum class BinaryOp : std::uint8_t {
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kModulo,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
};
struct Binary {
    BinaryOp op = BinaryOp::kAdd;
    Box<Expr> left;
    Box<Expr> right;
};
struct Array {
    std::vector<Expr> items;
};
/// `n := count()` inside a list of aggregates. Checked: gone, an `as` argument instead.
struct NamedElement {
    FieldName target;
    Box<Expr> value;
};
/// `NAME: { … } include: […]`, an argument of correlate(); `include` may be empty.
struct CorrelateQuery {
    FieldName name;
    Box<Pipeline> pipeline;
    Box<Expr> include;
};

/// An expression or an argument value. In literal positions (names, texts, numbers, durations …)
/// a bare word is a Literal, in expression positions it is a FieldRef, Number or Boolean.
struct Expr {
    using Node = std::variant<Literal, FieldRef, Number, Boolean, Unary, Binary, Array, Box<Call>,
                              Box<Pipeline>, NamedElement, CorrelateQuery>;
    Node node;
    Span span;
    std::uint16_t height = 1;  ///< Longest way down through expressions; bounded by the parser.

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&node);
    }
    template <typename T>
    T* as() {
        return std::get_if<T>(&node);
    }
};

struct Argument {
    std::string name;  ///< Empty: unnamed. Checked: the parameter's canonical name.
    Span span;         ///< Of the name, or of the value when unnamed.
    Expr value;
    const ParameterSpec* parameter = nullptr;  ///< Checked: set, except for eval()'s pairs.
};

/// `name(arguments)`, or `receiver =~ name(arguments)`. Read a checked one through BoundCall.
struct Call {
    std::string name;  ///< As written. Checked: the canonical spelling.
    Span name_span;
    Span span;
    std::vector<Argument> arguments;               ///< Checked: at most one a parameter.
    std::optional<FieldName> receiver;             ///< Checked: gone, a `field` argument instead.
    const FunctionSignature* signature = nullptr;  ///< Checked: set.
};

// --- Filters -------------------------------------------------------------------------------------

struct And {
    std::vector<Filter> operands;  ///< Two or more.
};
struct Or {
    std::vector<Filter> operands;  ///< Two or more.
};
struct Not {
    Box<Filter> operand;
};
struct Constant {
    bool value = true;
};
/// Text looked for in all searched fields: unanchored, case-sensitive, `*` is a wildcard.
struct FreeText {
    Literal value;
};
enum class CompareOp : std::uint8_t {
    kEqual,  ///< Anchored glob, or regex find. Also `f =~ /re/`.
    kNotEqual,
    kLike,  ///< Contains; `*` inside is a wildcard. Never with a regex: that is kEqual.
    kLess,  ///< The order operators. Checked: the value is a decimal number.
    kLessEqual,
    kGreater,
    kGreaterEqual,
};
struct Compare {
    FieldName field;
    CompareOp op = CompareOp::kEqual;
    Literal value;
};
struct Filter {
    using Node = std::variant<And, Or, Not, Constant, FreeText, Compare, Box<Call>>;
    Node node;
    Span span;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&node);
    }
    template <typename T>
    T* as() {
        return std::get_if<T>(&node);
    }
};

// --- Steps ---------------------------------------------------------------------------------------

/// `target := expression`. Checked: the value is not a call that has an `as` parameter; such an
/// assignment has become a Call step.
struct Assign {
    FieldName target;
    Expr value;
    bool target_is_indirect = false;  ///< `` `f` := … ``: the field that f's value names.
};
struct Case {
    std::vector<Pipeline> clauses;  ///< None: every event is dropped.
};
/// Bare `*` or `true` in a match: holds also when the field is missing.
struct Always {};
/// A guard: a glob or regex on the field, or a filter call. Checked: the call has `field` bound.
using Guard = std::variant<Always, Literal, Box<Call>>;
struct MatchArm {
    Guard guard;
    Span guard_span;
    Box<Pipeline> pipeline;
};
struct Match {
    FieldName field;
    std::vector<MatchArm> arms;
};
/// `[f(), g()]` as a step. Checked: gone, a stats() call instead.
struct StatsShorthand {
    std::vector<Expr> elements;
};
struct SavedArgument {
    std::string name;
    Expr value;
};
/// `$name(a="v")`. Checked: gone, the saved query's steps instead.
struct SavedCall {
    std::string name;
    std::vector<SavedArgument> arguments;
};
/// `field <=> QUERY.field`, only in the queries of correlate().
struct Link {
    FieldName left;
    FieldName right;
};

struct Step {
    using Node = std::variant<Filter, Call, Assign, Case, Match, StatsShorthand, SavedCall, Link>;
    Node node;
    Span span;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&node);
    }
    template <typename T>
    T* as() {
        return std::get_if<T>(&node);
    }
};

struct Pipeline {
    std::vector<Step> steps;  ///< Empty: all events.
    Span span;
};

/// One `?name` or `?{name=default}` of the text.
struct ParameterUse {
    std::string name;
    std::optional<std::string> default_value;
    Span span;
};

struct Query {
    Pipeline pipeline;
    std::vector<ParameterUse> parameters;  ///< In text order, repeats included.
    std::vector<Span> comments;            ///< In text order.
};

}  // namespace logwood::lang
