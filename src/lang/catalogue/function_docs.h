#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lang/catalogue/descriptions.h"
#include "lang/catalogue/signature.h"

namespace logwood::lang {

/// Null: the function (canonical name) has none.
const Description* find_description(std::string_view function);

/// One function as Markdown that reads well as plain text: name, kind, sentence, parameters with
/// what they take and their defaults, example. Says so when it is not built.
std::string describe(const FunctionSignature& function, bool is_built);

/// A page of all functions: those that are built one by one, then the names of the others.
std::string function_page(const std::function<bool(std::string_view name)>& is_built);

}  // namespace logwood::lang
