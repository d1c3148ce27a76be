// What follows the row groups: dictionaries, tail, trailer.
#include "base/bytes.h"
#include "segment/columns/string_list.h"
#include "segment/limits.h"
#include "segment/segment_builder.h"

namespace logwood::segment {
Result<void> SegmentBuilder::write_dictionaries() {
    std::string pack;
    std::string bytes;
    std::size_t listed_bytes = 0;
    auto& sizes = tail_.dictionary_chunk_bytes;
    std::vector<std::pair<FieldId, std::uint32_t>> packed;
    auto close = [&]() -> Result<void> {
        if (packed.empty()) return {};
        TRY(auto chunk, chunks_.write(ChunkKind::kDictionaryPack, pack));
        for (auto [field, offset] : packed) {
            tail_.fields[field].dictionary->chunk = static_cast<std::uint32_t>(sizes.size());
            tail_.fields[field].dictionary->offset = offset;
        }
        sizes.push_back(chunk.bytes);
        pack.clear();
        packed.clear();
        return {};
    };
    for (FieldId id = 0; id < fields_.size(); ++id) {
        auto& field = tail_.fields[id];
        auto& dictionary = fields_[id]->dictionary;
        auto values = dictionary.values();
        field.dictionary_values = static_cast<std::uint32_t>(values.size());
        if (values.size() <= kListedValuesMax && dictionary.bytes() <= kListedBytesMax &&
            listed_bytes + dictionary.bytes() <= kListedTotalBytesMax) {
            listed_bytes += dictionary.bytes();
            field.listed.assign(values.begin(), values.end());
            if (field.is_coded) field.counts = fields_[id]->counts;
            continue;
        }
        bytes.clear();
        append_strings(values, bytes);
        field.dictionary.emplace();
        if (bytes.size() <= kPackedColumnBytesMax) {
            field.dictionary->bytes = static_cast<std::uint32_t>(bytes.size());
            packed.emplace_back(id, static_cast<std::uint32_t>(pack.size()));
            pack += bytes;
            if (pack.size() >= kPackBytes) TRY_OK(close());
        } else {
            TRY(auto chunk, chunks_.write(ChunkKind::kDictionary, bytes));
            field.dictionary->chunk = static_cast<std::uint32_t>(sizes.size());
            sizes.push_back(chunk.bytes);
        }
    }
    return close();
}

Result<void> SegmentBuilder::write_tail_and_trailer() {
    auto payload = write_tail(tail_);
    if (payload.size() > kTailBytesMax)
        return fail(Code::kTooLarge, "the segment's tail is too large");
    TRY(auto chunk, chunks_.write(ChunkKind::kTail, payload));
    std::string bytes;
    ByteWriter out(bytes);
    out.put(chunk.offset);
    out.put(chunk.bytes);
    out.put(kVersion);
    out.put(std::uint16_t{0});
    out.put(options_.id.high);
    out.put(options_.id.low);
    out.put(checksum64(bytes));
    out.put_raw(kTrailerMagic);
    ASSERT(bytes.size() == kTrailerBytes);
    tail_.summary.tail_offset = chunk.offset;
    return chunks_.write_plain(bytes);
}

Result<Summary> SegmentBuilder::finish() {
    auto& summary = tail_.summary;
    summary.id = options_.id;
    summary.repo = options_.repo;
    summary.level = options_.level;
    for (auto& [key, range] : offsets_) summary.offsets.push_back(range);
    for (auto& [key, day] : days_) summary.days.push_back(day);
    summary.tags = summarise_tags(tail_.tag_sets);
    auto groups_end = chunks_.position();
    TRY_OK(write_dictionaries());
    auto dictionaries_end = chunks_.position();
    auto kind = [](Section section) { return static_cast<std::uint8_t>(section); };
    tail_.sections = {{kind(Section::kRowGroups), kSectionMustUnderstand, kHeaderBytes,
                       groups_end - kHeaderBytes},
                      {kind(Section::kDictionaries), kSectionMustUnderstand, groups_end,
                       dictionaries_end - groups_end}};
    TRY_OK(write_tail_and_trailer());
    summary.stored_bytes = chunks_.position();
    summary.checksum = chunks_.checksum();
    return summary;
}

}  // namespace logwood::segment
