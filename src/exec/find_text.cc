#include "exec/find_text.h"

#include <algorithm>
#include <cstring>

namespace logwood::exec {

std::string fold(std::string_view text) {
    std::string folded(text);
    for (auto& c : folded) c = fold(c);
    return folded;
}

bool same_text(std::string_view text, std::string_view other, bool ignore_case) {
    if (text.size() != other.size()) return false;
    if (!ignore_case) return std::memcmp(text.data(), other.data(), text.size()) == 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (fold(text[i]) != other[i]) return false;
    return true;
}

std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from,
                      bool ignore_case) {
    if (from > text.size() || needle.size() > text.size() - from) return std::string_view::npos;
    if (needle.empty()) return from;
    if (!ignore_case) {
        auto* found = memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
        return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
                     : std::string_view::npos;
    }
    auto last = text.size() - needle.size();
    auto lower = needle[0];
    auto upper = lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 32) : lower;
    for (auto at = from; at <= last; ++at) {
        if (text[at] != lower && text[at] != upper) continue;
        if (same_text(text.substr(at, needle.size()), needle, true)) return at;
    }
    return std::string_view::npos;
}

}  // namespace logwood::exec
