// Filters, expressions, and the values of parameters.
#include <fmt/format.h>

#include <charconv>

#include "lang/check_state.h"

namespace logwood::lang {

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value - value == 0 ? std::optional(value) : std::nullopt;
}

Checked<void> Checker::filter(Filter& filter, const Scope& scope) {
    if (auto* both = filter.as<And>()) {
        for (auto& term : both->operands) LANG_TRY_OK(this->filter(term, scope));
        return {};
    }
    if (auto* either = filter.as<Or>()) {
        Scope inner = scope;
        inner.may_extract = false;
        for (auto& term : either->operands) LANG_TRY_OK(this->filter(term, inner));
        return {};
    }
    if (auto* negation = filter.as<Not>()) {
        Scope inner = scope;
        inner.may_extract = false;
        inner.is_negated = true;
        return this->filter(*negation->operand, inner);
    }
    if (auto* text = filter.as<FreeText>()) return free_text(*text, filter.span, scope);
    if (auto* field = filter.as<Compare>()) return compare(*field, scope);
    if (auto* call = filter.as<Box<Call>>()) return filter_call(**call, scope);
    return {};
}

Checked<void> Checker::free_text(FreeText& node, Span span, const Scope& scope) {
    bool was_parameter = node.value.kind == LiteralKind::kParameter;
    LANG_TRY_OK(substitute(node.value));
    LANG_TRY_OK(regex_place(node.value, scope));
    bool is_everything = node.value.kind != LiteralKind::kRegex && node.value.text == "*";
    bool is_legal = !scope.is_after_aggregate || is_everything || was_parameter ||
                    options_.context == Context::kParser;
    if (is_legal) return {};
    return wrong(span,
                 "free text searches events as they are stored, so it must come before the "
                 "first aggregate; name a field, as in field=*text*");
}

Checked<void> Checker::compare(Compare& node, const Scope& scope) {
    bool is_missing = node.value.kind == LiteralKind::kParameter;
    LANG_TRY_OK(substitute(node.value));
    is_missing = is_missing && options_.allow_missing_arguments && node.value.text.empty();
    LANG_TRY_OK(regex_place(node.value, scope));
    bool is_order = node.op >= CompareOp::kLess;
    if (is_order && !is_missing && !parse_number(node.value.text)) {
        return wrong(node.value.span, fmt::format("expected a number, but found `{}`; compare two "
                                                  "fields with test(a < b)",
                                                  node.value.text));
    }
    return {};
}

Checked<void> Checker::regex_place(const Literal& literal, const Scope& scope) {
    if (literal.kind != LiteralKind::kRegex || scope.may_extract) return {};
    if (named_groups(literal.text).empty()) return {};
    return wrong(literal.span,
                 "a regular expression inside OR or NOT cannot extract fields; use (?:…) groups, "
                 "or give it a step of its own");
}

Checked<void> Checker::filter_call(Call& call, const Scope& scope) {
    if (!call.signature->is_usable_as_filter()) {
        return wrong(call.name_span, fmt::format("{}() is no filter; give it a step of its own",
                                                 call.signature->name));
    }
    if (scope.is_negated && call.signature->has(kNotNegatable)) {
        return wrong(call.name_span, fmt::format("{}() cannot be negated", call.signature->name));
    }
    return bind(call, scope);
}

Checked<void> Checker::expression(Expr& expr, const Scope& scope) {
    if (auto* literal = expr.as<Literal>()) {
        if (literal->kind == LiteralKind::kParameter) return substitute(*literal);
        return {};
    }
    if (auto* one = expr.as<Unary>()) return expression(*one->operand, scope);
    if (auto* two = expr.as<Binary>()) {
        LANG_TRY_OK(expression(*two->left, scope));
        return expression(*two->right, scope);
    }
    if (auto* call = expr.as<Box<Call>>()) return expression_call(**call, scope);
    bool is_leaf = expr.as<FieldRef>() || expr.as<Number>() || expr.as<Boolean>();
    if (is_leaf) return {};
    return wrong(expr.span, "expected an expression that gives one value");
}

Checked<void> Checker::expression_call(Call& call, const Scope& scope) {
    bool gives_value =
        call.signature->kind == FunctionKind::kCompute || call.signature->is_usable_as_filter();
    if (!gives_value) {
        return wrong(call.name_span,
                     fmt::format("{}() gives no value inside an expression", call.signature->name));
    }
    return bind(call, scope);
}

/// Explicit argument, then request argument, then default.
Checked<std::vector<std::string>> Checker::value_of(const Literal& parameter) const {
    if (auto given = values_.given.find(parameter.text); given != values_.given.end()) {
        return given->second;
    }
    if (auto found = values_.defaults.find(parameter.text); found != values_.defaults.end()) {
        return std::vector<std::string>{found->second};
    }
    if (options_.allow_missing_arguments) return std::vector<std::string>{""};
    return wrong(parameter.span,
                 fmt::format("the parameter `?{}` has no value and no default", parameter.text));
}

/// The value is text, never read as syntax again.
Checked<void> Checker::substitute(Literal& literal) const {
    if (literal.kind != LiteralKind::kParameter) return {};
    LANG_TRY(auto values, value_of(literal));
    if (values.size() != 1) {
        return wrong(literal.span, fmt::format("the parameter `?{}` has {} values, but one is "
                                               "wanted here",
                                               literal.text, values.size()));
    }
    literal.kind = LiteralKind::kString;
    literal.text = std::move(values.front());
    return {};
}

}  // namespace logwood::lang
