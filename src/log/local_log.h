#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "log/commit_log.h"
#include "log/limits.h"

namespace logwood::log {

/// Sizes of a LocalLog; tests make them small.
struct LocalLogOptions {
    std::uint64_t file_bytes = kFileBytes;
    std::uint64_t turn_over_bytes = kTurnOverBytes;
    std::size_t queue_bytes_max = kQueueBytesMax;
    std::size_t group_bytes_max = kGroupBytesMax;
    std::size_t tail_cache_bytes = kTailCacheBytes;
    Duration retry_pause = kRetryPause;
};

/// Offsets [from, to) of a stream that rot has made unreadable.
struct LogGap {
    StreamId stream;
    model::LogOffset from;
    model::LogOffset to;
    friend bool operator==(const LogGap&, const LogGap&) = default;
};

class LocalStream;

/// A CommitLog in append-only files of this node: `docs/formats/commit-log.md`.
///
/// Appends that arrive while an fsync is under way share the next one. After a failed write or
/// fsync the file is sealed at its last good fsync, the group that was in it is answered
/// kUnknownOutcome, and the next group goes to a new file; a second failure in a row refuses
/// appends with kUnavailable for a pause. A full disk is kNoSpace, and leaves nothing behind.
class LocalLog final : public CommitLog {
 public:
    /// Opens or makes the streams below `directory`, reads them whole and repairs torn tails. Of
    /// streams that lie there and are not named nothing is touched. kCorrupt when the log's
    /// identity is lost, kIo when the disk fails.
    static async::Task<Result<std::unique_ptr<LocalLog>>> open(async::Runtime runtime,
                                                               std::string directory,
                                                               std::vector<StreamId> streams,
                                                               LocalLogOptions options = {});
    ~LocalLog() override;

    async::Task<Result<model::LogOffset>> append(StreamId stream, std::string payload) override;
    async::Task<Result<std::vector<Entry>>> read(StreamId stream, model::LogOffset from,
                                                 std::size_t bytes_max, MonoTime deadline) override;
    model::LogOffset begin(const StreamId& stream) const override;
    model::LogOffset end(const StreamId& stream) const override;
    async::Task<Result<void>> trim(StreamId stream, model::LogOffset before) override;
    model::Epoch epoch() const override { return epoch_; }
    async::Task<void> close() override;

    /// What rot has taken, as far as it was seen: when opened, and by reads since.
    std::vector<LogGap> gaps() const;

 private:
    explicit LocalLog(model::Epoch epoch);
    LocalStream* find(const StreamId& id) const;

    model::Epoch epoch_;
    std::map<StreamId, std::unique_ptr<LocalStream>> streams_;
};

}  // namespace logwood::log
