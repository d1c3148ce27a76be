#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace logwood::segment {

/// The bytes of one segment, wherever they are: a file, a section of a checkpoint file, an object
/// in a bucket behind a block cache. Reads block and may come from any thread at once.
class ByteSource {
 public:
    virtual ~ByteSource() = default;

    /// Length of the segment in bytes.
    virtual std::uint64_t size() const = 0;
    /// Fills `into` from `offset` on; kCorrupt when the source ends before, kIo when it fails.
    virtual Result<void> read_at(std::uint64_t offset, std::span<char> into) const = 0;
};

/// A segment held in memory.
std::shared_ptr<const ByteSource> make_memory_source(std::string bytes);

}  // namespace logwood::segment
