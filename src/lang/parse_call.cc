// Calls. How an argument reads depends on the type of its parameter (`a*b` is a text for a string
// and a product for an expression), so the function must be known here already.
#include <fmt/format.h>

#include "lang/parser_state.h"

namespace logwood::lang {
namespace {

/// May a second unnamed value join the first one's list?
bool is_list(ParamType type) {
    switch (type) {
        case ParamType::kFields:
        case ParamType::kStrings:
        case ParamType::kNumbers:
        case ParamType::kExprs:
        case ParamType::kEnums:
        case ParamType::kAggregates:
        case ParamType::kPipelines:
        case ParamType::kCorrelate:
            return true;
        default:
            return false;
    }
}

bool is_time(ParamType type) {
    return type == ParamType::kDuration || type == ParamType::kTimePoint;
}

bool is_given(const Call& call, const ParameterSpec& parameter) {
    if (call.receiver && parameter.name == "field") return true;
    for (const auto& argument : call.arguments) {
        if (argument.parameter == &parameter) return true;
    }
    return false;
}

/// The first required parameter that nothing was given for.
const ParameterSpec* next_missing(const Call& call) {
    for (const auto& parameter : call.signature->parameters) {
        if (parameter.required && !is_given(call, parameter)) return &parameter;
    }
    return nullptr;
}

}  // namespace

/// A call begins here if `(` follows the name at once, or after blanks if the function is known.
bool Parser::at_call() const {
    auto begin = lexer_.position();
    auto end = lexer_.function_name_end(begin);
    if (end == begin) return false;
    if (lexer_.byte_at(end) == '(') return true;
    if (lexer_.byte_at(lexer_.skip_from(end)) != '(') return false;
    return find_function(lexer_.between(begin, end)) != nullptr;
}

/// With a receiver, its `field` parameter counts as given.
Checked<Call> Parser::call(std::optional<FieldName> receiver) {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    auto begin = lexer_.position();
    auto end = lexer_.function_name_end(begin);
    if (end == begin) return unexpected_here("a function");
    Call call;
    call.receiver = std::move(receiver);
    call.name = lexer_.between(begin, end);
    lexer_.move_to(end);
    call.name_span = span_from(begin);
    call.signature = find_function(call.name);
    if (!call.signature) {
        auto message = fmt::format("unknown function `{}`", call.name);
        if (auto near = nearest_function(call.name); !near.empty()) {
            message += fmt::format("; did you mean `{}`?", near);
        }
        return wrong(call.name_span, std::move(message));
    }
    LANG_TRY_OK(expect('(', "the function's name"));
    LANG_TRY_OK(arguments(call));
    call.span = span_from(begin);
    return call;
}

Checked<void> Parser::arguments(Call& call) {
    lexer_.skip();
    while (lexer_.peek() != ')') {
        LANG_TRY_OK(argument(call));
        lexer_.skip();
        if (!lexer_.accept(',')) break;
        lexer_.skip();
    }
    return expect(')', fmt::format("the arguments of {}()", call.signature->name));
}

/// `name =`, but not `name ==` or `name =~`.
bool Parser::at_argument_name() const {
    auto begin = lexer_.position();
    auto end = lexer_.name_end(begin);
    if (lexer_.peek() == '"') end = lexer_.quoted_end(begin).value_or(begin);
    if (end == begin) return false;
    auto after = lexer_.skip_from(end);
    char next = lexer_.byte_at(after + 1);
    return lexer_.byte_at(after) == '=' && next != '=' && next != '~';
}

Checked<void> Parser::argument(Call& call) {
    if (!at_argument_name()) return unnamed_argument(call);
    Argument argument;
    LANG_TRY(auto name, field_name());
    argument.name = std::move(name.name);
    argument.span = name.span;
    LANG_TRY_OK(expect('=', "the parameter's name"));
    lexer_.skip();
    if (call.signature->has(kFieldExpressionPairs)) {
        LANG_TRY(argument.value, expression());
        call.arguments.push_back(std::move(argument));
        return {};
    }
    return named_argument(call, std::move(argument));
}

Checked<void> Parser::named_argument(Call& call, Argument argument) {
    argument.parameter = call.signature->find(argument.name);
    if (!argument.parameter) {
        std::string names;
        for (const auto& parameter : call.signature->parameters) {
            names += (names.empty() ? "" : ", ") + parameter.name;
        }
        return wrong(argument.span,
                     fmt::format("{}() has no parameter `{}`; it has {}", call.signature->name,
                                 argument.name, names.empty() ? "none" : names));
    }
    if (is_given(call, *argument.parameter)) {
        return wrong(argument.span, fmt::format("parameter `{}` of {}() is given twice",
                                                argument.parameter->name, call.signature->name));
    }
    argument.name = argument.parameter->name;
    LANG_TRY(argument.value, argument_value(argument.parameter->type));
    call.arguments.push_back(std::move(argument));
    return {};
}

/// The value of the unnamed parameter. More of them join it if it is a list; otherwise each goes
/// to the first required parameter that still lacks a value.
Checked<void> Parser::unnamed_argument(Call& call) {
    auto begin = lexer_.position();
    const auto* parameter = call.signature->unnamed();
    Argument* list = nullptr;
    if (parameter && is_given(call, *parameter)) {
        for (auto& given : call.arguments) {
            if (given.parameter == parameter && is_list(parameter->type)) list = &given;
        }
        if (!list) parameter = next_missing(call);
    }
    if (!parameter) {
        return unexpected_here(
            fmt::format("the name of a parameter of {}() and `=`", call.signature->name));
    }
    LANG_TRY(auto value, argument_value(parameter->type));
    if (list) {
        auto* items = value.as<Array>();
        auto* joined = list->value.as<Array>();
        if (!items || !joined) return wrong(value.span, "expected a list");
        for (auto& item : items->items) joined->items.push_back(std::move(item));
        list->value.span.end = value.span.end;
        return {};
    }
    Argument argument;
    argument.parameter = parameter;
    argument.name = parameter->name;
    argument.value = std::move(value);
    argument.span = span_from(begin);
    call.arguments.push_back(std::move(argument));
    return {};
}

Checked<Expr> Parser::argument_value(ParamType type) {
    switch (type) {
        case ParamType::kExpr:
            return expression();
        case ParamType::kExprs:
            return list_of(type);
        case ParamType::kAggregates:
            return aggregates();
        case ParamType::kPipeline:
            return pipeline_value();
        case ParamType::kPipelines:
            return list_of(type);
        case ParamType::kCorrelate: {
            LANG_TRY(auto query, correlate_query());
            auto span = query.span;
            Array one;
            one.items.push_back(std::move(query));
            return Expr{std::move(one), span};
        }
        case ParamType::kFields:
        case ParamType::kStrings:
        case ParamType::kNumbers:
        case ParamType::kEnums: {
            LANG_TRY(auto value, literal_value(type));
            if (value.as<Array>()) return value;
            auto span = value.span;
            Array one;
            one.items.push_back(std::move(value));
            return Expr{std::move(one), span};
        }
        default:
            return literal_value(type);
    }
}

/// A raw word, a quoted text, a parameter, or a list of them.
Checked<Expr> Parser::literal_value(ParamType type) {
    lexer_.skip();
    auto begin = lexer_.position();
    char c = lexer_.peek();
    if (c == '[') return array_of_literals(type);
    if (c == '(') {
        Nest nest(*this);
        if (nest.is_too_deep()) return too_deep();
        lexer_.accept('(');
        LANG_TRY(auto inner, literal_value(type));
        LANG_TRY_OK(expect(')', "the value"));
        return inner;
    }
    LANG_TRY(auto literal, filter_value());
    auto word_end = lexer_.position();
    lexer_.skip();
    bool is_joined = is_time(type) && literal.kind == LiteralKind::kPattern &&
                     lexer_.pattern_end(lexer_.position()) > lexer_.position();
    if (is_joined) {
        LANG_TRY(auto unit, lexer_.pattern());
        literal.text += ' ';
        literal.text += unit;
        literal.span = span_from(begin);
    } else {
        lexer_.move_to(word_end);
    }
    return Expr{std::move(literal), span_from(begin)};
}

Checked<Expr> Parser::array_of_literals(ParamType type) {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    auto begin = lexer_.position();
    lexer_.accept('[');
    Array array;
    lexer_.skip();
    while (lexer_.peek() != ']') {
        LANG_TRY(auto item, literal_value(type));
        array.items.push_back(std::move(item));
        lexer_.skip();
        if (!lexer_.accept(',')) break;
        lexer_.skip();
    }
    LANG_TRY_OK(expect(']', "the list"));
    return Expr{std::move(array), span_from(begin)};
}

/// `[…]` of expressions or pipelines, or one of them.
Checked<Expr> Parser::list_of(ParamType type) {
    lexer_.skip();
    auto begin = lexer_.position();
    auto one = [this, type] { return type == ParamType::kExprs ? expression() : pipeline_value(); };
    Array array;
    if (lexer_.accept('[')) {
        lexer_.skip();
        while (lexer_.peek() != ']') {
            LANG_TRY(auto item, one());
            array.items.push_back(std::move(item));
            lexer_.skip();
            if (!lexer_.accept(',')) break;
            lexer_.skip();
        }
        LANG_TRY_OK(expect(']', "the list"));
    } else {
        LANG_TRY(auto item, one());
        array.items.push_back(std::move(item));
    }
    return Expr{std::move(array), span_from(begin)};
}

Checked<Expr> Parser::aggregates() {
    lexer_.skip();
    auto begin = lexer_.position();
    if (lexer_.accept('[')) return aggregate_list(']');
    if (lexer_.peek() == '(') {
        Nest nest(*this);
        if (nest.is_too_deep()) return too_deep();
        lexer_.accept('(');
        LANG_TRY(auto inner, aggregates());
        LANG_TRY_OK(expect(')', "the aggregates"));
        return inner;
    }
    LANG_TRY(auto single, aggregate());
    if (single.as<Array>()) return single;
    Array one;
    one.items.push_back(std::move(single));
    return Expr{std::move(one), span_from(begin)};
}

/// Reads on after the opening bracket.
Checked<Expr> Parser::aggregate_list(char close) {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    auto begin = lexer_.position();
    Array array;
    lexer_.skip();
    while (lexer_.peek() != close) {
        LANG_TRY(auto item, aggregate());
        if (auto* inner = item.as<Array>()) {
            for (auto& each : inner->items) array.items.push_back(std::move(each));
        } else {
            array.items.push_back(std::move(item));
        }
        lexer_.skip();
        if (!lexer_.accept(',')) break;
        lexer_.skip();
    }
    LANG_TRY_OK(expect(close, "the aggregates"));
    return Expr{std::move(array), span_from(begin)};
}

/// `f()`, `n := f()` or `{…}`.
Checked<Expr> Parser::aggregate() {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    lexer_.skip();
    auto begin = lexer_.position();
    if (lexer_.peek() == '{') {
        LANG_TRY(auto inner, braced_pipeline());
        return Expr{Box<Pipeline>(std::move(inner)), span_from(begin)};
    }
    if (look_at_step() == StepStart::kAssign && lexer_.peek() != '`') {
        LANG_TRY(auto target, field_name());
        lexer_.skip();
        lexer_.accept(":=");
        LANG_TRY(auto value, aggregate());
        return Expr{NamedElement{std::move(target), std::move(value)}, span_from(begin)};
    }
    if (lexer_.peek() == '[' || lexer_.peek() == '(') return aggregates();
    if (!at_call()) return unexpected_here("an aggregate function");
    LANG_TRY(auto function, call());
    return Expr{Box<Call>(std::move(function)), span_from(begin)};
}

/// `{…}`, or one filter, which stands for a pipeline of it alone.
Checked<Expr> Parser::pipeline_value() {
    lexer_.skip();
    auto begin = lexer_.position();
    if (lexer_.peek() == '{') {
        LANG_TRY(auto inner, braced_pipeline());
        return Expr{Box<Pipeline>(std::move(inner)), span_from(begin)};
    }
    LANG_TRY(auto single, step());
    Pipeline pipeline;
    pipeline.span = span_from(begin);
    pipeline.steps.push_back(std::move(single));
    return Expr{Box<Pipeline>(std::move(pipeline)), span_from(begin)};
}

/// `NAME: {…}`, perhaps with `include: […]`.
Checked<Expr> Parser::correlate_query() {
    auto begin = lexer_.position();
    CorrelateQuery query;
    LANG_TRY(query.name, field_name());
    LANG_TRY_OK(expect(':', "the name of a query of correlate()"));
    lexer_.skip();
    LANG_TRY(auto inner, braced_pipeline());
    query.pipeline = std::move(inner);
    auto end = lexer_.position();
    lexer_.skip();
    if (lexer_.at_word("include") || lexer_.starts_with("include:")) {
        lexer_.accept("include");
        LANG_TRY_OK(expect(':', "`include`"));
        LANG_TRY(auto include, argument_value(ParamType::kFields));
        query.include = std::move(include);
    } else {
        lexer_.move_to(end);
    }
    return Expr{std::move(query), span_from(begin)};
}

}  // namespace logwood::lang
