#include "segment/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "segment/columns/chunk.h"
#include "segment/limits.h"
#include "segment/reader_impl.h"

namespace logwood::segment {
namespace {

struct Trailer {
    std::uint64_t tail_offset = 0;
    std::uint32_t tail_bytes = 0;
    SegmentId id;
};

Result<Trailer> read_trailer(std::string_view bytes) {
    ByteReader in(bytes);
    if (bytes.size() != kTrailerBytes || !bytes.ends_with(kTrailerMagic))
        return fail(Code::kCorrupt, "segment: no trailer at its end");
    auto checked = bytes.substr(0, kTrailerBytes - kTrailerMagic.size() - sizeof(std::uint64_t));
    Trailer trailer;
    TRY(trailer.tail_offset, in.get<std::uint64_t>());
    TRY(trailer.tail_bytes, in.get<std::uint32_t>());
    TRY(auto version, in.get<std::uint16_t>());
    TRY(auto reserved, in.get<std::uint16_t>());
    TRY(trailer.id.high, in.get<std::uint64_t>());
    TRY(trailer.id.low, in.get<std::uint64_t>());
    TRY(auto checksum, in.get<std::uint64_t>());
    if (checksum != checksum64(checked))
        return fail(Code::kCorrupt, "segment: trailer checksum differs");
    if (version != kVersion || reserved != 0)
        return fail(Code::kUnsupported, fmt::format("segment: unknown version {}", version));
    return trailer;
}

/// The end of a segment: its tail chunk and trailer.
struct Ending {
    Trailer trailer;
    std::string tail_chunk;
};

Result<Ending> read_ending(const ByteSource& source, std::uint64_t known_offset, ReadStats* stats) {
    auto size = source.size();
    if (size < kHeaderBytes + kTrailerBytes) return fail(Code::kCorrupt, "segment: too short");
    auto from = size - std::min(size, kTailGuessBytes);
    if (known_offset != 0 && known_offset < size - kTrailerBytes &&
        size - known_offset <= kTailBytesMax)
        from = known_offset;
    std::string bytes(size - from, '\0');
    TRY_OK(source.read_at(from, bytes));
    if (bytes.size() < kTrailerBytes) return fail(Code::kCorrupt, "segment: too short");
    Ending ending;
    auto trailer_at = bytes.size() - kTrailerBytes;
    TRY(ending.trailer, read_trailer(std::string_view(bytes).substr(trailer_at)));
    auto& trailer = ending.trailer;
    if (trailer.tail_bytes > kTailBytesMax || trailer.tail_offset < kHeaderBytes ||
        trailer.tail_offset > size ||
        size - trailer.tail_offset - kTrailerBytes != trailer.tail_bytes)
        return fail(Code::kCorrupt, "segment: tail out of range");
    if (stats != nullptr) stats->bytes_read += bytes.size(), ++stats->chunks_read;
    if (trailer.tail_offset >= from) {
        ending.tail_chunk = bytes.substr(trailer.tail_offset - from, trailer.tail_bytes);
    } else {
        ending.tail_chunk.resize(trailer.tail_bytes);
        TRY_OK(source.read_at(trailer.tail_offset, ending.tail_chunk));
        if (stats != nullptr) stats->bytes_read += trailer.tail_bytes;
    }
    return ending;
}

}  // namespace

Result<void> Reader::Impl::check_header() const {
    std::string bytes(kHeaderBytes, '\0');
    TRY_OK(source->read_at(0, bytes));
    std::string_view checked(bytes.data(), kHeaderBytes - sizeof(std::uint64_t));
    std::uint64_t checksum;
    std::memcpy(&checksum, bytes.data() + checked.size(), sizeof checksum);
    Id128 id;
    std::memcpy(&id.high, bytes.data() + 12, sizeof id.high);
    std::memcpy(&id.low, bytes.data() + 20, sizeof id.low);
    if (!bytes.starts_with(kHeaderMagic) || checksum != checksum64(checked) ||
        SegmentId(id) != tail.summary.id)
        return fail(Code::kCorrupt, "segment: header is damaged");
    return {};
}

Result<void> Reader::Impl::index() {
    auto offset = std::uint64_t{kHeaderBytes};
    std::uint64_t first_row = 0;
    for (auto& group : tail.groups) {
        group_offsets.push_back(offset);
        auto begin = offset;
        for (auto bytes : group.chunk_bytes) offset += bytes;
        groups.push_back({.first_row = first_row,
                          .rows = group.rows,
                          .raw_bytes = group.raw_bytes,
                          .stored_bytes = offset - begin,
                          .chunks = static_cast<std::uint32_t>(group.chunk_bytes.size()),
                          .event_times = group.event_times});
        first_row += group.rows;
    }
    for (auto bytes : tail.dictionary_chunk_bytes) {
        dictionary_offsets.push_back(offset);
        offset += bytes;
    }
    auto skipped_is_unknown = std::ranges::any_of(tail.sections, [](auto& section) {
        return section.kind != static_cast<std::uint8_t>(Section::kRowGroups) &&
               section.kind != static_cast<std::uint8_t>(Section::kDictionaries) &&
               (section.flags & kSectionMustUnderstand) != 0;
    });
    if (skipped_is_unknown)
        return fail(Code::kUnsupported, "segment: a section needs a newer version");
    auto is_known = tail.sections.size() == 2;
    if (offset > tail.summary.tail_offset || (is_known && offset != tail.summary.tail_offset))
        return fail(Code::kCorrupt, "segment: chunks do not fill the space before the tail");
    dictionaries.resize(tail.fields.size());
    for (FieldId id = 0; id < tail.fields.size(); ++id) {
        auto& field = tail.fields[id];
        field_ids.emplace(field.name, id);
        auto& info = fields.emplace_back();
        info.name = field.name;
        info.rows = field.rows;
        info.integers = field.integers;
        info.counts = field.counts;
        if (field.dictionary) continue;
        auto listed = std::make_unique<LoadedDictionary>();
        listed->values.assign(field.listed.begin(), field.listed.end());
        if (field.is_coded && !field.counts.empty()) info.values = listed->values;
        dictionaries[id] = std::move(listed);
    }
    return {};
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;

Result<std::shared_ptr<const Reader>> Reader::open(std::shared_ptr<const ByteSource> source,
                                                   const OpenOptions& options) {
    TRY(auto ending, read_ending(*source, options.tail_offset, options.stats));
    auto& trailer = ending.trailer;
    if (!options.expected_id.is_none() && options.expected_id != trailer.id)
        return fail(Code::kCorrupt, "segment: another one than expected");
    TRY(auto payload,
        open_chunk(trailer.id, trailer.tail_offset, ChunkKind::kTail, ending.tail_chunk));
    auto impl = std::make_unique<Impl>();
    TRY(impl->tail, read_tail(payload));
    auto& summary = impl->tail.summary;
    summary.id = trailer.id;
    summary.tail_offset = trailer.tail_offset;
    summary.stored_bytes = source->size();
    summary.tags = summarise_tags(impl->tail.tag_sets);
    impl->tail_bytes = payload.size();
    impl->source = std::move(source);
    impl->stats = options.stats;
    TRY_OK(impl->index());
    return std::shared_ptr<const Reader>(new Reader(std::move(impl)));
}

const Summary& Reader::summary() const { return impl_->tail.summary; }
std::span<const RowGroupInfo> Reader::row_groups() const { return impl_->groups; }
std::span<const FieldInfo> Reader::fields() const { return impl_->fields; }

const FieldInfo* Reader::find(std::string_view field) const {
    auto at = impl_->field_ids.find(field);
    return at == impl_->field_ids.end() ? nullptr : &impl_->fields[at->second];
}

std::unique_ptr<model::RowSource> Reader::row_group(std::size_t index, ReadStats* stats) const {
    ASSERT(index < impl_->groups.size());
    return std::make_unique<GroupSource>(shared_from_this(), index, stats);
}

Result<std::optional<std::span<const std::string_view>>> Reader::dictionary(
    std::string_view field) const {
    auto at = impl_->field_ids.find(field);
    if (at == impl_->field_ids.end()) return std::span<const std::string_view>();
    if (!impl_->tail.fields[at->second].is_coded) return std::nullopt;
    TRY(auto values, impl_->dictionary(at->second));
    return values;
}

std::size_t Reader::memory() const {
    std::lock_guard lock(impl_->mutex);
    return sizeof(Impl) + impl_->tail_bytes * 4 + impl_->dictionary_bytes;
}

Result<void> Reader::verify() const {
    TRY_OK(impl_->check_header());
    for (FieldId field = 0; field < impl_->fields.size(); ++field) TRY_OK(impl_->dictionary(field));
    for (std::size_t index = 0; index < impl_->groups.size(); ++index) {
        GroupSource group(shared_from_this(), index, nullptr);
        TRY_OK(group.event_times());
        TRY_OK(group.coordinates());
        TRY(auto* shapes, group.shapes());
        std::vector<bool> is_used(impl_->fields.size());
        for (auto& column : group.tail().columns) is_used[column.field] = true;
        for (auto& shape : shapes->shapes)
            for (auto field : shape) is_used[field] = true;
        for (FieldId field = 0; field < is_used.size(); ++field)
            if (is_used[field]) TRY_OK(group.dense(field));
        std::uint64_t raw_bytes = 0;
        TRY(auto raw, group.column("@rawstring"));
        for (std::size_t row = 0; row < group.rows(); ++row) raw_bytes += raw[row].size();
        if (raw_bytes != group.tail().raw_bytes)
            return fail(Code::kCorrupt, fmt::format("row group {}: raw bytes differ", index));
    }
    return {};
}

}  // namespace logwood::segment
