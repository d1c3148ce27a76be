#include "exec/columns/field_names.h"

#include <utility>

#include "lang/bound_call.h"
#include "lang/catalogue/signature.h"
#include "lang/literal.h"

namespace logwood::exec {

void FieldNames::add_field(const std::string& name) {
    if (!made.contains(name)) read.insert(name);
}

/// The field is looked at, and a regex may make others of it.
void FieldNames::add_value(const std::string& field, const lang::Literal& value) {
    if (field.empty())
        reads_all |= value.kind == lang::LiteralKind::kRegex || value.text != "*";
    else
        add_field(field);
    if (value.kind != lang::LiteralKind::kRegex) return;
    for (auto& group : lang::named_groups(value.text)) made.insert(group);
}

/// What a branch sets may be unset after it.
void FieldNames::add_branch(const lang::Pipeline& pipeline) {
    auto before = made;
    add(pipeline);
    made = std::move(before);
}

void FieldNames::add(const lang::Pipeline& pipeline) {
    for (auto& step : pipeline.steps) add(step);
}

void FieldNames::add(const lang::Step& step) {
    if (auto* filter = step.as<lang::Filter>()) return add(*filter);
    if (auto* call = step.as<lang::Call>()) return add(*call);
    if (auto* assign = step.as<lang::Assign>()) {
        add(assign->value);
        if (assign->target_is_indirect)
            add_field(assign->target.name);
        else
            made.insert(assign->target.name);
    } else if (auto* cases = step.as<lang::Case>()) {
        for (auto& clause : cases->clauses) add_branch(clause);
    } else if (auto* match = step.as<lang::Match>()) {
        add_field(match->field.name);
        for (auto& arm : match->arms) add_branch(*arm.pipeline);
    } else if (auto* link = step.as<lang::Link>()) {
        add_field(link->left.name);
    }
}

void FieldNames::add(const lang::Filter& filter) {
    if (auto* all = filter.as<lang::And>())
        for (auto& operand : all->operands) add(operand);
    if (auto* any = filter.as<lang::Or>())
        for (auto& operand : any->operands) add(operand);
    if (auto* negated = filter.as<lang::Not>()) add(*negated->operand);
    if (auto* text = filter.as<lang::FreeText>()) add_value("", text->value);
    if (auto* compare = filter.as<lang::Compare>()) add_value(compare->field.name, compare->value);
    if (auto* call = filter.as<lang::Box<lang::Call>>()) add(**call);
}

/// What a sub-query reads and its keys are fields of other events.
void FieldNames::add_join(const lang::Call& call) {
    lang::BoundCall bound(call);
    for (auto& name : bound.fields("field")) add_field(name);
    for (auto& name : bound.texts("include")) made.insert(name);
}

void FieldNames::add(const lang::Call& call) {
    if (call.name == "join") return add_join(call);
    for (auto& argument : call.arguments) add_argument(argument);
    for (auto& argument : call.arguments) {
        auto* literal = argument.value.as<lang::Literal>();
        if (literal && argument.name == "as") made.insert(literal->text);
    }
}

void FieldNames::add_argument(const lang::Argument& argument) {
    using enum lang::ParamType;
    if (argument.name == "as") return;
    if (!argument.parameter) {  // A pair of eval().
        add(argument.value);
        made.insert(argument.name);
        return;
    }
    auto* literal = argument.value.as<lang::Literal>();
    switch (argument.parameter->type) {
        case kField:
        case kFields:
        case kFieldOrPairs:
            if (literal) add_field(literal->text);
            if (auto* array = argument.value.as<lang::Array>())
                for (auto& item : array->items)
                    if (auto* name = item.as<lang::Literal>()) add_field(name->text);
            return;
        case kRegex:
            if (literal)
                for (auto& group : lang::named_groups(literal->text)) made.insert(group);
            return;
        case kExpr:
        case kExprs:
        case kAggregates:
        case kPipeline:
        case kPipelines:
        case kCorrelate:
            return add(argument.value);
        default:
            return;
    }
}

void FieldNames::add(const lang::Expr& expr) {
    if (auto* field = expr.as<lang::FieldRef>()) add_field(field->name);
    if (auto* unary = expr.as<lang::Unary>()) add(*unary->operand);
    if (auto* binary = expr.as<lang::Binary>()) {
        add(*binary->left);
        add(*binary->right);
    }
    if (auto* array = expr.as<lang::Array>())
        for (auto& item : array->items) add(item);
    if (auto* call = expr.as<lang::Box<lang::Call>>()) add(**call);
    if (auto* pipeline = expr.as<lang::Box<lang::Pipeline>>()) add_branch(**pipeline);
    if (auto* query = expr.as<lang::CorrelateQuery>()) add_branch(*query->pipeline);
}

}  // namespace logwood::exec
