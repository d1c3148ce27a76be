#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

#include "digest/limits.h"
#include "model/batch_source.h"

namespace logwood::digest {

/// The request keys of a partition's newest records, by which a record that was sent twice is told.
///
/// A function of the log alone: which records are repeats depends on their order, keys and ingest
/// times, never on a clock. A key is forgotten by the first record whose ingest time is more than
/// kRequestKeyWindow away, and when kRequestKeysMax newer ones are there. Loop thread.
class SeenKeys {
 public:
    /// Moves on over the partition's next record. False when the record is a repeat, and its events
    /// must not be taken.
    bool take(const model::Record& record);

    bool is_empty() const { return order_.empty(); }
    std::size_t size() const { return order_.size(); }
    /// Keys that left because of kRequestKeysMax, before their time.
    std::uint64_t forgotten_early() const { return forgotten_early_; }

    /// The bytes of a key file (`docs/formats/checkpoint.md`) for the log below `to`.
    std::string encode(model::Epoch epoch, model::PartitionId partition, model::LogOffset to) const;
    /// kCorrupt for damaged bytes or those of another place, kUnsupported for a newer version.
    static Result<SeenKeys> decode(std::string_view bytes, model::Epoch epoch,
                                   model::PartitionId partition, model::LogOffset to);

 private:
    struct Key {
        RepoId repo;
        Id128 key;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& k) const noexcept {
            return static_cast<std::size_t>(k.key.low ^ k.repo.low);
        }
    };
    struct Seen {
        Key key;
        UtcTime time;  ///< Ingest time of the record that had it first.
    };

    void forget_oldest();
    void note(const Seen& seen);

    std::deque<Seen> order_;  ///< Oldest first, by place in the log.
    std::unordered_set<Key, KeyHash> keys_;
    std::uint64_t forgotten_early_ = 0;
};

}  // namespace logwood::digest
