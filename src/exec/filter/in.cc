// in(field, values=[...]): the field matches one of several globs, whole and anchored.
#include "exec/filter/text_predicate.h"
#include "exec/plan/registry_core.h"
#include "exec/text/glob.h"

namespace logwood::exec {

lang::Checked<FilterPtr> make_in(const lang::BoundCall& call, Compiler&) {
    std::vector<TextPredicatePtr> options;
    bool ignore_case = call.boolean("ignoreCase");
    for (auto& value : call.texts("values")) options.push_back(glob_predicate(value, ignore_case));
    return field_filter(call.text("field"), any_of(std::move(options)));
}

}  // namespace logwood::exec
