// now(), start(), end(): times of the query, epoch milliseconds.
#include "exec/registry_core.h"

namespace logwood::exec {
namespace {

lang::Checked<Compute> constant_time(const lang::BoundCall& call, UtcTime time) {
    return Compute{call.text("as"), constant_expression(std::to_string(time.ms()))};
}

}  // namespace

lang::Checked<Compute> make_now(const lang::BoundCall& call, Compiler& compiler) {
    return constant_time(call, compiler.options().now);
}
lang::Checked<Compute> make_start(const lang::BoundCall& call, Compiler& compiler) {
    return constant_time(call, compiler.options().interval.start);
}
lang::Checked<Compute> make_end(const lang::BoundCall& call, Compiler& compiler) {
    return constant_time(call, compiler.options().interval.end);
}

}  // namespace logwood::exec
