// beta:param(): the checker has put the parameter's value in its place.
#include "exec/plan/registry_core.h"

namespace logwood::exec {

lang::Checked<OperatorPtr> make_param(const lang::BoundCall& call, Compiler&) {
    return assign_step(call.text("as"), constant_expression(call.text("parameter")));
}

}  // namespace logwood::exec
