#include "exec/step/operator.h"

#include <utility>

#include "exec/work_limit.h"

namespace logwood::exec {
namespace {

class FilterStep final : public Operator {
 public:
    explicit FilterStep(FilterPtr filter) : filter_(std::move(filter)) {}
    Result<void> run(Batch& batch) const override {
        TRY(auto mask, filter_->test(batch));
        batch.keep(mask);
        return {};
    }
    const Filter* filter() const override { return filter_.get(); }

 private:
    FilterPtr filter_;
};

class AssignStep final : public Operator {
 public:
    AssignStep(std::string field, ExpressionPtr expression)
        : field_(std::move(field)), expression_(std::move(expression)) {}
    Result<void> run(Batch& batch) const override {
        TRY(auto values, expression_->evaluate(batch));
        return batch.assign(field_, std::move(values));
    }

 private:
    std::string field_;
    ExpressionPtr expression_;
};

}  // namespace

OperatorPtr filter_step(FilterPtr filter) {
    return std::make_unique<FilterStep>(std::move(filter));
}

OperatorPtr assign_step(std::string field, ExpressionPtr expression) {
    return std::make_unique<AssignStep>(std::move(field), per_distinct_text(std::move(expression)));
}

Result<void> run_all(const std::vector<OperatorPtr>& steps, Batch& batch) {
    for (auto& step : steps) {
        if (batch.rows() == 0) return {};
        TRY_OK(step->run(batch));
        TRY_OK(batch.check_made_text());
        TRY_OK(WorkLimit::check());
    }
    return {};
}

}  // namespace logwood::exec
