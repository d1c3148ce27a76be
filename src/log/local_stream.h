#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "log/local_log.h"
#include "log/log_files.h"
#include "log/log_writer.h"
#include "log/tail_cache.h"

namespace logwood::log {

/// One stream of a LocalLog: queue, group commit, reads and trimming. Loop thread; close() before
/// destruction, unless the loop will run no more.
class LocalStream {
 public:
    LocalStream(async::Runtime runtime, std::string directory, LogIdentity identity, StreamId id,
                StreamFiles files, LocalLogOptions options);
    ~LocalStream();

    async::Task<Result<model::LogOffset>> append(std::string payload);
    async::Task<Result<std::vector<Entry>>> read(model::LogOffset from, std::size_t bytes_max,
                                                 MonoTime deadline);
    async::Task<Result<void>> trim(model::LogOffset before);
    async::Task<void> close();

    model::LogOffset begin() const;
    model::LogOffset end() const { return model::LogOffset(end_); }
    const std::vector<Hole>& holes() const { return holes_; }

 private:
    struct Pending;
    struct ReadPlan;
    struct Calls;
    class Call;
    using Group = std::vector<std::shared_ptr<Pending>>;

    async::Task<void> commit_groups();
    async::Task<void> commit(Group group);
    Group take_group();
    void succeed(const LogWriter::Written& written, const Group& group);
    void note_failure(const Error& error);
    async::Task<Result<void>> remove_files_below(std::uint64_t offset);
    async::Task<Result<void>> turn_over(std::uint64_t settled_end);
    std::optional<Error> refusal(std::size_t payload_bytes) const;
    ReadPlan plan_read(std::uint64_t from, std::size_t bytes_max) const;
    void note_hole(const std::shared_ptr<LogFile>& file, std::uint64_t offset);

    async::Runtime runtime_;
    std::string directory_;
    std::uint64_t seed_;
    LocalLogOptions options_;
    std::vector<std::shared_ptr<LogFile>> files_;
    std::vector<Hole> holes_;
    std::uint64_t end_;
    TailCache cache_;

    LogWriter writer_;      ///< Used on the ingest lane while `writing_` is held.
    async::Mutex writing_;  ///< Held for a group, and for a file's turn-over: `end_` stands still.
    std::deque<std::shared_ptr<Pending>> queue_;
    std::size_t queued_bytes_ = 0;  ///< Of the queue and of the group under way.
    unsigned failures_ = 0;         ///< In a row.
    MonoTime refused_until_;
    bool is_closed_ = false;

    async::Signal appended_;  ///< To the committer, that the queue is not empty.
    async::Signal durable_;   ///< To readers, that the end has moved, or the stream is closed.
    async::Mutex trimming_;
    std::shared_ptr<Calls> calls_;  ///< Under way; outlives us in frames that a crash leaves.
    async::Gate gate_;
};

}  // namespace logwood::log
