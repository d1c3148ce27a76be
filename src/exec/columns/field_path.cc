#include "exec/columns/field_path.h"

#include <cstddef>

namespace logwood::exec {

bool path_begins(std::string_view path, std::string_view name) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path.substr(i).starts_with("[*]")) {
            if (at >= name.size() || name[at] != '[') return false;
            auto end = name.find(']', at);
            if (end == std::string_view::npos) return false;
            at = end + 1;
            i += 2;
            continue;
        }
        if (at >= name.size() || name[at] != path[i]) return false;
        ++at;
    }
    return true;
}

}  // namespace logwood::exec
