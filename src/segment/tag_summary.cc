#include <algorithm>

#include "segment/limits.h"
#include "segment/tail.h"

namespace logwood::segment {
namespace {

TagValues values_of(std::string_view name, const std::vector<model::TagSet>& sets) {
    TagValues tag{.name = "#" + std::string(name), .values = {}, .is_complete = true};
    for (auto& tags : sets) {
        auto value = tags.get(name);
        if (value.data() == nullptr) {
            tag.is_complete = false;
        } else if (std::ranges::find(tag.values, value) == tag.values.end()) {
            auto has_room =
                tag.values.size() < kSummaryTagValuesMax && value.size() <= kSummaryTagBytesMax;
            if (has_room) tag.values.emplace_back(value);
            tag.is_complete &= has_room;
        }
    }
    std::ranges::sort(tag.values);
    return tag;
}

}  // namespace

std::vector<TagValues> summarise_tags(const std::vector<model::TagSet>& sets) {
    std::vector<std::string_view> names;
    for (auto& tags : sets)
        for (auto& [name, value] : tags.entries()) names.push_back(name);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() > kSummaryTagsMax) names.resize(kSummaryTagsMax);
    std::vector<TagValues> tags;
    for (auto name : names) tags.push_back(values_of(name, sets));
    return tags;
}

}  // namespace logwood::segment
