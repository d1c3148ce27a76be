#include "exec/filter/steps_filter.h"

#include <utility>

namespace logwood::exec {
namespace {

class StepsFilter final : public Filter {
 public:
    explicit StepsFilter(std::vector<OperatorPtr> steps) : steps_(std::move(steps)) {}

    Result<Mask> test(Batch& batch) const override {
        Mask mask(batch.rows(), 0);
        auto fork = batch.fork();
        TRY_OK(run_all(steps_, fork));
        for (auto row : fork.trace()) mask[row] = 1;
        return mask;
    }
    int cost() const override { return 20; }

 private:
    std::vector<OperatorPtr> steps_;
};

}  // namespace

FilterPtr steps_filter(std::vector<OperatorPtr> steps) {
    return std::make_unique<StepsFilter>(std::move(steps));
}

}  // namespace logwood::exec
