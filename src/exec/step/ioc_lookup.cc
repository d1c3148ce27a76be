// ioc:lookup(): indicators of compromise come from a feed, which this server does not have. As with
// a lookup file that is not there, a parser goes on without.
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

class Unchanged final : public Operator {
 public:
    Result<void> run(Batch&) const override { return {}; }
};

std::unexpected<lang::Diagnostic> no_feed(const lang::BoundCall& call) {
    return wrong_argument(call, "field",
                          "a feed of indicators is needed, and this server has none");
}

}  // namespace

lang::Checked<FilterPtr> make_ioc_filter(const lang::BoundCall& call, Compiler&) {
    return no_feed(call);
}

lang::Checked<OperatorPtr> make_ioc_lookup(const lang::BoundCall& call, Compiler& compiler) {
    // With strict only events that match would be kept: of which nobody can tell.
    if (compiler.is_parser() && !call.boolean("strict")) return std::make_unique<Unchanged>();
    return no_feed(call);
}

}  // namespace logwood::exec
