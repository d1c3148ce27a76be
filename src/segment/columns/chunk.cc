// A chunk is a header and a payload:
//
//     checksum u64 | segment id 2 x u64 | position u64 | stored u32 | raw u32 | kind u8 | codec u8
//
// The checksum is the xxh3-64 of everything behind it, so that a block which ended up in another
// file or at another place is as detectable as a flipped bit.
#include "segment/columns/chunk.h"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include "base/bytes.h"
#include "segment/limits.h"

namespace logwood::segment {

struct ChunkWriter::Hash {
    XXH3_state_t* state = XXH3_createState();
    Hash() { XXH3_64bits_reset(state); }
    ~Hash() { XXH3_freeState(state); }
};

ChunkWriter::ChunkWriter(SegmentId id, Level level, Sink sink)
    : id_(id), sink_(std::move(sink)), compressor_(level), hash_(std::make_unique<Hash>()) {}
ChunkWriter::~ChunkWriter() = default;

std::uint64_t ChunkWriter::checksum() const { return XXH3_64bits_digest(hash_->state); }

Result<void> ChunkWriter::write_plain(std::string_view bytes) {
    TRY_OK(sink_(bytes));
    XXH3_64bits_update(hash_->state, bytes.data(), bytes.size());
    position_ += bytes.size();
    return {};
}

Result<ChunkRef> ChunkWriter::write(ChunkKind kind, std::string_view payload,
                                    std::string_view incompressible) {
    if (payload.size() > kChunkRawBytesMax)
        return fail(Code::kTooLarge,
                    fmt::format("a chunk of {} bytes is too large", payload.size()));
    auto codec = compressor_.compress(payload, compressed_);
    if (!incompressible.empty() && incompressible.size() <= compressed_.size()) {
        payload = incompressible;
        compressed_.assign(incompressible);
        codec = Codec::kNone;
    }
    framed_.clear();
    ByteWriter header(framed_);
    header.put(std::uint64_t{0});
    header.put(id_.high);
    header.put(id_.low);
    header.put(position_);
    header.put(static_cast<std::uint32_t>(compressed_.size()));
    header.put(static_cast<std::uint32_t>(payload.size()));
    header.put(static_cast<std::uint8_t>(kind));
    header.put(static_cast<std::uint8_t>(codec));
    ASSERT(framed_.size() == kChunkHeaderBytes);
    framed_ += compressed_;
    auto checksum = checksum64(std::string_view(framed_).substr(sizeof(std::uint64_t)));
    std::memcpy(framed_.data(), &checksum, sizeof checksum);
    ChunkRef ref{position_, static_cast<std::uint32_t>(framed_.size())};
    TRY_OK(write_plain(framed_));
    return ref;
}

Result<std::string> open_chunk(SegmentId id, std::uint64_t offset, ChunkKind kind,
                               std::string_view bytes) {
    auto damaged = [&](std::string_view what) {
        return fail(Code::kCorrupt,
                    fmt::format("chunk at {} of segment {}: {}", offset, id.to_string(), what));
    };
    if (bytes.size() < kChunkHeaderBytes) return damaged("too short");
    ByteReader header(bytes.substr(0, kChunkHeaderBytes));
    TRY(auto checksum, header.get<std::uint64_t>());
    if (checksum64(bytes.substr(sizeof checksum)) != checksum) return damaged("checksum differs");
    TRY(auto high, header.get<std::uint64_t>());
    TRY(auto low, header.get<std::uint64_t>());
    TRY(auto position, header.get<std::uint64_t>());
    TRY(auto stored_bytes, header.get<std::uint32_t>());
    TRY(auto raw_bytes, header.get<std::uint32_t>());
    TRY(auto found_kind, header.get<std::uint8_t>());
    TRY(auto codec, header.get<std::uint8_t>());
    if (SegmentId(Id128{high, low}) != id) return damaged("belongs to another segment");
    if (position != offset) return damaged("belongs to another place");
    if (found_kind != static_cast<std::uint8_t>(kind)) return damaged("is of another kind");
    if (stored_bytes != bytes.size() - kChunkHeaderBytes) return damaged("length differs");
    if (raw_bytes > kChunkRawBytesMax) return damaged("claims too many bytes");
    auto raw = decompress(static_cast<Codec>(codec), bytes.substr(kChunkHeaderBytes), raw_bytes);
    if (!raw) return fail(std::move(raw).error().with_context(fmt::format("chunk at {}", offset)));
    return raw;
}

}  // namespace logwood::segment
