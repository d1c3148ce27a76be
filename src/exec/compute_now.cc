// now(), start(), end(): times of the query, epoch milliseconds.
#include "exec/registry_core.h"

namespace logwood::exec {
namespace {

lang::Checked<Compute> constant_time(const lang::BoundCall& call, UtcTime time) {
    return Compute{call.text("as"), constant_expression(std::to_string(time.ms()))};
}

/// The time at which a parser runs.
class NowExpression final : public Expression {
 public:
    Result<Values> evaluate(Batch& batch) const override {
        return Values::constant(std::to_string(batch.now().value_or(UtcTime{}).ms()), batch.rows());
    }
};

}  // namespace

lang::Checked<Compute> make_now(const lang::BoundCall& call, Compiler& compiler) {
    if (compiler.is_parser()) return Compute{call.text("as"), std::make_unique<NowExpression>()};
    return constant_time(call, compiler.options().now);
}
lang::Checked<Compute> make_start(const lang::BoundCall& call, Compiler& compiler) {
    return constant_time(call, compiler.options().interval.start);
}
lang::Checked<Compute> make_end(const lang::BoundCall& call, Compiler& compiler) {
    return constant_time(call, compiler.options().interval.end);
}

}  // namespace logwood::exec
