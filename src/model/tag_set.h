#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace logwood::model {

/// The tags of an event, sorted by name; names stand without their `#`.
class TagSet {
 public:
    /// Sets a tag; a leading `#` of the name is dropped, an earlier value is replaced.
    void set(std::string_view name, std::string_view value);
    /// Null data() when the tag is not there.
    std::string_view get(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
    /// Stable over processes and versions: partitions are chosen by it.
    std::uint64_t hash() const;
    friend auto operator<=>(const TagSet&, const TagSet&) = default;

 private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace logwood::model
