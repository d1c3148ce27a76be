// Finds group names by stepping over escapes, `\Q…\E` and character classes.
#include "lang/literal.h"

#include <algorithm>

namespace logwood::lang {
namespace {

/// Index after the character class that opens at `from`; a `]` that comes first is a member.
std::size_t class_end(std::string_view body, std::size_t from) {
    auto i = from + 1;
    if (i < body.size() && body[i] == '^') ++i;
    if (i < body.size() && body[i] == ']') ++i;
    for (; i < body.size() && body[i] != ']'; ++i) {
        if (body[i] == '\\') ++i;
    }
    return i + 1;
}

/// The name of the group that opens at `(`; empty: it has none.
std::string_view group_name(std::string_view body, std::size_t open) {
    auto rest = body.substr(open);
    std::size_t start = rest.starts_with("(?<") ? 3 : rest.starts_with("(?P<") ? 4 : 0;
    if (start == 0 || start >= rest.size() || rest[start] == '=' || rest[start] == '!') return {};
    auto end = rest.find('>', start);
    return end == std::string_view::npos ? std::string_view() : rest.substr(start, end - start);
}

}  // namespace

std::vector<std::string> named_groups(std::string_view body) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < body.size();) {
        if (body[i] == '\\' && i + 1 < body.size() && body[i + 1] == 'Q') {
            auto end = body.find("\\E", i + 2);
            i = end == std::string_view::npos ? body.size() : end + 2;
        } else if (body[i] == '\\') {
            i += 2;
        } else if (body[i] == '[') {
            i = class_end(body, i);
        } else {
            auto name = body[i] == '(' ? group_name(body, i) : std::string_view();
            if (!name.empty() && std::ranges::find(names, name) == names.end()) {
                names.emplace_back(name);
            }
            ++i;
        }
    }
    return names;
}

}  // namespace logwood::lang
