// Filters: from their tree to predicates on fields.
#include <fmt/format.h>

#include <utility>

#include "exec/filter/filter_logic.h"
#include "exec/filter/text_predicate.h"
#include "exec/limits.h"
#include "exec/plan/compiler.h"
#include "exec/plan/registry.h"
#include "exec/step/extract.h"
#include "exec/text/glob.h"
#include "exec/text/number_text.h"
#include "exec/text/regex.h"

namespace logwood::exec {

using lang::wrong;

namespace {

RegexOptions options_of(const lang::RegexFlags& flags) {
    return {flags.ignore_case, flags.dot_all, flags.multi_line, flags.engine_v2};
}

std::unexpected<lang::Diagnostic> wrong_regex(const lang::Literal& literal, const Error& error) {
    return wrong(literal.span, fmt::format("this regex does not compile: {}", error.message));
}

lang::Checked<TextPredicatePtr> predicate_of(const lang::Literal& literal, bool is_anchored) {
    if (literal.kind == lang::LiteralKind::kRegex) {
        auto made = regex_predicate(literal.text, options_of(literal.flags));
        if (!made) return wrong_regex(literal, made.error());
        return std::move(*made);
    }
    return is_anchored ? glob_predicate(literal.text) : contains_predicate(literal.text);
}

bool extracts(const lang::Literal& literal) {
    return literal.kind == lang::LiteralKind::kRegex &&
           (literal.flags.repeat || !lang::named_groups(literal.text).empty());
}

/// The step of a regex literal with named groups (or repeated) on a field, or on any.
lang::Checked<OperatorPtr> extraction_of(const lang::Literal& literal, std::string field,
                                         bool current_fields) {
    auto regex = Regex::compile(literal.text, options_of(literal.flags));
    if (!regex) return wrong_regex(literal, regex.error());
    Extraction extraction;
    extraction.regex = std::move(*regex);
    extraction.field = std::move(field);
    extraction.current_fields = current_fields;
    extraction.repeat = literal.flags.repeat;
    extraction.repeat_max = kRegexRepeatDefault;
    return extract_step(std::move(extraction));
}

}  // namespace

lang::Checked<FilterPtr> Compiler::compare(const lang::Compare& compare) {
    auto& field = compare.field.name;
    switch (compare.op) {
        case lang::CompareOp::kEqual:
        case lang::CompareOp::kNotEqual: {
            LANG_TRY(auto predicate, predicate_of(compare.value, true));
            bool negate = compare.op == lang::CompareOp::kNotEqual;
            return field_filter(field, std::move(predicate), negate, negate);
        }
        case lang::CompareOp::kLike: {
            LANG_TRY(auto predicate, predicate_of(compare.value, false));
            return field_filter(field, std::move(predicate));
        }
        default:
            break;
    }
    auto bound = parse_number(compare.value.text);
    if (is_null(bound)) return wrong(compare.value.span, "this is not a number");
    return order_filter(field, compare.op, bound);
}

lang::Checked<FilterPtr> Compiler::filter(const lang::Filter& filter_node) {
    auto all =
        [&](const std::vector<lang::Filter>& operands) -> lang::Checked<std::vector<FilterPtr>> {
        std::vector<FilterPtr> made;
        for (auto& operand : operands) {
            LANG_TRY(auto one, filter(operand));
            made.push_back(std::move(one));
        }
        return made;
    };
    if (auto* node = filter_node.as<lang::And>()) {
        LANG_TRY(auto operands, all(node->operands));
        return and_filter(std::move(operands));
    }
    if (auto* node = filter_node.as<lang::Or>()) {
        LANG_TRY(auto operands, all(node->operands));
        return or_filter(std::move(operands));
    }
    if (auto* node = filter_node.as<lang::Not>()) {
        LANG_TRY(auto operand, filter(*node->operand));
        return not_filter(std::move(operand));
    }
    if (auto* node = filter_node.as<lang::Constant>()) return constant_filter(node->value);
    if (auto* node = filter_node.as<lang::FreeText>()) {
        bool is_regex = node->value.kind == lang::LiteralKind::kRegex;
        if (!is_regex && matches_everything(node->value.text)) return constant_filter(true);
        LANG_TRY(auto predicate, predicate_of(node->value, false));
        return any_field_filter(std::move(predicate), is_parser());
    }
    if (auto* node = filter_node.as<lang::Compare>()) return compare(*node);
    return filter_call(**filter_node.as<lang::Box<lang::Call>>());
}

lang::Checked<FilterPtr> Compiler::filter(const lang::Pipeline& pipeline) {
    auto before = std::exchange(before_, std::nullopt);
    std::vector<FilterPtr> all;
    for (auto& step : pipeline.steps) {
        if (auto* node = step.as<lang::Filter>()) {
            LANG_TRY(auto one, filter(*node));
            all.push_back(std::move(one));
        } else if (auto* call = step.as<lang::Call>()) {
            LANG_TRY(auto one, filter_call(*call));
            all.push_back(std::move(one));
        } else {
            return wrong(step.span, "only filters can stand here");
        }
    }
    before_ = std::move(before);
    return and_filter(std::move(all));
}

lang::Checked<FilterPtr> Compiler::filter_call(const lang::Call& call) {
    auto* function = find_function(call.name);
    if (!function) {
        lang::Diagnostic diagnostic{call.name_span, fmt::format("{}() is not supported", call.name),
                                    Code::kUnsupported};
        return std::unexpected(std::move(diagnostic));
    }
    lang::BoundCall bound(call);
    if (auto* make = std::get_if<FilterFactory>(&function->make)) return (*make)(bound, *this);
    if (auto* make = std::get_if<ComputeFactory>(&function->make)) {
        LANG_TRY(auto made, (*make)(bound, *this));
        return test_filter(std::move(made.expression));
    }
    return wrong(call.span, fmt::format("{}() is no filter", call.name));
}

lang::Checked<void> Compiler::filter_steps(const lang::Filter& filter_node,
                                           std::vector<OperatorPtr>& out) {
    if (auto* node = filter_node.as<lang::And>()) {
        auto before = before_;
        for (auto& operand : node->operands) {
            LANG_TRY_OK(filter_steps(operand, out));
            if (before_) before_->emplace_back(&operand);
        }
        before_ = std::move(before);
        return {};
    }
    if (auto* node = filter_node.as<lang::Box<lang::Call>>()) return call_step(**node, out);
    if (auto* node = filter_node.as<lang::FreeText>(); node && extracts(node->value)) {
        LANG_TRY(auto made, extraction_of(node->value, "", is_parser()));
        out.push_back(std::move(made));
        return {};
    }
    auto* node = filter_node.as<lang::Compare>();
    if (node && node->op != lang::CompareOp::kNotEqual && extracts(node->value)) {
        LANG_TRY(auto made, extraction_of(node->value, node->field.name, is_parser()));
        out.push_back(std::move(made));
        return {};
    }
    LANG_TRY(auto made, filter(filter_node));
    out.push_back(filter_step(std::move(made)));
    return {};
}

}  // namespace logwood::exec
