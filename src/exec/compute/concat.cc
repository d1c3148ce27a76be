// concat(), coalesce(): one value out of several.
#include <optional>

#include "exec/compute/row_function.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {

lang::Checked<Compute> make_concat(const lang::BoundCall& call, Compiler&) {
    auto join = [](std::span<const std::string_view> values, std::string& out) {
        out.clear();
        bool has_one = false;
        for (auto value : values) {
            has_one = has_one || !model::is_missing(value);
            out += value;
        }
        return has_one ? std::string_view(out) : model::kMissing;
    };
    return Compute{call.text("as"), row_function(call.fields("field"), Missing::kIsPassedOn, join)};
}

lang::Checked<Compute> make_coalesce(const lang::BoundCall& call, Compiler& compiler) {
    bool ignores_empty = call.boolean("ignoreEmpty", true);
    std::vector<ExpressionPtr> inputs;
    for (auto* expr : call.exprs("expressions")) {
        LANG_TRY(auto input, compiler.expression(*expr));
        inputs.push_back(std::move(input));
    }
    if (inputs.empty()) return wrong_argument(call, "expressions", "the list is empty");
    auto first = [ignores_empty](std::span<const std::string_view> values, std::string&) {
        for (auto value : values)
            if (!model::is_missing(value) && !(ignores_empty && value.empty())) return value;
        return model::kMissing;
    };
    return Compute{call.text("as"), row_function(std::move(inputs), Missing::kIsPassedOn, first)};
}

}  // namespace logwood::exec
