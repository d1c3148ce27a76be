#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/ast.h"

/// Only for tests of this module.
namespace logwood::lang {

/// A tree as nested lists, all of it but the spans.
struct Dump {
    std::string out;

    void open(std::string_view name) {
        out += '(';
        out += name;
    }
    void close() { out += ')'; }
    void text(std::string_view value) { out += " <" + std::string(value) + ">"; }
    template <typename T>
    void node(std::string_view name, const T& body) {
        open(name);
        body();
        close();
    }

    void add(const Literal& literal) {
        open("lit" + std::to_string(static_cast<int>(literal.kind)));
        auto& flags = literal.flags;
        for (bool flag :
             {flags.dot_all, flags.ignore_case, flags.multi_line, flags.repeat, flags.engine_v2})
            out += flag ? '1' : '0';
        text(literal.text);
        close();
    }
    void add(const Pipeline& pipeline) {
        node("pipe", [&] {
            for (auto& step : pipeline.steps) add(step);
        });
    }
    void add(const Call& call) {
        node("call", [&] {
            text(call.name);
            if (call.receiver) text("of " + call.receiver->name);
            for (auto& argument : call.arguments) {
                text(argument.name);
                add(argument.value);
            }
        });
    }
    void add(const std::vector<Expr>& items) {
        for (auto& item : items) add(item);
    }
    void add(const Expr& expr) {
        if (auto* literal = expr.as<Literal>()) return add(*literal);
        if (auto* call = expr.as<Box<Call>>()) return add(**call);
        if (auto* pipeline = expr.as<Box<Pipeline>>()) return add(**pipeline);
        node("expr" + std::to_string(expr.node.index()), [&] {
            if (auto* field = expr.as<FieldRef>()) text(field->name);
            if (auto* number = expr.as<Number>()) text(number->text);
            if (auto* flag = expr.as<Boolean>()) text(flag->value ? "true" : "false");
            if (auto* unary = expr.as<Unary>()) {
                text(std::to_string(static_cast<int>(unary->op)));
                add(*unary->operand);
            }
            if (auto* binary = expr.as<Binary>()) {
                text(std::to_string(static_cast<int>(binary->op)));
                add(*binary->left);
                add(*binary->right);
            }
            if (auto* array = expr.as<Array>()) add(array->items);
            if (auto* named = expr.as<NamedElement>()) {
                text(named->target.name);
                add(*named->value);
            }
        });
    }
    void add(const std::vector<Filter>& operands) {
        for (auto& operand : operands) add(operand);
    }
    void add(const Filter& filter) {
        node("filter" + std::to_string(filter.node.index()), [&] {
            if (auto* all = filter.as<And>()) add(all->operands);
            if (auto* any = filter.as<Or>()) add(any->operands);
            if (auto* negated = filter.as<Not>()) add(*negated->operand);
            if (auto* constant = filter.as<Constant>()) text(constant->value ? "true" : "false");
            if (auto* free_text = filter.as<FreeText>()) add(free_text->value);
            if (auto* compare = filter.as<Compare>()) {
                text(compare->field.name);
                text(std::to_string(static_cast<int>(compare->op)));
                add(compare->value);
            }
            if (auto* call = filter.as<Box<Call>>()) add(**call);
        });
    }
    void add(const Match& match) {
        text(match.field.name);
        for (auto& arm : match.arms) {
            node("arm", [&] {
                if (auto* literal = std::get_if<Literal>(&arm.guard)) add(*literal);
                if (auto* call = std::get_if<Box<Call>>(&arm.guard)) add(**call);
                add(*arm.pipeline);
            });
        }
    }
    void add(const Step& step) {
        node("step" + std::to_string(step.node.index()), [&] {
            if (auto* filter = step.as<Filter>()) add(*filter);
            if (auto* call = step.as<Call>()) add(*call);
            if (auto* assign = step.as<Assign>()) {
                text((assign->target_is_indirect ? "`" : "") + assign->target.name);
                add(assign->value);
            }
            if (auto* cases = step.as<Case>())
                for (auto& clause : cases->clauses) add(clause);
            if (auto* match = step.as<Match>()) add(*match);
            if (auto* stats = step.as<StatsShorthand>()) add(stats->elements);
            if (auto* saved = step.as<SavedCall>()) {
                text(saved->name);
                for (auto& argument : saved->arguments) {
                    text(argument.name);
                    add(argument.value);
                }
            }
        });
    }
};

inline std::string dump(const Query& query) {
    Dump made;
    made.add(query.pipeline);
    return made.out;
}

}  // namespace logwood::lang
