// Steps and plans; filters are in compiler_filter.cc, expressions in compiler_expr.cc.
#include "exec/plan/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/aggregate/stats_state.h"
#include "exec/filter/branch.h"
#include "exec/plan/registry.h"

namespace logwood::exec {

using lang::wrong;

std::unexpected<lang::Diagnostic> wrong_argument(const lang::BoundCall& call,
                                                 std::string_view parameter, std::string message) {
    return wrong(call.span_of(parameter), fmt::format("{}(): {}", call.name(), message));
}

namespace {

std::unexpected<lang::Diagnostic> not_built(const lang::Call& call) {
    lang::Diagnostic diagnostic{call.name_span, fmt::format("{}() is not supported", call.name),
                                Code::kUnsupported};
    return std::unexpected(std::move(diagnostic));
}

/// `` `f` := expr``: sets the field that f's value names.
class IndirectAssignStep final : public Operator {
 public:
    IndirectAssignStep(std::string field, ExpressionPtr expression)
        : field_(std::move(field)), expression_(std::move(expression)) {}
    Result<void> run(Batch& batch) const override {
        TRY(auto values, expression_->evaluate(batch));
        TRY(auto names, batch.column(field_));
        return assign_by_name(batch, names, values.texts());
    }

 private:
    std::string field_;
    ExpressionPtr expression_;
};

/// Filters next to each other change nothing for each other: the cheapest go first.
void order_filters(std::vector<OperatorPtr>& steps) {
    auto is_cheaper = [](const OperatorPtr& a, const OperatorPtr& b) {
        return a->filter() && b->filter() && a->filter()->cost() < b->filter()->cost();
    };
    for (std::size_t i = 1; i < steps.size(); ++i)
        for (auto at = i; at > 0 && is_cheaper(steps[at], steps[at - 1]); --at)
            std::swap(steps[at], steps[at - 1]);
}

}  // namespace

lang::Checked<std::vector<OperatorPtr>> Compiler::steps(const lang::Pipeline& pipeline) {
    auto before = std::exchange(before_, std::nullopt);
    std::vector<OperatorPtr> out;
    for (auto& one : pipeline.steps) LANG_TRY_OK(step(one, out));
    before_ = std::move(before);
    order_filters(out);
    return out;
}

lang::Checked<std::vector<OperatorPtr>> Compiler::steps_before(const lang::BoundCall& call) {
    if (!before_)
        return wrong(call.span(), fmt::format("{}() must stand before the first aggregate, outside "
                                              "of case, match and other functions",
                                              call.name()));
    std::vector<OperatorPtr> out;
    for (auto& part : Before(*before_)) {
        if (auto* one = std::get_if<const lang::Step*>(&part)) {
            LANG_TRY_OK(step(**one, out));
        } else {
            LANG_TRY_OK(filter_steps(*std::get<const lang::Filter*>(part), out));
        }
    }
    order_filters(out);
    return out;
}

lang::Checked<void> Compiler::step(const lang::Step& step, std::vector<OperatorPtr>& out) {
    if (auto* filter_node = step.as<lang::Filter>()) return filter_steps(*filter_node, out);
    if (auto* call = step.as<lang::Call>()) return call_step(*call, out);
    if (auto* assign = step.as<lang::Assign>()) {
        LANG_TRY(auto value, expression(assign->value));
        if (assign->target_is_indirect)
            out.push_back(
                std::make_unique<IndirectAssignStep>(assign->target.name, std::move(value)));
        else
            out.push_back(assign_step(assign->target.name, std::move(value)));
        return {};
    }
    std::vector<std::vector<OperatorPtr>> branches;
    if (auto* cases = step.as<lang::Case>()) {
        for (auto& clause : cases->clauses) {
            LANG_TRY(auto branch, steps(clause));
            branches.push_back(std::move(branch));
        }
    } else if (auto* match = step.as<lang::Match>()) {
        for (auto& arm : match->arms) {
            LANG_TRY(auto branch, match_arm(match->field.name, arm));
            branches.push_back(std::move(branch));
        }
    } else {
        return wrong(step.span, "this step cannot run here");
    }
    out.push_back(branch_step(std::move(branches)));
    return {};
}

lang::Checked<std::vector<OperatorPtr>> Compiler::match_arm(const std::string& field,
                                                            const lang::MatchArm& arm) {
    std::vector<OperatorPtr> out;
    if (auto* literal = std::get_if<lang::Literal>(&arm.guard)) {
        lang::Compare compare{{field, arm.guard_span}, lang::CompareOp::kEqual, *literal};
        lang::Filter guard{std::move(compare), arm.guard_span};
        LANG_TRY_OK(filter_steps(guard, out));
    } else if (auto* call = std::get_if<lang::Box<lang::Call>>(&arm.guard)) {
        LANG_TRY_OK(call_step(**call, out));
    }
    LANG_TRY(auto rest, steps(*arm.pipeline));
    for (auto& one : rest) out.push_back(std::move(one));
    return out;
}

lang::Checked<void> Compiler::call_step(const lang::Call& call, std::vector<OperatorPtr>& out) {
    auto* function = find_function(call.name);
    if (!function) return not_built(call);
    lang::BoundCall bound(call);
    if (function->step) {
        LANG_TRY(auto made, function->step(bound, *this));
        out.push_back(std::move(made));
    } else if (auto* make = std::get_if<FilterFactory>(&function->make)) {
        LANG_TRY(auto made, (*make)(bound, *this));
        out.push_back(filter_step(std::move(made)));
    } else if (auto* compute = std::get_if<ComputeFactory>(&function->make)) {
        LANG_TRY(auto made, (*compute)(bound, *this));
        out.push_back(assign_step(std::move(made.target), std::move(made.expression)));
    } else if (auto* transform = std::get_if<OperatorFactory>(&function->make)) {
        LANG_TRY(auto made, (*transform)(bound, *this));
        out.push_back(std::move(made));
    } else {
        return wrong(call.span, fmt::format("{}() cannot stand here", call.name));
    }
    return {};
}

lang::Checked<AggregatePtr> Compiler::aggregate_call(const lang::Call& call) {
    auto* function = find_function(call.name);
    if (!function) return not_built(call);
    auto* make = std::get_if<AggregateFactory>(&function->make);
    if (!make) return wrong(call.span, fmt::format("{}() is no aggregate function", call.name));
    return (*make)(lang::BoundCall(call), *this);
}

lang::Checked<AggregatePtr> Compiler::aggregates(const std::vector<lang::AggregateRef>& elements) {
    std::vector<AggregatePtr> parts;
    auto before = std::exchange(before_, std::nullopt);
    for (auto& element : elements) {
        if (element.call) {
            auto* function = find_function(element.call->name);
            if (function && function->step)
                return wrong(
                    element.call->span,
                    fmt::format("{}() cannot stand in another function", element.call->name));
            LANG_TRY(auto part, aggregate_call(*element.call));
            parts.push_back(std::move(part));
        } else {
            LANG_TRY(auto part, plan_top(*element.composite));
            if (!part.has_aggregate())
                return wrong(element.composite->span, "there is no aggregate function in this");
            parts.push_back(composite_aggregate(std::move(part)));
        }
    }
    before_ = std::move(before);
    if (parts.size() == 1) return std::move(parts[0]);
    return stats_aggregate(std::move(parts));
}

lang::Checked<AggregatePtr> Compiler::aggregates_or_count(const lang::BoundCall& call,
                                                          std::string_view parameter) {
    if (call.has(parameter)) return aggregates(call.aggregates(parameter));
    return count_aggregate("_count");
}

lang::Checked<Plan> Compiler::plan(const lang::Pipeline& pipeline) {
    auto outer = std::exchange(before_, Before());
    auto made = plan_top(pipeline);
    before_ = std::move(outer);
    return made;
}

lang::Checked<Plan> Compiler::plan_top(const lang::Pipeline& pipeline) {
    Plan plan;
    plan.stages.emplace_back();
    for (auto& one : pipeline.steps) {
        auto* call = one.as<lang::Call>();
        auto* function = call ? find_function(call->name) : nullptr;
        auto& stage = plan.stages.back();
        if (function && std::holds_alternative<AggregateFactory>(function->make)) {
            if (function->step) {
                LANG_TRY(auto first, function->step(lang::BoundCall(*call), *this));
                stage.steps.push_back(std::move(first));
            }
            LANG_TRY(stage.aggregate, aggregate_call(*call));
            before_.reset();
            plan.stages.emplace_back();
        } else {
            LANG_TRY_OK(step(one, stage.steps));
            if (before_) before_->emplace_back(&one);
        }
    }
    for (auto& stage : plan.stages) order_filters(stage.steps);
    return plan;
}

}  // namespace logwood::exec
