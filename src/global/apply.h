#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "global/changes.h"
#include "global/entity_store.h"
#include "global/state.h"

namespace logwood::global {

/// Applies one admitted change: `on(body)` checks everything, then writes, or returns why it is
/// refused and has written nothing.
class Apply {
 public:
    /// `version` goes into the entities written.
    Apply(const State& state, EntityStore& store, const ProposalId& proposer, Version version)
        : state_(state), store_(store), proposer_(proposer), version_(version) {}

    // apply_cluster.cc
    Result<void> on(const Genesis& change);
    Result<void> on(const HostStarted& change);
    Result<void> on(const RaiseFeatureLevel& change);
    Result<void> on(const StateHashCheck& change);
    // apply_repositories.cc
    Result<void> on(const CreateRepository& change);
    Result<void> on(const UpdateRepository& change);
    Result<void> on(const DeleteRepository& change);
    Result<void> on(const PutParser& change);
    Result<void> on(const DeleteParser& change);
    Result<void> on(const PutIngestToken& change);
    Result<void> on(const DeleteIngestToken& change);
    // apply_files.cc
    Result<void> on(const PutFile& change);
    Result<void> on(const DeleteFile& change);
    Result<void> on(const PutSavedQuery& change);
    Result<void> on(const DeleteSavedQuery& change);
    // apply_listeners.cc
    Result<void> on(const PutIngestListener& change);
    Result<void> on(const DeleteIngestListener& change);
    // apply_partitions.cc
    Result<void> on(const InitPartitions& change);
    Result<void> on(const ClaimPartition& change);
    Result<void> on(const RegisterCheckpoint& change);
    Result<void> on(const ReplaceCheckpoint& change);
    Result<void> on(const SetTrimWatermark& change);
    Result<void> on(const RecordGap& change);
    // apply_segments.cc
    Result<void> on(const MergeSegments& change);
    Result<void> on(const SetSegmentState& change);

 private:
    using SegmentPtr = std::shared_ptr<const Segment>;

    const Entities& entities() const { return store_.entities(); }
    Result<std::shared_ptr<const Repository>> live_repository(RepoId id) const;
    /// The partition, if the proposer leads it in that epoch and term.
    Result<std::shared_ptr<const Partition>> led_partition(model::PartitionId id,
                                                           model::Epoch epoch, Term term) const;
    /// Checks what a section's description can say wrongly by itself.
    Result<void> check_section(const SectionInfo& section) const;
    Result<void> check_sections(std::span<const SectionInfo> sections,
                                std::uint64_t file_bytes) const;
    Segment make_segment(const SectionInfo& info, SegmentKind kind) const;
    /// The segments, distinct and at the versions read.
    Result<std::vector<SegmentPtr>> read_segments(std::span<const SegmentRead> reads) const;
    /// Removes the checkpoint if nobody needs it: below the watermark, all its sections gone.
    void drop_if_unneeded(const CheckpointKey& key);

    const State& state_;
    EntityStore& store_;
    const ProposalId& proposer_;
    Version version_;
};

/// Fails with kInvalidArgument unless 1 <= size <= bytes_max.
Result<void> check_text(std::string_view text, std::string_view what, std::size_t bytes_max);
/// Fails with kConflict when the versions differ.
Result<void> check_version(Version present, Version read, std::string_view what);

}  // namespace logwood::global
