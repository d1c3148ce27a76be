#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace logwood::lang {

/// What a function does to the stream of events.
enum class FunctionKind : std::uint8_t {
    kFilter,     ///< Passes or drops an event.
    kTransform,  ///< Changes fields; may drop or multiply events.
    kCompute,    ///< Writes one field; usable inside expressions.
    kAggregate,  ///< Many events to rows.
    kSequence,   ///< Needs the ordered rows of an aggregate; gives rows.
    kSource,     ///< Discards its input.
    kPreamble,   ///< Speaks of the query as a whole.
    kModifier,   ///< Changes how the query or an aggregate runs.
};

/// Facts about a function beside its kind; a set of bits.
enum Trait : std::uint16_t {
    kUsableAsFilter = 1,         ///< May stand in AND/OR/NOT (all of kFilter, and some transforms).
    kBeforeAggregate = 2,        ///< Only before the first aggregate.
    kAfterAggregate = 4,         ///< Only after the first aggregate.
    kParserOnly = 8,             ///< Only in parsers.
    kNotInParser = 16,           ///< Not in parsers.
    kFieldExpressionPairs = 32,  ///< Takes `field = expression` pairs (eval).
    kWidget = 64,                ///< Shaped for a widget.
    kNotNegatable = 128,         ///< A filter that `!` may not precede.
    kNotInAlert = 256,
    kHistoric = 512,  ///< Known, but its name is no reserved word.
};

/// How an argument is read and what the checked tree holds for it (in brackets).
enum class ParamType : std::uint8_t {
    kField,         ///< A field name [Literal].
    kFields,        ///< One or several field names [Array of Literal].
    kString,        ///< A text [Literal].
    kStrings,       ///< One or several texts [Array of Literal].
    kNumber,        ///< A number [Literal that parses].
    kNumbers,       ///< [Array of Literal that parse].
    kLimit,         ///< A number or `max` [Literal].
    kDuration,      ///< A relative time such as `5min` [Literal that parses].
    kTimePoint,     ///< A relative or absolute time; see relative_time.h [Literal].
    kBool,          ///< true or false in any case [Literal].
    kEnum,          ///< One of `choices`, any case [Literal, canonical spelling].
    kEnums,         ///< One or several of `choices` [Array of Literal].
    kArrayName,     ///< `a[]` or `a` [Literal, without the brackets].
    kQueryParam,    ///< The name of a query parameter [Literal: its value].
    kRegex,         ///< A text, or a regex literal [Literal].
    kExpr,          ///< An expression [Expr].
    kExprs,         ///< One or several expressions [Array of Expr].
    kAggregates,    ///< Calls, composites, lists of them [Array of Box<Call> | Box<Pipeline>].
    kPipeline,      ///< `{…}` or one filter call [Box<Pipeline>].
    kPipelines,     ///< [Array of Box<Pipeline>].
    kPairs,         ///< `[[a, b], …]` [Array of Array of two Literals].
    kFieldOrPairs,  ///< A field name or pairs (rename) [Literal or Array of Array].
    kCorrelate,     ///< The queries of correlate() [Array of CorrelateQuery].
};

struct ParameterSpec {
    std::string name;
    std::vector<std::string> aliases;
    ParamType type = ParamType::kString;
    bool required = false;
    bool is_unnamed = false;           ///< May be given without its name.
    std::string default_text;          ///< As documented; empty: none, or decided by the function.
    std::vector<std::string> choices;  ///< Of kEnum and kEnums.
};

struct FunctionSignature {
    std::string name;  ///< Canonical spelling.
    FunctionKind kind = FunctionKind::kTransform;
    std::uint16_t traits = 0;
    std::vector<ParameterSpec> parameters;

    bool has(Trait trait) const { return (traits & trait) != 0; }
    bool is_usable_as_filter() const { return has(kUsableAsFilter); }
    /// Aggregates and sequence functions.
    bool starts_result_phase() const {
        return kind == FunctionKind::kAggregate || kind == FunctionKind::kSequence;
    }
    /// Those, and sources: after it come rows, not events.
    bool makes_rows() const { return starts_result_phase() || kind == FunctionKind::kSource; }
    /// By name or alias; falls back to ignoring case. Null: there is none.
    const ParameterSpec* find(std::string_view parameter) const;
    /// The parameter that may go without its name; null: there is none.
    const ParameterSpec* unnamed() const;
};

/// The signature of a function of the language, in any case of letters; null: no such function.
/// Pointers live for the whole process. Any thread.
const FunctionSignature* find_function(std::string_view name);

/// All functions of the language, sorted by lower-cased name.
std::span<const FunctionSignature> all_functions();

/// The name most like `name`, for "did you mean"; empty: none is near.
std::string_view nearest_function(std::string_view name);

}  // namespace logwood::lang
