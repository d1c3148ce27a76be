#include "store/tag_summary.h"

#include "base/bytes.h"

namespace logwood::store {
namespace {

Result<segment::TagValues> read_tag(ByteReader& reader) {
    segment::TagValues tag;
    TRY(tag.name, reader.get_string());
    TRY(auto count, reader.get_varint());
    for (; count > 0; --count) {
        TRY(auto value, reader.get_string());
        tag.values.emplace_back(value);
    }
    return tag;
}

}  // namespace

std::string pack_tags(std::span<const segment::TagValues> tags, std::size_t bytes_max) {
    std::string packed;
    for (auto& tag : tags) {
        if (!tag.is_complete) continue;
        std::string one;
        ByteWriter writer(one);
        writer.put_string(tag.name);
        writer.put_varint(tag.values.size());
        for (auto& value : tag.values) writer.put_string(value);
        if (packed.size() + one.size() <= bytes_max) packed += one;
    }
    return packed;
}

std::vector<segment::TagValues> unpack_tags(std::string_view summary) {
    std::vector<segment::TagValues> tags;
    ByteReader reader(summary);
    while (reader.remaining() > 0) {
        auto tag = read_tag(reader);
        if (!tag) return {};
        tags.push_back(*std::move(tag));
    }
    return tags;
}

}  // namespace logwood::store
