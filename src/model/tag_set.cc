#include "model/tag_set.h"

#include <algorithm>

#include "base/bytes.h"

namespace logwood::model {
namespace {

auto position(auto& entries, std::string_view name) {
    return std::ranges::lower_bound(entries, name, {},
                                    [](auto& e) -> std::string_view { return e.first; });
}

}  // namespace

void TagSet::set(std::string_view name, std::string_view value) {
    if (name.starts_with('#')) name.remove_prefix(1);
    auto at = position(entries_, name);
    if (at != entries_.end() && at->first == name)
        at->second = value;
    else
        entries_.emplace(at, name, value);
}

std::string_view TagSet::get(std::string_view name) const {
    auto at = position(entries_, name);
    return at != entries_.end() && at->first == name ? std::string_view(at->second)
                                                     : std::string_view();
}

std::uint64_t TagSet::hash() const {
    std::string bytes;
    ByteWriter writer(bytes);
    for (auto& [name, value] : entries_) {
        writer.put_string(name);
        writer.put_string(value);
    }
    return checksum64(bytes);
}

}  // namespace logwood::model
