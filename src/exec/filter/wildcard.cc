// wildcard(): a glob on fields, or on the whole event.
#include "exec/filter/filter_logic.h"
#include "exec/filter/text_predicate.h"
#include "exec/plan/registry_core.h"
#include "exec/text/glob.h"

namespace logwood::exec {

lang::Checked<FilterPtr> make_wildcard(const lang::BoundCall& call, Compiler& compiler) {
    auto pattern = call.text("pattern");
    bool ignore_case = call.boolean("ignoreCase");
    auto fields = call.fields("field");
    bool is_everything = pattern == "*";
    if (is_everything && (fields.empty() || call.boolean("includeEverythingOnAsterisk")))
        return constant_filter(true);
    if (fields.empty())
        return any_field_filter(contains_predicate(pattern, ignore_case), compiler.is_parser());
    std::vector<FilterPtr> any;
    for (auto& field : fields)
        any.push_back(field_filter(
            field, ignore_case ? contains_predicate(pattern, true) : glob_predicate(pattern)));
    return or_filter(std::move(any));
}

}  // namespace logwood::exec
