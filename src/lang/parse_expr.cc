// Expressions, by precedence climbing, and the small parts that all of the parser uses.
//
// Operators, loosest first: comparisons (not associative), `+ -`, `* / %`, unary `- !`.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lang/parser_state.h"

namespace logwood::lang {
namespace {

struct OperatorSpec {
    std::string_view text;
    BinaryOp op;
    int level;
};

constexpr int kComparisonLevel = 1;
constexpr OperatorSpec kOperators[] = {
    {"==", BinaryOp::kEqual, kComparisonLevel},
    {"!=", BinaryOp::kNotEqual, kComparisonLevel},
    {"<=", BinaryOp::kLessEqual, kComparisonLevel},
    {">=", BinaryOp::kGreaterEqual, kComparisonLevel},
    {"<", BinaryOp::kLess, kComparisonLevel},
    {">", BinaryOp::kGreater, kComparisonLevel},
    {"+", BinaryOp::kAdd, 2},
    {"-", BinaryOp::kSubtract, 2},
    {"*", BinaryOp::kMultiply, 3},
    {"/", BinaryOp::kDivide, 3},
    {"%", BinaryOp::kModulo, 3},
};

const OperatorSpec* operator_at(const Lexer& lexer) {
    if (lexer.starts_with("<=>")) return nullptr;
    for (const auto& spec : kOperators) {
        if (lexer.starts_with(spec.text)) return &spec;
    }
    return nullptr;
}

/// Digits with at most one point inside.
std::optional<double> parse_plain_number(std::string_view text) {
    auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
    if (std::ranges::count(text, '.') > 1) return std::nullopt;
    if (!std::ranges::all_of(text, [&](char c) { return is_digit(c) || c == '.'; })) {
        return std::nullopt;
    }
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

Checked<Expr> Parser::expression(int loosest) {
    LANG_TRY(auto left, unary());
    while (true) {
        auto end = lexer_.position();
        lexer_.skip();
        const auto* spec = operator_at(lexer_);
        if (!spec || spec->level <= loosest) {
            lexer_.move_to(end);
            return left;
        }
        lexer_.accept(spec->text);
        LANG_TRY(auto right, expression(spec->level));
        LANG_TRY(left, combine(spec->op, std::move(left), std::move(right)));
        left.span = span_from(left.span.begin);
        if (spec->level == kComparisonLevel) loosest = kComparisonLevel;
    }
}

Checked<Expr> Parser::combine(BinaryOp op, Expr left, Expr right) const {
    auto height = std::max(left.height, right.height);
    if (height >= kExprHeightMax) {
        return std::unexpected(
            Diagnostic{left.span, "the expression is too long", Code::kTooLarge});
    }
    Expr both;
    both.span = left.span;
    both.height = static_cast<std::uint16_t>(height + 1);
    both.node = Binary{op, std::move(left), std::move(right)};
    return both;
}

Checked<Expr> Parser::unary() {
    Nest nest(*this);
    if (nest.is_too_deep()) return too_deep();
    lexer_.skip();
    auto begin = lexer_.position();
    char c = lexer_.peek();
    if (c != '-' && c != '!') return primary();
    lexer_.accept(c);
    LANG_TRY(auto operand, unary());
    if (operand.height >= kExprHeightMax) return too_deep();
    Expr result;
    result.height = static_cast<std::uint16_t>(operand.height + 1);
    result.node = Unary{c == '-' ? UnaryOp::kMinus : UnaryOp::kNot, std::move(operand)};
    result.span = span_from(begin);
    return result;
}

Checked<Expr> Parser::primary() {
    auto begin = lexer_.position();
    switch (lexer_.peek()) {
        case '(':
            return parenthesised();
        case '[':
            return array_of_expressions();
        case '{': {
            LANG_TRY(auto inner, braced_pipeline());
            return Expr{Box<Pipeline>(std::move(inner)), span_from(begin)};
        }
        case '"': {
            LANG_TRY(auto text, quoted_literal());
            return Expr{std::move(text), span_from(begin)};
        }
        case '?': {
            LANG_TRY(auto name, parameter());
            return Expr{std::move(name), span_from(begin)};
        }
        case '/':
            return unexpected_here("an expression (regular expressions stand in filters)");
        default:
            return word_expression();
    }
}

Checked<Expr> Parser::parenthesised() {
    lexer_.accept('(');
    LANG_TRY(auto inner, expression());
    LANG_TRY_OK(expect(')', "the expression"));
    return inner;
}

Checked<Expr> Parser::array_of_expressions() {
    auto begin = lexer_.position();
    lexer_.accept('[');
    Array array;
    lexer_.skip();
    while (lexer_.peek() != ']') {
        LANG_TRY(auto item, expression());
        array.items.push_back(std::move(item));
        lexer_.skip();
        if (!lexer_.accept(',')) break;
        lexer_.skip();
    }
    LANG_TRY_OK(expect(']', "the list"));
    return Expr{std::move(array), span_from(begin)};
}

Checked<Expr> Parser::word_expression() {
    auto begin = lexer_.position();
    auto end = lexer_.name_end(begin);
    if (end == begin) return unexpected_here("an expression");
    auto function_end = lexer_.function_name_end(begin);
    if (function_end >= end && lexer_.byte_at(lexer_.skip_from(function_end)) == '(') {
        LANG_TRY(auto function, call());
        return Expr{Box<Call>(std::move(function)), span_from(begin)};
    }
    lexer_.move_to(end);
    auto word = lexer_.between(begin, end);
    auto span = span_from(begin);
    if (auto number = parse_plain_number(word)) {
        return Expr{Number{*number, std::string(word)}, span};
    }
    if (equals_ignoring_case(word, "true") || equals_ignoring_case(word, "false")) {
        return Expr{Boolean{word.size() == 4}, span};
    }
    return Expr{FieldRef{std::string(word)}, span};
}

// --- Shared --------------------------------------------------------------------------------------

Checked<FieldName> Parser::field_name() {
    auto begin = lexer_.position();
    if (lexer_.peek() == '"') {
        LANG_TRY(auto name, lexer_.quoted());
        return FieldName{std::move(name), span_from(begin)};
    }
    auto end = lexer_.name_end(begin);
    if (end == begin) return unexpected_here("a name");
    lexer_.move_to(end);
    return FieldName{std::string(lexer_.between(begin, end)), span_from(begin)};
}

Checked<Literal> Parser::quoted_literal() {
    auto begin = lexer_.position();
    LANG_TRY(auto text, lexer_.quoted());
    return Literal{LiteralKind::kString, {}, span_from(begin), std::move(text)};
}

/// `?name` or `?{name=default}`.
Checked<Literal> Parser::parameter() {
    auto begin = lexer_.position();
    lexer_.accept('?');
    bool is_braced = lexer_.accept('{');
    if (is_braced) lexer_.skip();
    ParameterUse use;
    LANG_TRY(auto name, field_name());
    use.name = std::move(name.name);
    if (is_braced) {
        lexer_.skip();
        if (lexer_.accept('=')) {
            lexer_.skip();
            bool is_empty = lexer_.peek() == '}';
            if (is_empty) {
                use.default_value = "";
            } else if (lexer_.peek() == '"') {
                LANG_TRY(use.default_value, lexer_.quoted());
            } else {
                LANG_TRY(use.default_value, lexer_.pattern());
            }
        }
        LANG_TRY_OK(expect('}', "the parameter"));
    }
    use.span = span_from(begin);
    parameters_.push_back(use);
    return Literal{LiteralKind::kParameter, {}, use.span, std::move(use.name)};
}

Checked<void> Parser::expect(char c, std::string_view after) {
    lexer_.skip();
    if (lexer_.accept(c)) return {};
    return unexpected_here(fmt::format("`{}` after {}", c, after));
}

std::unexpected<Diagnostic> Parser::unexpected_here(std::string_view wanted) const {
    auto at = lexer_.skip_from(lexer_.position());
    if (at >= lexer_.text().size()) {
        return wrong(here(), fmt::format("expected {}, but the query ends here", wanted));
    }
    Lexer ahead = lexer_;
    ahead.move_to(at);
    auto end = ahead.pattern_end(at);
    if (end == at) {
        end = at + 1;
        while (end < ahead.text().size() && (ahead.byte_at(end) & 0xC0) == 0x80) ++end;
    }
    end = std::min(end, at + 40);
    while ((ahead.byte_at(end) & 0xC0) == 0x80) ++end;
    Span span{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
    return wrong(span, fmt::format("expected {}, but found `{}`", wanted, ahead.between(at, end)));
}

std::unexpected<Diagnostic> Parser::too_deep() const {
    return std::unexpected(Diagnostic{
        here(), fmt::format("more than {} levels of nesting", kNestingMax), Code::kTooLarge});
}

Span Parser::span_from(std::size_t begin) const {
    if (fixed_span_) return *fixed_span_;
    auto end = lexer_.position();
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

Span Parser::here() const {
    auto at = static_cast<std::uint32_t>(lexer_.position());
    return {at, at};
}

}  // namespace logwood::lang
