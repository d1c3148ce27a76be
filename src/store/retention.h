#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "global/global.h"
#include "store/limits.h"

namespace logwood::store {

/// Expires the oldest whole segments of each repository beyond its limits of age, original bytes
/// and stored bytes. An event's time counts as min(event, ingest), so that no event from the
/// future stays for ever. Loop thread.
class Retention {
 public:
    struct Counters {
        std::uint64_t segments_expired = 0;
        std::uint64_t rounds_refused = 0;  ///< Because the clock had jumped.
        std::uint64_t failures = 0;
    };
    using SegmentPtr = std::shared_ptr<const global::Segment>;

    Retention(async::Runtime& runtime, global::Global& global,
              Duration interval = kRetentionInterval);

    void start() { gate_.spawn(run()); }
    async::Task<void> stop() { return gate_.close(); }
    /// One round, now.
    async::Task<Result<void>> expire();
    const Counters& counters() const { return counters_; }

 private:
    async::Task<void> run();
    bool clock_jumped();

    async::Runtime& runtime_;
    global::Global& global_;
    Duration interval_;
    Duration clock_offset_;  ///< Civil minus monotonic time, when last agreed with.
    UtcTime trusted_again_;  ///< After a jump, the clock is believed from here on.
    Counters counters_;
    async::Gate gate_;
};

/// The segments among `live` that go beyond the limits at a time, oldest first. Pure.
std::vector<Retention::SegmentPtr> beyond_retention(std::vector<Retention::SegmentPtr> live,
                                                    const global::Retention& limits, UtcTime now);

}  // namespace logwood::store
