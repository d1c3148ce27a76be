#include "lang/catalogue/function_docs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace logwood::lang {
namespace {

std::string_view name_of(FunctionKind kind) {
    switch (kind) {
        case FunctionKind::kFilter:
            return "Filter";
        case FunctionKind::kTransform:
            return "Transform";
        case FunctionKind::kCompute:
            return "Compute";
        case FunctionKind::kAggregate:
            return "Aggregate";
        case FunctionKind::kSequence:
            return "Sequence";
        case FunctionKind::kSource:
            return "Source";
        case FunctionKind::kPreamble:
            return "Preamble";
        case FunctionKind::kModifier:
            return "Modifier";
    }
    return "Function";
}

std::string type_text(const ParameterSpec& parameter) {
    auto choices = fmt::format("{}", fmt::join(parameter.choices, ", "));
    switch (parameter.type) {
        case ParamType::kField:
            return "a field";
        case ParamType::kFields:
            return "one or several fields";
        case ParamType::kString:
            return "a text";
        case ParamType::kStrings:
            return "one or several texts";
        case ParamType::kNumber:
            return "a number";
        case ParamType::kNumbers:
            return "one or several numbers";
        case ParamType::kLimit:
            return "a number or max";
        case ParamType::kDuration:
            return "a duration such as 15min";
        case ParamType::kTimePoint:
            return "a time such as 24h or 1d@d";
        case ParamType::kBool:
            return "true or false";
        case ParamType::kEnum:
            return "one of " + choices;
        case ParamType::kEnums:
            return "one or several of " + choices;
        case ParamType::kArrayName:
            return "an array";
        case ParamType::kQueryParam:
            return "the name of a query parameter";
        case ParamType::kRegex:
            return "a regular expression";
        case ParamType::kExpr:
            return "an expression";
        case ParamType::kExprs:
            return "one or several expressions";
        case ParamType::kAggregates:
            return "one or several aggregates";
        case ParamType::kPipeline:
            return "a pipeline in braces, or one filter function";
        case ParamType::kPipelines:
            return "a list of pipelines in braces";
        case ParamType::kPairs:
            return "a list of pairs";
        case ParamType::kFieldOrPairs:
            return "a field, or a list of pairs";
        case ParamType::kCorrelate:
            return "named pipelines in braces";
    }
    return "a value";
}

/// As one would write it: blanks and line ends can be seen.
std::string default_text(std::string_view text) {
    if (text == "\n") return "\"\\n\"";
    if (text == " ") return "\" \"";
    return std::string(text);
}

std::string parameter_line(const ParameterSpec& parameter) {
    auto line = fmt::format("- `{}`: {}", parameter.name, type_text(parameter));
    if (parameter.required) line += "; required";
    if (!parameter.default_text.empty())
        line += fmt::format("; default `{}`", default_text(parameter.default_text));
    if (parameter.is_unnamed) line += "; the name may be left out";
    if (!parameter.aliases.empty())
        line += fmt::format("; also called {}", fmt::join(parameter.aliases, ", "));
    return line + "\n";
}

/// Where the function may stand, beyond what its kind says.
std::string places(const FunctionSignature& function) {
    std::string text;
    if (function.has(kParserOnly)) text += " Only in parsers.";
    if (function.has(kBeforeAggregate)) text += " Only before the first aggregate.";
    if (function.has(kAfterAggregate)) text += " Only after an aggregate.";
    if (function.kind != FunctionKind::kFilter && function.is_usable_as_filter())
        text += " Also as a filter.";
    if (function.has(kNotNegatable)) text += " Cannot be negated.";
    return text;
}

}  // namespace

const Description* find_description(std::string_view function) {
    static const auto kByName = [] {
        std::map<std::string_view, const Description*> all;
        for (auto part : {first_descriptions(), last_descriptions()})
            for (const auto& one : part) all.emplace(one.name, &one);
        return all;
    }();
    auto found = kByName.find(function);
    return found == kByName.end() ? nullptr : found->second;
}

std::string describe(const FunctionSignature& function, bool is_built) {
    auto out = fmt::format("### {}()\n\n{}.", function.name, name_of(function.kind));
    const auto* description = find_description(function.name);
    if (description) out += fmt::format(" {}", description->text);
    out += places(function);
    if (!is_built) out += " Not built yet: a query that uses it is refused.";
    out += "\n\n";
    for (const auto& parameter : function.parameters) out += parameter_line(parameter);
    if (!function.parameters.empty()) out += "\n";
    if (function.has(kFieldExpressionPairs)) out += "Takes pairs `field = expression`.\n\n";
    if (description) out += fmt::format("    {}\n", description->example);
    return out;
}

std::string function_page(const std::function<bool(std::string_view name)>& is_built) {
    std::string built;
    std::string others;
    std::size_t count = 0;
    for (const auto& function : all_functions()) {
        if (is_built(function.name)) {
            built += "\n" + describe(function, true);
            ++count;
            continue;
        }
        const auto* description = find_description(function.name);
        others += fmt::format("- `{}()` {}\n", function.name, description ? description->text : "");
    }
    return fmt::format(
        "# Query functions\n\n"
        "The {} functions that queries and parsers can use, of the {} that the language has.\n"
        "This page is written from the signatures that queries are checked against.\n\n"
        "A filter passes or drops events; a transform changes fields; a compute function writes "
        "one\n"
        "field (`as`, or `field := function()`) and may stand in expressions; an aggregate makes "
        "rows\nof many events; a sequence function walks rows in their order; a source gives rows "
        "of its own.\n"
        "{}\n## Not built yet\n\nA query that uses one of these is refused with a message that "
        "says "
        "so.\n\n{}",
        count, all_functions().size(), built, others);
}

}  // namespace logwood::lang
