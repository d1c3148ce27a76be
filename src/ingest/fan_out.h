#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/id.h"
#include "base/time.h"
#include "model/coordinates.h"
#include "model/tag_set.h"

namespace logwood::ingest {

/// Chooses partitions: (hash(repository, tags) + k) mod P with k < fan-out. The fan-out of a stream
/// doubles while it is hotter than kHotBytesPerSecond a partition, and halves when it has cooled.
/// Loop thread.
class FanOut {
 public:
    /// The partition of the next record of the stream, which has `bytes`; partitions > 0.
    model::PartitionId choose(RepoId repo, const model::TagSet& tags, std::size_t bytes,
                              MonoTime now, std::uint32_t partitions);

 private:
    struct Stream {
        MonoTime window_start;
        std::uint64_t window_bytes = 0;
        std::uint32_t width = 1;
        std::uint32_t next = 0;
    };
    std::unordered_map<std::uint64_t, Stream> streams_;
};

}  // namespace logwood::ingest
