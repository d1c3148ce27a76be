#include "exec/plan/registry.h"

#include <map>

namespace logwood::exec {

const Function* find_function(std::string_view name) {
    static const auto kByName = [] {
        std::map<std::string_view, const Function*> all;
        for (auto list : {core_functions(), value_functions(), array_functions(), row_functions()})
            for (auto& function : list) all[function.name] = &function;
        return all;
    }();
    auto found = kByName.find(name);
    return found == kByName.end() ? nullptr : found->second;
}

bool is_built(std::string_view name) {
    return name == "setTimeInterval" || name == "defineTable" || find_function(name) != nullptr;
}

}  // namespace logwood::exec
