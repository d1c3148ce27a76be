// now(), start(), end(): times of the query, epoch milliseconds.
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

lang::Checked<Compute> constant_time(const lang::BoundCall& call, UtcTime time) {
    return Compute{call.text("as"), constant_expression(std::to_string(time.ms()))};
}

/// The time at which a parser runs or a live query sees an event, less `ago`; `otherwise` where
/// the batch knows no such time (after an aggregate).
class NowExpression final : public Expression {
 public:
    NowExpression(Duration ago, UtcTime otherwise) : ago_(ago), otherwise_(otherwise) {}
    Result<Values> evaluate(Batch& batch) const override {
        auto time = batch.now() ? *batch.now() - ago_ : otherwise_;
        return Values::constant(std::to_string(time.ms()), batch.rows());
    }

 private:
    Duration ago_;
    UtcTime otherwise_;
};

lang::Checked<Compute> time_of_query(const lang::BoundCall& call, const Compiler& compiler,
                                     Duration ago, UtcTime time) {
    if (compiler.is_parser() || compiler.options().live_window)
        return Compute{call.text("as"), std::make_unique<NowExpression>(ago, time)};
    return constant_time(call, time);
}

}  // namespace

lang::Checked<Compute> make_now(const lang::BoundCall& call, Compiler& compiler) {
    return time_of_query(call, compiler, {}, compiler.options().now);
}
lang::Checked<Compute> make_start(const lang::BoundCall& call, Compiler& compiler) {
    auto& options = compiler.options();
    return time_of_query(call, compiler, options.live_window.value_or(Duration{}),
                         options.interval.start);
}
lang::Checked<Compute> make_end(const lang::BoundCall& call, Compiler& compiler) {
    return time_of_query(call, compiler, {}, compiler.options().interval.end);
}

}  // namespace logwood::exec
