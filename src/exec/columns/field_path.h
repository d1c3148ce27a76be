#pragma once

#include <string_view>

namespace logwood::exec {

/// Does a path such as `a.b[*].c` begin the name? `[*]` stands for any index.
bool path_begins(std::string_view path, std::string_view name);

}  // namespace logwood::exec
