#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "base/result.h"
#include "ingest/assembler.h"
#include "ingest/fan_out.h"
#include "log/commit_log.h"
#include "model/batch_source.h"

namespace logwood::ingest {

/// What was appended since the start.
struct CoalescerCounters {
    std::uint64_t records = 0;
    std::uint64_t record_bytes = 0;  ///< As appended.
    std::uint64_t append_errors = 0;
};

/// Joins batches of one repository, tag set and parser from concurrent requests to records, and
/// appends these. A batch waits for others kCoalesceDelay at most. Loop thread.
class Coalescer {
 public:
    /// `partitions` says how many partitions the log's topic has.
    Coalescer(async::Runtime runtime, log::CommitLog& log,
              std::function<std::uint32_t()> partitions);
    ~Coalescer();

    /// Returns when all batches are acknowledged. kUnavailable, kNoSpace, kTooLarge: nothing of
    /// them ever appears. kUnknownOutcome: some of them may appear.
    async::Task<Result<void>> append(RepoId repo, std::vector<ReadyBatch> batches);
    /// Refuses new batches and waits for those under way.
    async::Task<void> stop();
    const CoalescerCounters& counters() const { return counters_; }

 private:
    struct Flight;
    using FlightPtr = std::shared_ptr<Flight>;
    struct Key {
        RepoId repo;
        model::TagSet tags;
        ParserId parser;
        std::uint32_t parser_version;
        friend auto operator<=>(const Key&, const Key&) = default;
    };

    FlightPtr board(RepoId repo, ReadyBatch batch);
    async::Task<void> fly_later(FlightPtr flight, Key key);
    async::Task<void> fly(FlightPtr flight);

    async::Runtime runtime_;
    log::CommitLog& log_;
    std::function<std::uint32_t()> partitions_;
    FanOut fan_out_;
    std::map<Key, FlightPtr> waiting_;
    CoalescerCounters counters_;
    async::Gate gate_;
};

}  // namespace logwood::ingest
