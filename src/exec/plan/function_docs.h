#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace logwood::exec {

/// The page docs/query-functions.md: all functions that can run here, and the names of the rest.
std::string function_docs();

/// One function, by its name in any case of letters; nullopt: the language has no such function.
std::optional<std::string> function_docs(std::string_view name);

}  // namespace logwood::exec
