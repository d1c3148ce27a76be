// Calls: whether one may stand where it does, and whether each argument is what its parameter
// takes. After this an argument's value has one shape per parameter type (see signature.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "lang/check_state.h"
#include "lang/lexer.h"
#include "lang/relative_time.h"

namespace logwood::lang {
namespace {

bool takes_list(ParamType type) {
    return type == ParamType::kFields || type == ParamType::kStrings ||
           type == ParamType::kNumbers || type == ParamType::kEnums;
}

Expr list_of_one(Expr item) {
    auto span = item.span;
    Array one;
    one.items.push_back(std::move(item));
    return Expr{std::move(one), span};
}

Expr name_as_value(FieldName name) {
    return Expr{Literal{LiteralKind::kString, {}, name.span, std::move(name.name)}, name.span};
}

bool is_sub_query(const Call& call) {
    return call.signature->name == "join" || call.signature->kind == FunctionKind::kPreamble;
}

bool is_time_point(std::string_view text) { return parse_time_point(text, UtcTime{}).has_value(); }

}  // namespace

Checked<void> Checker::bind(Call& call, const Scope& scope) {
    call.name = call.signature->name;
    LANG_TRY_OK(place(call, scope));
    LANG_TRY_OK(receiver(call));
    LANG_TRY_OK(required(call));
    for (auto& given : call.arguments) LANG_TRY_OK(argument(given, call, scope));
    if (!options_.is_built || options_.is_built(call.name)) return {};
    return std::unexpected(Diagnostic{
        call.name_span, fmt::format("{}() is not supported yet", call.name), Code::kUnsupported});
}

/// May this function stand here?
Checked<void> Checker::place(const Call& call, const Scope& scope) const {
    const auto& f = *call.signature;
    bool is_parser = options_.context == Context::kParser;
    bool makes_rows = f.makes_rows();
    auto refuse = [&](std::string_view why) {
        return wrong(call.name_span, fmt::format("{}() {}", f.name, why));
    };
    if (is_parser && (makes_rows || f.has(kNotInParser))) return refuse("cannot run in a parser");
    if (!is_parser && f.has(kParserOnly)) return refuse("runs only in parsers");
    if (options_.context == Context::kAlert && f.has(kNotInAlert)) {
        return refuse("cannot run in an alert");
    }
    if (makes_rows && !scope.may_aggregate) {
        return refuse(
            "makes rows of many events, which cannot be done inside a case, a match, a "
            "filter or a function on single events");
    }
    if (f.has(kBeforeAggregate) && scope.is_after_aggregate) {
        return refuse("must come before the first aggregate");
    }
    if (f.has(kAfterAggregate) && !scope.is_after_aggregate) {
        return refuse("must come after an aggregate such as head(), sort() or groupBy()");
    }
    return {};
}

/// `field =~ f()` is `f(field=field)`.
Checked<void> Checker::receiver(Call& call) const {
    if (!call.receiver) return {};
    const auto* parameter = call.signature->find("field");
    if (!parameter) {
        return wrong(call.name_span,
                     fmt::format("{}() has no parameter `field` for `=~` to set", call.name));
    }
    for (const auto& given : call.arguments) {
        if (given.parameter != parameter) continue;
        return wrong(given.span, fmt::format("the field of {}() is given twice: before `=~` and "
                                             "here",
                                             call.name));
    }
    auto span = call.receiver->span;
    auto value = name_as_value(std::move(*call.receiver));
    if (parameter->type == ParamType::kFields) value = list_of_one(std::move(value));
    call.receiver.reset();
    call.arguments.push_back({parameter->name, span, std::move(value), parameter});
    return {};
}

/// `target := f()` is `f(as=target)`, or `f(asArray=target)`.
Checked<void> Checker::output(Call& call, FieldName target) const {
    const auto* parameter = call.signature->find("as");
    if (!parameter) parameter = call.signature->find("asArray");
    if (!parameter) {
        return wrong(target.span, fmt::format("the result of {}() cannot be assigned; it has no "
                                              "parameter `as`",
                                              call.signature->name));
    }
    auto is_output = [&](const Argument& given) { return given.parameter == parameter; };
    std::erase_if(call.arguments, is_output);
    auto span = target.span;
    auto value = name_as_value(std::move(target));
    call.arguments.push_back({parameter->name, span, std::move(value), parameter});
    return {};
}

Checked<void> Checker::required(const Call& call) const {
    for (const auto& parameter : call.signature->parameters) {
        auto is_it = [&](const Argument& given) { return given.parameter == &parameter; };
        if (!parameter.required || std::ranges::any_of(call.arguments, is_it)) continue;
        return wrong(call.name_span,
                     fmt::format("{}() needs its parameter `{}`", call.name, parameter.name));
    }
    return {};
}

Checked<void> Checker::argument(Argument& argument, const Call& call, const Scope& scope) {
    auto& value = argument.value;
    if (!argument.parameter) return expression(value, scope);
    const auto& parameter = *argument.parameter;
    switch (parameter.type) {
        case ParamType::kExpr:
            return expression(value, scope);
        case ParamType::kExprs: {
            for (auto& item : value.as<Array>()->items) LANG_TRY_OK(expression(item, scope));
            return {};
        }
        case ParamType::kAggregates:
            return aggregates(value, scope);
        case ParamType::kPipeline:
            return sub_pipeline(value, argument, call, scope);
        case ParamType::kPipelines: {
            for (auto& item : value.as<Array>()->items) {
                LANG_TRY_OK(sub_pipeline(item, argument, call, scope));
            }
            return {};
        }
        case ParamType::kCorrelate:
            return correlate_queries(value, scope);
        case ParamType::kPairs:
            return pairs(value, parameter);
        case ParamType::kFieldOrPairs:
            return value.as<Array>() ? pairs(value, parameter) : literals(value, parameter);
        default:
            return literals(value, parameter);
    }
}

/// One literal, or a flat list of them where the parameter takes a list.
Checked<void> Checker::literals(Expr& value, const ParameterSpec& parameter) {
    auto* array = value.as<Array>();
    if (array && !takes_list(parameter.type)) {
        if (array->items.size() != 1) {
            return wrong(value.span,
                         fmt::format("`{}` takes one value, not a list", parameter.name));
        }
        Expr single = std::move(array->items.front());
        value = std::move(single);
        array = nullptr;
    }
    if (!array) {
        auto* single = value.as<Literal>();
        if (!single) return wrong(value.span, fmt::format("`{}` takes a text", parameter.name));
        LANG_TRY_OK(substitute(*single));
        return literal(*single, parameter);
    }
    std::vector<Expr> items;
    for (auto& item : array->items) {
        auto* each = item.as<Literal>();
        if (!each) {
            return wrong(item.span, fmt::format("`{}` takes a flat list", parameter.name));
        }
        if (each->kind != LiteralKind::kParameter) {
            items.push_back(std::move(item));
            continue;
        }
        LANG_TRY(auto texts, value_of(*each));
        for (auto& text : texts) {
            items.push_back(name_as_value({std::move(text), each->span}));
        }
    }
    for (auto& item : items) LANG_TRY_OK(literal(*item.as<Literal>(), parameter));
    array->items = std::move(items);
    return {};
}

/// Does the text fit the type? Spells choices as the catalogue does.
Checked<void> Checker::literal(Literal& literal, const ParameterSpec& parameter) {
    auto& text = literal.text;
    auto expected = [&](std::string_view what) {
        return wrong(literal.span,
                     fmt::format("`{}` takes {}, but found `{}`", parameter.name, what, text));
    };
    if (text.empty() && options_.allow_missing_arguments) return {};
    if (literal.kind == LiteralKind::kRegex && parameter.type != ParamType::kRegex) {
        return expected("a text, no regular expression");
    }
    switch (parameter.type) {
        case ParamType::kNumber:
        case ParamType::kNumbers:
            return parse_number(text) ? Checked<void>() : expected("a number");
        case ParamType::kLimit: {
            if (equals_ignoring_case(text, "max")) text = "max";
            auto number = parse_number(text);
            bool fits = text == "max" || (number && *number >= 0 && *number < 1e15);
            return fits ? Checked<void>() : expected("a number or `max`");
        }
        case ParamType::kDuration: {
            bool fits = text == "auto" || is_plain_duration(text);
            return fits ? Checked<void>() : expected("a duration such as 15min");
        }
        case ParamType::kTimePoint:
            return is_time_point(text) ? Checked<void>() : expected("a time such as 24h or 1d@d");
        case ParamType::kBool: {
            text = lower_case(text);
            return text == "true" || text == "false" ? Checked<void>() : expected("true or false");
        }
        case ParamType::kEnum:
        case ParamType::kEnums: {
            for (const auto& choice : parameter.choices) {
                if (!equals_ignoring_case(choice, text)) continue;
                text = choice;
                return {};
            }
            return expected(fmt::format("one of {}", fmt::join(parameter.choices, ", ")));
        }
        case ParamType::kArrayName:
            if (text.ends_with("[]")) text.resize(text.size() - 2);
            return {};
        case ParamType::kQueryParam:
            literal.kind = LiteralKind::kParameter;
            return substitute(literal);
        default:
            return {};
    }
}

/// `[[a, b], …]`; one pair may stand without the outer brackets.
Checked<void> Checker::pairs(Expr& value, const ParameterSpec& parameter) {
    auto no_pairs = [&](Span span) {
        return wrong(span, fmt::format("`{}` takes pairs: [[a, b], …]", parameter.name));
    };
    auto* rows = value.as<Array>();
    if (!rows) return no_pairs(value.span);
    bool is_one_pair = rows->items.size() == 2 && rows->items.front().as<Literal>();
    if (is_one_pair) {
        value = list_of_one(std::move(value));
        rows = value.as<Array>();
    }
    for (auto& row : rows->items) {
        auto* pair = row.as<Array>();
        if (!pair || pair->items.size() != 2) return no_pairs(row.span);
        for (auto& item : pair->items) {
            auto* text = item.as<Literal>();
            if (!text) return no_pairs(item.span);
            LANG_TRY_OK(substitute(*text));
        }
    }
    return {};
}

Checked<void> Checker::aggregates(Expr& value, const Scope& scope) {
    std::vector<Expr> out;
    for (auto& item : value.as<Array>()->items) LANG_TRY_OK(aggregate(std::move(item), out, scope));
    value.as<Array>()->items = std::move(out);
    return {};
}

/// Appends the checked element.
Checked<void> Checker::aggregate(Expr item, std::vector<Expr>& out, const Scope& scope) {
    auto span = item.span;
    Scope inner = scope;
    inner.is_top = false;
    inner.may_aggregate = options_.context != Context::kParser;
    if (auto* named = item.as<NamedElement>()) {
        auto* call = named->value->as<Box<Call>>();
        if (!call) return wrong(span, "only a function call can be named here");
        LANG_TRY_OK(output(**call, std::move(named->target)));
        Expr plain = std::move(*named->value);
        item = std::move(plain);
    }
    if (auto* composite = item.as<Box<Pipeline>>()) {
        LANG_TRY_OK(pipeline(**composite, inner));
        if (first_aggregate(**composite) == (*composite)->steps.size()) {
            return wrong(span, "a pipeline that stands for an aggregate must contain one");
        }
    } else {
        auto& call = **item.as<Box<Call>>();
        if (!call.signature->starts_result_phase()) {
            return wrong(call.name_span,
                         fmt::format("{}() is no aggregate function", call.signature->name));
        }
        LANG_TRY_OK(bind(call, inner));
    }
    out.push_back(std::move(item));
    return {};
}

Checked<void> Checker::sub_pipeline(Expr& value, const Argument& argument, const Call& call,
                                    const Scope& scope) {
    auto& inner = **value.as<Box<Pipeline>>();
    Scope sub;
    if (is_sub_query(call)) {
        sub.may_aggregate = true;
    } else {
        sub.is_after_aggregate = scope.is_after_aggregate;
    }
    // `condition=if(…)` asks what test(if(…)) does.
    auto* only = inner.steps.size() == 1 ? inner.steps.front().as<Call>() : nullptr;
    bool is_value = only && only->signature->kind == FunctionKind::kCompute;
    if (is_value && argument.parameter->name == "condition") {
        Call test;
        test.name = "test";
        test.signature = find_function(test.name);
        test.span = test.name_span = only->span;
        const auto* parameter = test.signature->unnamed();
        Expr tested{Box<Call>(std::move(*only)), test.span};
        test.arguments.push_back({parameter->name, test.span, std::move(tested), parameter});
        inner.steps.front().node = std::move(test);
    }
    return pipeline(inner, sub);
}

Checked<void> Checker::correlate_queries(Expr& value, const Scope& scope) {
    if (scope.is_after_aggregate) return wrong(value.span, "correlate() must come first");
    for (auto& item : value.as<Array>()->items) {
        auto* query = item.as<CorrelateQuery>();
        Scope inner;
        inner.may_link = true;
        LANG_TRY_OK(pipeline(*query->pipeline, inner));
        if (!query->include) continue;
        static const ParameterSpec kInclude{"include", {}, ParamType::kFields, false, false,
                                            "",        {}};
        LANG_TRY_OK(literals(*query->include, kInclude));
    }
    return {};
}

}  // namespace logwood::lang
