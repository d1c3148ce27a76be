#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "segment/columns/codec.h"
#include "segment/format.h"
#include "segment/summary.h"
#include "segment/writer.h"

namespace logwood::segment {

/// Where a chunk lies in its segment, header included.
struct ChunkRef {
    std::uint64_t offset = 0;
    std::uint32_t bytes = 0;
    friend bool operator==(const ChunkRef&, const ChunkRef&) = default;
};

/// Writes a segment's bytes in order: chunks, and the plain bytes of header and trailer.
class ChunkWriter {
 public:
    ChunkWriter(SegmentId id, Level level, Sink sink);
    ~ChunkWriter();

    /// Compresses, frames and writes a chunk. When `incompressible` is given, it is another form of
    /// the same content, written as it is if that is not larger than the payload compressed.
    Result<ChunkRef> write(ChunkKind kind, std::string_view payload,
                           std::string_view incompressible = {});
    Result<void> write_plain(std::string_view bytes);
    /// Bytes written so far.
    std::uint64_t position() const { return position_; }
    /// xxh3-64 of them.
    std::uint64_t checksum() const;

 private:
    struct Hash;
    SegmentId id_;
    Sink sink_;
    Compressor compressor_;
    std::unique_ptr<Hash> hash_;
    std::uint64_t position_ = 0;
    std::string compressed_;
    std::string framed_;
};

/// Checks a chunk that was read from `offset` of segment `id`, and restores its payload: kCorrupt
/// when it is damaged, of another kind, of another segment or from another place.
Result<std::string> open_chunk(SegmentId id, std::uint64_t offset, ChunkKind kind,
                               std::string_view bytes);

}  // namespace logwood::segment
