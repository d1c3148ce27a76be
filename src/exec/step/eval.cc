// eval(), setField(), getField(), if(), test(): expressions in calls.
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/compute/expression_operator.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

class SequenceStep final : public Operator {
 public:
    explicit SequenceStep(std::vector<OperatorPtr> steps) : steps_(std::move(steps)) {}
    Result<void> run(Batch& batch) const override { return run_all(steps_, batch); }

 private:
    std::vector<OperatorPtr> steps_;
};

class SetFieldStep final : public Operator {
 public:
    SetFieldStep(ExpressionPtr target, ExpressionPtr value)
        : target_(std::move(target)), value_(std::move(value)) {}
    Result<void> run(Batch& batch) const override {
        TRY(auto target, target_->evaluate(batch));
        TRY(auto value, value_->evaluate(batch));
        return assign_by_name(batch, target.texts(), value.texts());
    }

 private:
    ExpressionPtr target_;
    ExpressionPtr value_;
};

/// The value of the field that another expression names.
class GetFieldExpression final : public Expression {
 public:
    explicit GetFieldExpression(ExpressionPtr source) : source_(std::move(source)) {}
    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto source, source_->evaluate(batch));
        auto names = source.texts();
        if (names.kind() == model::Column::Kind::kConstant) return batch.values(names.values()[0]);
        std::vector<model::Column> columns = {model::Column::missing(batch.rows())};
        std::map<std::string_view, std::uint32_t> column_of;
        std::vector<std::uint32_t> which(batch.rows());
        std::vector<std::uint32_t> rows(batch.rows());
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            rows[row] = row;
            auto name = names[row];
            if (model::is_missing(name)) continue;
            auto [known, is_new] =
                column_of.emplace(name, static_cast<std::uint32_t>(columns.size()));
            if (is_new) {
                TRY(auto column, batch.column(name));
                columns.push_back(std::move(column));
            }
            which[row] = known->second;
        }
        return Values(interleave(columns, which, rows));
    }

 private:
    ExpressionPtr source_;
};

}  // namespace

lang::Checked<OperatorPtr> make_eval(const lang::BoundCall& call, Compiler& compiler) {
    std::vector<OperatorPtr> steps;
    for (auto& [field, expr] : call.assignments()) {
        LANG_TRY(auto value, compiler.expression(*expr));
        steps.push_back(assign_step(std::string(field), std::move(value)));
    }
    return std::make_unique<SequenceStep>(std::move(steps));
}

lang::Checked<OperatorPtr> make_set_field(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto target, compiler.expression(*call.expr("target")));
    LANG_TRY(auto value, compiler.expression(*call.expr("value")));
    return std::make_unique<SetFieldStep>(std::move(target), std::move(value));
}

lang::Checked<Compute> make_get_field(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto source, compiler.expression(*call.expr("source")));
    return Compute{call.text("as"), std::make_unique<GetFieldExpression>(std::move(source))};
}

lang::Checked<Compute> make_if(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto condition, compiler.expression(*call.expr("condition")));
    LANG_TRY(auto then, compiler.expression(*call.expr("then")));
    LANG_TRY(auto otherwise, compiler.expression(*call.expr("else")));
    return Compute{call.text("as"),
                   if_expression(std::move(condition), std::move(then), std::move(otherwise))};
}

lang::Checked<FilterPtr> make_test(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto expression, compiler.expression(*call.expr("expression")));
    return test_filter(std::move(expression));
}

}  // namespace logwood::exec
