#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "base/time.h"
#include "model/coordinates.h"

namespace logwood::log {

/// One ordered sequence of payloads: `humio-ingest` 0 to P-1, `global-events` 0.
struct StreamId {
    std::string topic;
    model::PartitionId partition;
    friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

/// Events on their way to the digest, a stream a partition.
inline constexpr std::string_view kIngestTopic = "humio-ingest";
inline StreamId ingest_stream(model::PartitionId partition) {
    return {std::string(kIngestTopic), partition};
}
/// Changes of the metadata.
inline StreamId global_stream() { return {"global-events", model::PartitionId(0)}; }

/// A payload at its offset, or a hole: offsets whose payloads were lost to rot.
struct Entry {
    model::LogOffset offset;
    std::string payload;
    /// Set for a hole: [offset, *gap_end) can never be read again; `payload` is empty.
    std::optional<model::LogOffset> gap_end;

    /// Where to read on.
    model::LogOffset next() const {
        return gap_end ? *gap_end : model::LogOffset(offset.value + 1);
    }
};

/// Streams of payloads that are durable once acknowledged. Loop thread.
///
/// Offsets of a stream are dense: 0, 1, 2, ... in order of append. They mean something only with
/// the epoch: a log that was lost and made anew has a new one.
class CommitLog {
 public:
    virtual ~CommitLog() = default;

    /// Returns the offset once the payload is durable. Errors say what became of it:
    /// kUnavailable (also: the queue is full), kNoSpace, kTooLarge, kNotFound (no such stream) =
    /// it never appears; kUnknownOutcome = it may appear. Appends to one stream that were started
    /// in an order keep it.
    virtual async::Task<Result<model::LogOffset>> append(StreamId stream, std::string payload) = 0;
    /// Returns entries from `from` on: at least one when there is one, then as many as fit in
    /// `bytes_max`. With none, waits for one until the deadline, then returns nothing.
    /// kNotFound below begin() or without such a stream, kInvalidArgument above end(), kCancelled
    /// once closed, kIo when the disk fails.
    virtual async::Task<Result<std::vector<Entry>>> read(StreamId stream, model::LogOffset from,
                                                         std::size_t bytes_max,
                                                         MonoTime deadline) = 0;
    /// The oldest offset still there; equal to end() when there is none.
    virtual model::LogOffset begin(const StreamId& stream) const = 0;
    /// The offset behind the last durable payload.
    virtual model::LogOffset end(const StreamId& stream) const = 0;
    /// Permits to forget payloads below `before`; some of them may stay readable.
    virtual async::Task<Result<void>> trim(StreamId stream, model::LogOffset before) = 0;
    virtual model::Epoch epoch() const = 0;
    /// Refuses new appends, waits for those under way, wakes readers. Call before destruction.
    virtual async::Task<void> close() = 0;
};

}  // namespace logwood::log
