#include "exec/plan/function_docs.h"

#include "exec/plan/registry.h"
#include "lang/catalogue/function_docs.h"

namespace logwood::exec {

std::string function_docs() { return lang::function_page(is_built); }

std::optional<std::string> function_docs(std::string_view name) {
    auto* function = lang::find_function(name);
    if (!function) return std::nullopt;
    return lang::describe(*function, is_built(function->name));
}

}  // namespace logwood::exec
