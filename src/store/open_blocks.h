#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "async/sync.h"
#include "model/batch_source.h"

namespace logwood::store {

using Term = std::uint64_t;

/// Events that are acknowledged and consumed, but not yet in a registered checkpoint file: the
/// newest end of each partition that this node leads. Digest writes, search reads; neither sees the
/// other. Loop thread; the records themselves are immutable and may be scanned on any.
class OpenBlocks {
 public:
    using Records = std::vector<std::shared_ptr<const model::PlacedRecord>>;

    /// What a partition's leader answers for the offsets [from, end).
    struct Cut {
        model::LogOffset from;
        model::LogOffset end;
        Records records;
    };

    explicit OpenBlocks(async::Loop& loop) : changed_(loop) {}

    /// Starts a leader's term at the registered end; what an older term held is forgotten.
    void begin(model::PartitionId partition, Term term, model::LogOffset registered_end);
    /// Ends the term: cut() answers nothing for the partition any more.
    void end(model::PartitionId partition);
    /// Adds the record at the partition's consumed end, which moves behind it.
    void append(std::shared_ptr<const model::PlacedRecord> record);
    /// Moves the consumed end over offsets that gave no rows (a gap, a poison record).
    void skip_to(model::PartitionId partition, model::LogOffset end);
    /// Forgets records below `registered_end`, once Global has applied the checkpoint of them.
    void release(model::PartitionId partition, model::LogOffset registered_end);

    /// All consumed records from `from` on. Nothing when this node does not lead the partition in
    /// that term, or has released records at or above `from`: the caller must look at Global
    /// again and plan the partition anew.
    std::optional<Cut> cut(model::PartitionId partition, Term term, model::LogOffset from) const;
    /// Records in [from, to) that are still held.
    Records range(model::PartitionId partition, model::LogOffset from, model::LogOffset to) const;
    model::LogOffset consumed_end(model::PartitionId partition) const;

    std::uint64_t raw_bytes(model::PartitionId partition) const;
    std::uint64_t memory() const;
    /// Notified whenever a partition's consumed end moves.
    async::Signal& changed() { return changed_; }

 private:
    struct Block {
        Term term = 0;
        model::LogOffset begin;
        model::LogOffset end;
        Records records;
        std::uint64_t raw_bytes = 0;
        std::uint64_t memory = 0;
    };

    std::map<model::PartitionId, Block> blocks_;
    async::Signal changed_;
};

}  // namespace logwood::store
