#pragma once

#include <memory>
#include <vector>

#include "digest/partition_digest.h"

namespace logwood::digest {

/// Digests every partition of the ingest log on this node. Loop thread.
class Digest {
 public:
    Digest(async::Runtime& runtime, log::CommitLog& log, global::Global& global,
           store::OpenBlocks& blocks, store::DiskGuard& disk, const store::Layout& layout,
           DigestOptions options);

    /// Claims all partitions that Global has and starts to consume.
    void start();
    /// Waits until all that was durable in the log at the call is searchable, or until the deadline
    /// (false).
    async::Task<bool> catch_up(MonoTime deadline);
    async::Task<void> stop();
    const Counters& counters() const { return counters_; }

 private:
    DigestContext context_;
    Counters counters_;
    std::vector<std::unique_ptr<PartitionDigest>> partitions_;
};

}  // namespace logwood::digest
