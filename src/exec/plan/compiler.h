#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/compute/expression.h"
#include "exec/filter/filter.h"
#include "exec/query.h"
#include "exec/step/operator.h"
#include "lang/ast.h"
#include "lang/bound_call.h"
#include "lang/check.h"
#include "lang/diagnostic.h"

namespace logwood::exec {

class Inputs;

/// What a pipeline runs as: steps, then perhaps an aggregate, then steps over its rows, and so on.
struct Plan {
    struct Stage {
        std::vector<OperatorPtr> steps;
        AggregatePtr aggregate;  ///< Null only in the last stage.
    };
    std::vector<Stage> stages;  ///< At least one.
    bool has_aggregate() const { return stages.front().aggregate != nullptr; }
};

/// Turns checked trees into things that run. Functions get it to compile their arguments; errors
/// carry the place in the query text.
class Compiler {
 public:
    /// Without `inputs`, functions that need any are refused.
    Compiler(const CompileOptions& options, lang::Context context, Inputs* inputs = nullptr)
        : options_(options), context_(context), inputs_(inputs) {}

    /// Its `lookups` are there while a query compiles, and for a parser's whole life.
    const CompileOptions& options() const { return options_; }
    bool is_parser() const { return context_ == lang::Context::kParser; }
    Inputs* inputs() const { return inputs_; }

    lang::Checked<ExpressionPtr> expression(const lang::Expr& expr);
    lang::Checked<FilterPtr> filter(const lang::Filter& filter);
    /// The condition of a pipeline that only filters (`{ … }` or one filter call).
    lang::Checked<FilterPtr> filter(const lang::Pipeline& pipeline);
    lang::Checked<FilterPtr> filter_call(const lang::Call& call);
    lang::Checked<std::vector<OperatorPtr>> steps(const lang::Pipeline& pipeline);
    lang::Checked<AggregatePtr> aggregate_call(const lang::Call& call);
    /// One aggregate for the elements of a `function=` list: combined by the rules of stats().
    lang::Checked<AggregatePtr> aggregates(const std::vector<lang::AggregateRef>& elements);
    /// The same for a parameter that stands for count(as=_count) when not given.
    lang::Checked<AggregatePtr> aggregates_or_count(const lang::BoundCall& call,
                                                    std::string_view parameter);
    lang::Checked<Plan> plan(const lang::Pipeline& pipeline);
    /// What makes, of the events that the query looks at, those that come to the call: which must
    /// stand at the top level of the pipeline, before the first aggregate.
    lang::Checked<std::vector<OperatorPtr>> steps_before(const lang::BoundCall& call);

 private:
    using Before = std::vector<std::variant<const lang::Step*, const lang::Filter*>>;

    lang::Checked<Plan> plan_top(const lang::Pipeline& pipeline);
    lang::Checked<void> step(const lang::Step& step, std::vector<OperatorPtr>& out);
    lang::Checked<void> call_step(const lang::Call& call, std::vector<OperatorPtr>& out);
    /// Appends the steps of a filter at the top level, where named groups extract.
    lang::Checked<void> filter_steps(const lang::Filter& filter, std::vector<OperatorPtr>& out);
    lang::Checked<std::vector<OperatorPtr>> match_arm(const std::string& field,
                                                      const lang::MatchArm& arm);
    lang::Checked<FilterPtr> compare(const lang::Compare& compare);

    const CompileOptions& options_;
    lang::Context context_;
    Inputs* inputs_;
    /// While the top level compiles, up to the first aggregate: what stands before.
    std::optional<Before> before_;
};

/// Sets, row by row, the field that `names` gives to the value, where both are there.
Result<void> assign_by_name(Batch& batch, const model::Column& names, const model::Column& values);

/// Shorthands for factories: a Diagnostic at the argument (or call).
std::unexpected<lang::Diagnostic> wrong_argument(const lang::BoundCall& call,
                                                 std::string_view parameter, std::string message);

}  // namespace logwood::exec
