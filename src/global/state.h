#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "global/changes.h"
#include "global/entity_store.h"

namespace logwood::global {

/// A frozen copy of a state: what a snapshot is made of. Destroy it on the state's thread.
struct StateView {
    model::LogOffset next;  ///< Of the metadata log: the first entry that is not in it.
    Version version = 0;
    std::uint64_t hash = 0;
    Entities entities;
};

/// The metadata of the cluster: a deterministic state machine over the entries of `global-events`.
///
/// Equal entries in equal order give an equal state, outcome and hash, on every node and at every
/// replay: no clock, no random, no iteration order of a hash table decides anything. Entities are
/// immutable; a pointer stays valid and unchanged when the state moves on. One thread.
class State {
 public:
    State() = default;
    /// Continues from entities read elsewhere; the hash is computed anew, for the caller to
    /// compare.
    State(EntityStore store, model::LogOffset next);

    /// Applies the entry at `offset`, which is at or above next(): offsets between hold nothing (a
    /// recorded loss). Never fails: a change that may not be made is an outcome.
    Outcome apply(const Change& change, model::LogOffset offset);
    /// Passes the entry at `offset` without a change: a ping, or bytes that are no entry.
    void skip(model::LogOffset offset);

    model::LogOffset next() const { return next_; }
    Version version() const { return version_; }
    /// Sum of the hashes of all entities' canonical encodings, modulo 2^64.
    std::uint64_t hash() const { return store_.hash(); }
    StateView view() const { return {next_, version_, hash(), entities()}; }

    const Cluster& cluster() const { return entities().cluster; }
    const Entities& entities() const { return store_.entities(); }

    /// The finders below return null when there is none.
    std::shared_ptr<const Repository> repository(RepoId id) const;
    /// Not a deleted one.
    std::shared_ptr<const Repository> repository_named(std::string_view name) const;
    /// All that are not deleted, by name.
    std::vector<std::shared_ptr<const Repository>> repositories() const;
    std::shared_ptr<const Parser> parser(ParserId id) const;
    std::shared_ptr<const Parser> parser_named(RepoId repo, std::string_view name) const;
    std::vector<std::shared_ptr<const Parser>> parsers(RepoId repo) const;
    std::shared_ptr<const IngestToken> token(RepoId repo, std::string_view name) const;
    /// Not one of a deleted repository.
    std::shared_ptr<const IngestToken> token_by_text(std::string_view text) const;
    std::vector<std::shared_ptr<const IngestToken>> tokens(RepoId repo) const;
    /// `repo` none: a file that all repositories share.
    std::shared_ptr<const File> file(RepoId repo, std::string_view name) const;
    std::vector<std::shared_ptr<const File>> files(RepoId repo) const;
    std::shared_ptr<const SavedQuery> saved_query(RepoId repo, std::string_view name) const;
    std::vector<std::shared_ptr<const SavedQuery>> saved_queries(RepoId repo) const;
    /// Of a repository, or all; by name.
    std::vector<std::shared_ptr<const IngestListener>> listeners(
        std::optional<RepoId> repo = std::nullopt) const;
    std::shared_ptr<const Host> host(HostId id) const;
    std::shared_ptr<const Partition> partition(model::PartitionId id) const;
    std::uint32_t partition_count() const;
    std::shared_ptr<const Segment> segment(SegmentId id) const;
    /// Live segments of a repository that is not deleted, whose event times overlap the range;
    /// by largest event time.
    std::vector<std::shared_ptr<const Segment>> live_segments(
        RepoId repo, const model::TimeRange& range = {}) const;
    /// Live segments of all repositories, deleted or unknown ones too: what retention looks at.
    const std::map<RepoId, Indexes::ByEventTime>& live_by_repo() const;
    /// Segments in a state other than live that entered it before `before`, oldest first.
    std::vector<std::shared_ptr<const Segment>> segments_in(SegmentState state, UtcTime before,
                                                            std::size_t count_max) const;
    std::shared_ptr<const CheckpointFile> checkpoint(const CheckpointKey& key) const;
    /// Checkpoints of a partition that reach above `from`, by offset.
    std::vector<std::shared_ptr<const CheckpointFile>> checkpoints(
        model::Epoch epoch, model::PartitionId partition, model::LogOffset from = {}) const;

 private:
    const Indexes& indexes() const { return store_.indexes(); }
    void advance(model::LogOffset offset);
    Outcome decide(const Change& change);
    /// Checks the proposer and notes its sequence; nothing when the change may go on.
    std::optional<Outcome> admit(const Change& change);
    Outcome check_hash(const StateHashCheck& check) const;

    EntityStore store_;
    model::LogOffset next_;
    Version version_ = 0;
    /// The hash at the last few multiples of kHashCheckEvery, to compare a StateHashCheck with.
    std::vector<std::pair<Version, std::uint64_t>> past_hashes_;
};

}  // namespace logwood::global
