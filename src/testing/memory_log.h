#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/sync.h"
#include "log/commit_log.h"
#include "model/coordinates.h"
#include "testing/sim_random.h"

namespace logwood::testing {

/// What becomes of an append.
enum class AppendFault : std::uint8_t {
    kNone,
    kNever,           ///< kUnavailable; it does not appear.
    kUnknownLost,     ///< kUnknownOutcome; it does not appear.
    kUnknownLate,     ///< kUnknownOutcome; it appears when release_late() is called.
    kUnknownWritten,  ///< kUnknownOutcome; it appears.
    kHangs,           ///< Answered kUnavailable by release_late(), not before.
};

/// A CommitLog in memory: what is appended is durable after a random while. Its content outlives
/// the MemoryLog objects over it, as a disk does. Loop thread.
class MemoryLog final : public log::CommitLog {
 public:
    /// What a crash leaves.
    struct Content {
        model::Epoch epoch;
        struct Stream {
            std::uint64_t begin = 0;
            std::vector<log::Entry> entries;  ///< From offset 0 on, trimmed ones too.
        };
        std::map<log::StreamId, Stream> streams;
    };

    MemoryLog(async::Loop& loop, std::uint64_t seed, std::shared_ptr<Content> content)
        : loop_(loop), random_(seed), content_(std::move(content)), grown_(loop), order_(loop) {}

    async::Task<Result<model::LogOffset>> append(log::StreamId stream,
                                                 std::string payload) override;
    async::Task<Result<std::vector<log::Entry>>> read(log::StreamId stream, model::LogOffset from,
                                                      std::size_t bytes_max,
                                                      MonoTime deadline) override;
    model::LogOffset begin(const log::StreamId& stream) const override;
    model::LogOffset end(const log::StreamId& stream) const override;
    async::Task<Result<void>> trim(log::StreamId stream, model::LogOffset before) override;
    model::Epoch epoch() const override { return content_->epoch; }
    async::Task<void> close() override;

    /// The fault of the appends that start from now on.
    AppendFault fault = AppendFault::kNone;
    /// Lets appear what was kUnknownLate, in order; answers what hangs.
    void release_late();

 private:
    model::LogOffset put(const log::StreamId& stream, std::string payload);

    async::Loop& loop_;
    SimRandom random_;
    std::shared_ptr<Content> content_;
    async::Signal grown_;
    async::Mutex order_;
    std::vector<std::pair<log::StreamId, std::string>> late_;
    std::uint64_t releases_ = 0;
    bool closed_ = false;
};

}  // namespace logwood::testing
