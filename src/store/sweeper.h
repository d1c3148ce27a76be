#pragma once

#include <cstdint>

#include "async/runtime.h"
#include "async/sync.h"
#include "global/global.h"
#include "store/limits.h"
#include "store/segment_store.h"

namespace logwood::store {

struct SweeperOptions {
    Duration grace = kDeletionGrace;  ///< From leaving the live state to being unlinked.
    Duration interval = kSweepInterval;
};

/// Deletes what is needed no more: segments that were replaced, expired or deleted leave Global
/// after a grace period, and only then their files are unlinked. Loop thread.
class Sweeper {
 public:
    struct Counters {
        std::uint64_t segments_gone = 0;
        std::uint64_t files_unlinked = 0;
        std::uint64_t orphans_unlinked = 0;
        std::uint64_t failures = 0;
    };

    Sweeper(async::Runtime& runtime, global::Global& global, SegmentStore& store,
            SweeperOptions options)
        : runtime_(runtime),
          global_(global),
          store_(store),
          options_(options),
          gate_(runtime.loop) {}

    /// Unlinks what a crash left behind: files that no segment of Global names. To be called after
    /// Global has started, before anything writes files, for then no proposal that could name such
    /// a file is under way. Then sweeps until stopped.
    async::Task<Result<void>> start();
    async::Task<void> stop() { return gate_.close(); }
    /// One round, now.
    async::Task<Result<void>> sweep();
    const Counters& counters() const { return counters_; }

 private:
    async::Task<void> run();
    async::Task<Result<void>> unlink_orphans();
    async::Task<Result<bool>> sweep_state(global::SegmentState state);
    bool is_needed(const global::Segment& of_file) const;

    async::Runtime& runtime_;
    global::Global& global_;
    SegmentStore& store_;
    SweeperOptions options_;
    Counters counters_;
    async::Gate gate_;
};

}  // namespace logwood::store
