#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "global/global.h"
#include "segment/merge/merge.h"
#include "store/disk_guard.h"
#include "store/limits.h"
#include "store/segment_store.h"

namespace logwood::store {

struct MergerOptions {
    std::size_t inputs_min = kMergeInputsMin;
    std::uint64_t raw_bytes_max = kMergeRawBytesMax;
    Duration window = kMergeWindow;
    Duration quiet = kMergeQuiet;
    Duration interval = kMergeInterval;
};

/// Turns the minis of a repository, by order of arrival, into merged segments cut by event time.
///
/// Minis are taken when there are enough of them or enough bytes, when the oldest is older than the
/// window, or when nothing was added to the repository for a while. One merge at a time, at the
/// lowest priority. Loop thread.
class Merger {
 public:
    struct Counters {
        std::uint64_t merges = 0;
        std::uint64_t inputs = 0;
        std::uint64_t outputs = 0;
        std::uint64_t raw_bytes = 0;
        std::uint64_t refused = 0;
        std::uint64_t failures = 0;
    };
    using SegmentPtr = std::shared_ptr<const global::Segment>;

    Merger(async::Runtime& runtime, global::Global& global, SegmentStore& store, DiskGuard& disk,
           MergerOptions options);

    void start() { gate_.spawn(run()); }
    async::Task<void> stop() { return gate_.close(); }
    const Counters& counters() const { return counters_; }

    /// The minis to merge next, of one repository; empty when none is due.
    std::vector<SegmentPtr> choose() const;
    /// Merges them and has Global replace them; kConflict when one of them changed meanwhile.
    async::Task<Result<void>> merge(std::vector<SegmentPtr> inputs);

 private:
    using Readers = std::vector<std::shared_ptr<const segment::Reader>>;

    async::Task<void> run();
    /// The oldest minis among a repository's live segments, if they are due.
    std::vector<SegmentPtr> due_minis(const global::Indexes::ByEventTime& live) const;
    async::Task<Result<Readers>> open(const std::vector<SegmentPtr>& inputs);
    bool is_due(const std::vector<SegmentPtr>& minis, std::uint64_t raw_bytes) const;

    async::Runtime& runtime_;
    global::Global& global_;
    SegmentStore& store_;
    DiskGuard& disk_;
    MergerOptions options_;
    Counters counters_;
    async::Gate gate_;
};

}  // namespace logwood::store
