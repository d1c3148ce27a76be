#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "digest/limits.h"
#include "digest/seen_keys.h"
#include "global/global.h"
#include "log/commit_log.h"
#include "store/checkpoint_file.h"
#include "store/disk_guard.h"
#include "store/layout.h"
#include "store/open_blocks.h"

namespace logwood::digest {

struct DigestOptions {
    std::uint64_t checkpoint_raw_bytes = kCheckpointRawBytes;
    std::uint64_t open_memory_max = kOpenMemoryMax;
    Duration flush_interval = kFlushInterval;
    Duration checkpoint_interval = kCheckpointInterval;
};

struct Counters {
    std::uint64_t records = 0;
    std::uint64_t events = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t repeated_records = 0;  ///< Dropped: their request key had been seen.
    std::uint64_t keys_forgotten_early = 0;
    std::uint64_t key_files_lost = 0;  ///< Damaged: repeats of what was before may double.
    std::uint64_t poison_records = 0;
    std::uint64_t gaps = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t checkpoint_bytes = 0;
    std::uint64_t rebuilt_files = 0;
    std::uint64_t lost_files = 0;  ///< Cannot be rebuilt: the log was trimmed below.
    std::uint64_t failures = 0;
    std::uint64_t terms_claimed = 0;
};

/// What the digest of every partition works with; borrowed.
struct DigestContext {
    async::Runtime& runtime;
    log::CommitLog& log;
    global::Global& global;
    store::OpenBlocks& blocks;
    store::DiskGuard& disk;
    const store::Layout& layout;
    DigestOptions options;
    Counters& counters;
};

/// Leads one partition: claims it, consumes its records into open blocks, seals them into
/// checkpoint files, registers those and trims the log. Loop thread.
class PartitionDigest {
 public:
    PartitionDigest(DigestContext context, model::PartitionId partition);

    void start();
    async::Task<void> stop();

    /// Waits until everything below `end` is searchable here, or until the deadline (false).
    async::Task<bool> catch_up(model::LogOffset end, MonoTime deadline);

 private:
    async::Task<void> run();
    async::Task<Result<void>> lead();
    async::Task<Result<void>> consume();
    async::Task<void> make_room();
    async::Task<Result<void>> take(std::vector<log::Entry> entries);
    void take_record(std::shared_ptr<const model::PlacedRecord> placed);
    async::Task<Result<void>> take_gap(const log::Entry& entry);
    async::Task<Result<void>> set_aside(const log::Entry& entry, const Error& why);

    async::Task<void> seal_when_due();
    MonoTime next_seal() const;
    async::Task<Result<void>> seal();
    async::Task<Result<void>> register_checkpoint(global::RegisterCheckpoint change);
    async::Task<Result<void>> trim();

    async::Task<Result<void>> repair_files();
    async::Task<Result<void>> rebuild(std::shared_ptr<const global::CheckpointFile> file);
    using Records = std::vector<std::shared_ptr<const model::PlacedRecord>>;
    async::Task<Result<void>> replay(model::LogOffset from, model::LogOffset to, SeenKeys& keys,
                                     Records* kept);

    async::Task<Result<void>> load_key_files();
    async::Task<Result<SeenKeys>> keys_at(model::LogOffset to);
    std::string key_file_name(model::LogOffset to) const;
    async::Task<Result<void>> remove_key_files(model::LogOffset below);

    bool leads() const;
    std::shared_ptr<const global::Partition> row() const;
    log::StreamId stream() const;
    store::CheckpointRange range_of(model::LogOffset from, model::LogOffset to) const;
    void report(std::string_view what, const Error& error) const;

    DigestContext context_;
    model::PartitionId partition_;
    global::Term term_ = 0;
    bool consuming_ = false;
    SeenKeys keys_;                            ///< Of all records below the consumed end.
    std::set<model::LogOffset> key_files_;     ///< Where there are key files for.
    MonoTime open_since_ = MonoTime::never();  ///< When the oldest open record was taken.
    MonoTime last_seal_{};
    async::Signal wake_sealer_;
    async::Gate gate_;
};

}  // namespace logwood::digest
