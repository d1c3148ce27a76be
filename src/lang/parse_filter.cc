// Filters: OR binds tighter than AND, and AND may be left out.
//
// A word is a field's name only if an operator follows; otherwise it is free text, whose
// characters are more. At the top of a step, a call that is no filter ends the filter: the pipe
// before it may be missing.
#include <fmt/format.h>

#include "lang/parser_state.h"

namespace logwood::lang {
namespace {

bool is_reserved(std::string_view word) {
    for (std::string_view keyword : {"case", "like", "match", "and", "or", "not"}) {
        if (equals_ignoring_case(word, keyword)) return true;
    }
    const auto* function = find_function(word);
    return function && !function->has(kHistoric);
}

}  // namespace

/// Can a term of a filter begin here?
bool Parser::at_filter() const {
    char c = lexer_.peek();
    if (lexer_.at_end()) return false;
    if (c == '(' || c == '!' || c == '"' || c == '/' || c == '?') return true;
    return lexer_.pattern_end(lexer_.position()) > lexer_.position();
}

/// Does an operator that takes a field on its left stand at `from`?
bool Parser::at_operator(std::size_t from) const {
    Lexer ahead = lexer_;
    ahead.move_to(from);
    char c = ahead.peek();
    if (c == '=') return ahead.peek(1) != '>';
    if (c == '<' || c == '>') return true;
    if (c == '!') return ahead.peek(1) == '=' || ahead.peek(1) == '~';
    return ahead.starts_with("like") && ahead.pattern_end(from) == from + 4;
}

Checked<Filter> Parser::filter(bool is_step) {
    auto begin = lexer_.position();
    LANG_TRY(auto first, or_filter());
    std::vector<Filter> terms;
    terms.push_back(std::move(first));
    while (true) {
        auto end = lexer_.position();
        lexer_.skip();
        bool is_and = lexer_.at_word("and");
        if (is_and) {
            lexer_.move_to(lexer_.position() + 3);
            lexer_.skip();
        } else if (!at_filter()) {
            lexer_.move_to(end);
            break;
        } else if (is_step && look_at_step() != StepStart::kFilter) {
            lexer_.move_to(end);
            break;
        }
        LANG_TRY(auto term, or_filter());
        terms.push_back(std::move(term));
    }
    if (terms.size() == 1) return std::move(terms.front());
    return Filter{And{std::move(terms)}, span_from(begin)};
}

Checked<Filter> Parser::or_filter() {
    auto begin = lexer_.position();
    LANG_TRY(auto first, unary_filter());
    std::vector<Filter> terms;
    terms.push_back(std::move(first));
    while (true) {
        auto end = lexer_.position();
        lexer_.skip();
        if (!lexer_.at_word("or")) {
            lexer_.move_to(end);
            break;
        }
        lexer_.move_to(lexer_.position() + 2);
        lexer_.skip();
        LANG_TRY(auto term, unary_filter());
        terms.push_back(std::move(term));
    }
    if (terms.size() == 1) return std::move(terms.front());
    return Filter{Or{std::move(terms)}, span_from(begin)};
}

Checked<Filter> Parser::unary_filter() {
    auto begin = lexer_.position();
    bool is_negated = false;
    while (true) {
        if (lexer_.peek() == '!') {
            lexer_.move_to(lexer_.position() + 1);
        } else if (lexer_.at_word("not")) {
            lexer_.move_to(lexer_.position() + 3);
        } else {
            break;
        }
        is_negated = !is_negated;
        lexer_.skip();
    }
    LANG_TRY(auto inner, primary_filter());
    if (!is_negated) return inner;
    return Filter{Not{std::move(inner)}, span_from(begin)};
}

Checked<Filter> Parser::primary_filter() {
    auto begin = lexer_.position();
    char c = lexer_.peek();
    if (c == '(') {
        Nest nest(*this);
        if (nest.is_too_deep()) return too_deep();
        lexer_.accept('(');
        lexer_.skip();
        LANG_TRY(auto inner, filter(false));
        LANG_TRY_OK(expect(')', "the group"));
        return inner;
    }
    if (c == '/') {
        LANG_TRY(auto value, filter_value());
        return free_text(std::move(value));
    }
    if (c == '?') {
        LANG_TRY(auto value, parameter());
        return free_text(std::move(value));
    }
    if (c != '"') return word_filter();
    LANG_TRY(auto text, quoted_literal());
    auto end = lexer_.position();
    if (at_operator(lexer_.skip_from(end))) {
        return field_filter({std::move(text.text), span_from(begin)});
    }
    return free_text(std::move(text));
}

Checked<Filter> Parser::word_filter() {
    auto begin = lexer_.position();
    auto end = lexer_.name_end(begin);
    if (end > begin && at_operator(lexer_.skip_from(end))) {
        LANG_TRY(auto field, field_name());
        return field_filter(std::move(field));
    }
    if (at_call()) {
        LANG_TRY(auto function, call());
        auto span = function.span;
        return Filter{Box<Call>(std::move(function)), span};
    }
    if (lexer_.pattern_end(begin) == begin) return unexpected_here("a filter or a function");
    LANG_TRY(auto word, lexer_.pattern());
    auto span = span_from(begin);
    if (equals_ignoring_case(word, "true") || equals_ignoring_case(word, "false")) {
        return Filter{Constant{word.size() == 4}, span};
    }
    auto after = lexer_.skip_from(lexer_.position());
    if (lexer_.byte_at(after) == ':' && lexer_.byte_at(after + 1) == '=') {
        return wrong(span, "an assignment is a step of its own; put `|` before it");
    }
    if (at_operator(after) && lexer_.byte_at(after) != '!') {
        return wrong(span, fmt::format("`{}` is no field name; put it in double quotes", word));
    }
    if (is_reserved(word)) {
        return wrong(span, fmt::format("`{}` is a reserved word; put it in double quotes to search "
                                       "for it",
                                       word));
    }
    return free_text({LiteralKind::kPattern, {}, span, std::string(word)});
}

Checked<Filter> Parser::free_text(Literal value) {
    auto span = value.span;
    return Filter{FreeText{std::move(value)}, span};
}

/// Reads on after the field's name.
Checked<Filter> Parser::field_filter(FieldName field) {
    auto begin = field.span.begin;
    lexer_.skip();
    if (lexer_.starts_with("==") || lexer_.starts_with("!~") || lexer_.starts_with("!=~")) {
        return unexpected_here("`=`, `!=`, `=~`, `like`, `<`, `<=`, `>` or `>=` after the field");
    }
    if (lexer_.starts_with("<=>")) return unexpected_here("a filter; a link is a step of its own");
    if (lexer_.accept("=~")) return field_call(std::move(field));
    Compare compare;
    bool is_order = true;
    if (lexer_.accept("<=")) {
        compare.op = CompareOp::kLessEqual;
    } else if (lexer_.accept(">=")) {
        compare.op = CompareOp::kGreaterEqual;
    } else if (lexer_.accept('<')) {
        compare.op = CompareOp::kLess;
    } else if (lexer_.accept('>')) {
        compare.op = CompareOp::kGreater;
    } else {
        is_order = false;
        compare.op = lexer_.accept("!=")  ? CompareOp::kNotEqual
                     : lexer_.accept('=') ? CompareOp::kEqual
                                          : CompareOp::kLike;
        if (compare.op == CompareOp::kLike) lexer_.accept("like");
    }
    lexer_.skip_to_value();
    LANG_TRY(compare.value, filter_value());
    bool is_regex = compare.value.kind == LiteralKind::kRegex;
    if (is_order && is_regex) return wrong(compare.value.span, "expected a number");
    if (is_regex && compare.op == CompareOp::kLike) compare.op = CompareOp::kEqual;
    compare.field = std::move(field);
    auto span = fixed_span_ ? *fixed_span_ : span_from(begin);
    return Filter{std::move(compare), span};
}

/// Reads on after `field =~`.
Checked<Filter> Parser::field_call(FieldName field) {
    auto begin = field.span.begin;
    lexer_.skip();
    if (lexer_.peek() == '/') {
        LANG_TRY(auto value, filter_value());
        return Filter{Compare{std::move(field), CompareOp::kEqual, std::move(value)},
                      span_from(begin)};
    }
    bool is_negated = lexer_.accept('!');
    if (!is_negated && lexer_.at_word("not")) {
        is_negated = true;
        lexer_.move_to(lexer_.position() + 3);
    }
    lexer_.skip();
    if (!at_call()) return unexpected_here("a function call or a regular expression after `=~`");
    LANG_TRY(auto function, call(std::move(field)));
    Filter filter{Box<Call>(std::move(function)), span_from(begin)};
    if (!is_negated) return filter;
    return Filter{Not{std::move(filter)}, span_from(begin)};
}

Checked<Literal> Parser::filter_value() {
    auto begin = lexer_.position();
    if (lexer_.peek() == '"') return quoted_literal();
    if (lexer_.peek() == '?') return parameter();
    if (lexer_.peek() == '/') {
        LANG_TRY(auto regex, lexer_.regex());
        regex.span = span_from(begin);
        return regex;
    }
    if (lexer_.pattern_end(begin) == begin) return unexpected_here("a value");
    LANG_TRY(auto word, lexer_.pattern());
    return Literal{LiteralKind::kPattern, {}, span_from(begin), std::string(word)};
}

}  // namespace logwood::lang
