#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "lang/ast.h"

namespace logwood::exec {

/// A checked call of one function that another stands for, with literal arguments, at the place
/// of the other in the text.
lang::Call made_call(std::string_view function,
                     std::initializer_list<std::pair<std::string_view, std::string>> arguments,
                     lang::Span span);

}  // namespace logwood::exec
