// Dictionaries are read when first asked for, under a lock, and kept: their addresses are promised.
#include "base/bytes.h"
#include "segment/columns/chunk.h"
#include "segment/columns/string_list.h"
#include "segment/limits.h"
#include "segment/reader_impl.h"

namespace logwood::segment {

Result<std::string_view> part_of(std::string_view payload, const Piece& piece) {
    if (piece.bytes == 0) return payload;
    if (piece.offset > payload.size() || piece.bytes > payload.size() - piece.offset)
        return fail(Code::kCorrupt, "segment: piece is not in its chunk");
    return payload.substr(piece.offset, piece.bytes);
}

Result<std::shared_ptr<const std::string>> Reader::Impl::read_chunk(ChunkKind kind,
                                                                    std::uint64_t offset,
                                                                    std::uint32_t bytes,
                                                                    ReadStats* counted) const {
    if (offset > source->size() || bytes > source->size() - offset)
        return fail(Code::kCorrupt, "segment: chunk out of range");
    std::string stored(bytes, '\0');
    TRY_OK(source->read_at(offset, stored));
    if (counted != nullptr) {
        counted->bytes_read += bytes;
        ++counted->chunks_read;
    }
    TRY(auto payload, open_chunk(tail.summary.id, offset, kind, stored));
    return std::make_shared<const std::string>(std::move(payload));
}

Result<std::shared_ptr<const std::string>> Reader::Impl::dictionary_payload(
    const Piece& piece) const {
    auto is_pack = piece.bytes != 0;
    if (auto loaded = packs.find(piece.chunk); is_pack && loaded != packs.end())
        return loaded->second;
    TRY(auto payload, read_chunk(is_pack ? ChunkKind::kDictionaryPack : ChunkKind::kDictionary,
                                 dictionary_offsets[piece.chunk],
                                 tail.dictionary_chunk_bytes[piece.chunk], stats));
    dictionary_bytes += payload->size();
    if (is_pack) packs.emplace(piece.chunk, payload);
    return payload;
}

Result<std::unique_ptr<const LoadedDictionary>> Reader::Impl::load(const TailField& field) const {
    auto loaded = std::make_unique<LoadedDictionary>();
    TRY(loaded->payload, dictionary_payload(*field.dictionary));
    TRY(auto part, part_of(*loaded->payload, *field.dictionary));
    ByteReader in(part);
    TRY(loaded->values, read_strings(in, field.dictionary_values));
    if (in.remaining() != 0) return fail(Code::kCorrupt, "dictionary: bytes left over");
    dictionary_bytes += loaded->values.size() * sizeof(std::string_view);
    return loaded;
}

Result<std::span<const std::string_view>> Reader::Impl::dictionary(FieldId field) const {
    std::lock_guard lock(mutex);
    auto& loaded = dictionaries[field];
    if (!loaded) {
        auto result = load(tail.fields[field]);
        if (!result) return fail(std::move(result).error().with_context(tail.fields[field].name));
        loaded = *std::move(result);
    }
    return std::span(loaded->values);
}

}  // namespace logwood::segment
