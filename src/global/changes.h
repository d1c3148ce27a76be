#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "global/entities.h"

namespace logwood::global {

/// Who proposed a change, and which of its changes it is. Sequences grow with each proposal of an
/// incarnation: once a later one was applied, an earlier one never will be.
struct ProposalId {
    HostId host;
    Incarnation incarnation = 0;
    std::uint64_t sequence = 0;
    friend auto operator<=>(const ProposalId&, const ProposalId&) = default;
};

/// First entry of an epoch of the metadata log.
struct Genesis {
    ClusterId cluster;
    model::Epoch epoch;
    model::Epoch parent_epoch;  ///< With the three below: what the new log continues; 0 if nothing.
    model::LogOffset parent_offset;
    Version parent_version = 0;
    std::uint64_t parent_state_hash = 0;
    std::uint32_t feature_level = 0;
    friend bool operator==(const Genesis&, const Genesis&) = default;
};
/// A process started; its proposals of earlier incarnations are refused from here on.
struct HostStarted {
    std::string name;
    std::string zone;
    std::uint32_t feature_level = 0;
    friend bool operator==(const HostStarted&, const HostStarted&) = default;
};
struct CreateRepository {
    RepoId id;
    std::string name;
    std::string description;
    Retention retention;
    UtcTime at;
    friend bool operator==(const CreateRepository&, const CreateRepository&) = default;
};
struct UpdateRepository {
    RepoId id;
    Version read = 0;
    std::string name;
    std::string description;
    Retention retention;
    friend bool operator==(const UpdateRepository&, const UpdateRepository&) = default;
};
struct DeleteRepository {
    RepoId id;
    Version read = 0;
    friend bool operator==(const DeleteRepository&, const DeleteRepository&) = default;
};
/// Creates (read = 0) or changes a parser; `parser.version` and `revision` are not looked at.
struct PutParser {
    Parser parser;
    Version read = 0;
    friend bool operator==(const PutParser&, const PutParser&) = default;
};
struct DeleteParser {
    ParserId id;
    Version read = 0;
    friend bool operator==(const DeleteParser&, const DeleteParser&) = default;
};
/// Creates (read = 0) or changes the token of that repository and name.
struct PutIngestToken {
    IngestToken token;
    Version read = 0;
    friend bool operator==(const PutIngestToken&, const PutIngestToken&) = default;
};
struct DeleteIngestToken {
    RepoId repo;
    std::string name;
    Version read = 0;
    friend bool operator==(const DeleteIngestToken&, const DeleteIngestToken&) = default;
};
/// Creates (read = 0) or replaces the file of that repository and name.
struct PutFile {
    File file;
    Version read = 0;
    friend bool operator==(const PutFile&, const PutFile&) = default;
};
struct DeleteFile {
    RepoId repo;
    std::string name;
    Version read = 0;
    friend bool operator==(const DeleteFile&, const DeleteFile&) = default;
};
/// Creates (read = 0) or changes the saved query of that repository and name.
struct PutSavedQuery {
    SavedQuery query;
    Version read = 0;
    friend bool operator==(const PutSavedQuery&, const PutSavedQuery&) = default;
};
struct DeleteSavedQuery {
    RepoId repo;
    std::string name;
    Version read = 0;
    friend bool operator==(const DeleteSavedQuery&, const DeleteSavedQuery&) = default;
};

/// Creates (read = 0) or changes a listener; `listener.version` is not looked at.
struct PutIngestListener {
    IngestListener listener;
    Version read = 0;
    friend bool operator==(const PutIngestListener&, const PutIngestListener&) = default;
};
struct DeleteIngestListener {
    ListenerId id;
    Version read = 0;
    friend bool operator==(const DeleteIngestListener&, const DeleteIngestListener&) = default;
};
/// Makes the partitions [0, count) be there; their number never shrinks.
struct InitPartitions {
    std::uint32_t count = 0;
    friend bool operator==(const InitPartitions&, const InitPartitions&) = default;
};
/// The proposer becomes the leader, in the next term.
struct ClaimPartition {
    model::PartitionId partition;
    Version read = 0;
    friend bool operator==(const ClaimPartition&, const ClaimPartition&) = default;
};
/// What a checkpoint file says of one of its sections. Range, epoch, kind, term are the file's.
struct SectionInfo {
    SegmentId id;
    RepoId repo;
    model::TimeBounds event_times;
    model::TimeBounds ingest_times;
    std::uint64_t rows = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t stored_bytes = 0;
    std::uint64_t checksum = 0;
    std::uint64_t tail_offset = 0;
    std::uint64_t file_offset = 0;
    Version redacted_up_to = 0;
    std::string tag_summary;
    friend bool operator==(const SectionInfo&, const SectionInfo&) = default;
};
/// Accepted only from the partition's leader, in its term, and for from = registered end.
struct RegisterCheckpoint {
    model::PartitionId partition;
    model::Epoch epoch;
    Term term = 0;
    model::LogOffset from;
    model::LogOffset to;  ///< > from
    std::uint64_t file_bytes = 0;
    std::uint64_t records_without_rows = 0;
    std::vector<SectionInfo> sections;
    friend bool operator==(const RegisterCheckpoint&, const RegisterCheckpoint&) = default;
};
/// A file rebuilt from the log, for a range that is registered. Accepted only from the leader in
/// its term. Must hold each section that is still live, with the same number of rows.
struct ReplaceCheckpoint {
    CheckpointKey key;
    Version read = 0;
    Term term = 0;
    std::uint64_t file_bytes = 0;
    std::vector<SectionInfo> sections;
    friend bool operator==(const ReplaceCheckpoint&, const ReplaceCheckpoint&) = default;
};
struct SegmentRead {
    SegmentId id;
    Version read = 0;
    friend bool operator==(const SegmentRead&, const SegmentRead&) = default;
};
/// Replaces live inputs of one repository and epoch by new segments, held by the proposer.
/// rows of inputs = rows of outputs + rows_dropped. Without outputs the inputs become deleted.
struct MergeSegments {
    std::vector<SegmentRead> inputs;
    std::vector<SectionInfo> outputs;  ///< repo must be the inputs'; file_offset is 0.
    std::uint64_t rows_dropped = 0;
    UtcTime at;
    friend bool operator==(const MergeSegments&, const MergeSegments&) = default;
};
/// live → expired | deleted; expired → live | deleted; replaced, expired, deleted → gone.
struct SetSegmentState {
    std::vector<SegmentRead> segments;
    SegmentState to = SegmentState::kLive;
    UtcTime at;
    friend bool operator==(const SetSegmentState&, const SetSegmentState&) = default;
};
/// Never below the present watermark nor above the settled prefix.
struct SetTrimWatermark {
    model::PartitionId partition;
    model::Epoch epoch;
    model::LogOffset offset;
    friend bool operator==(const SetTrimWatermark&, const SetTrimWatermark&) = default;
};
struct RecordGap {
    Gap gap;
    friend bool operator==(const RecordGap&, const RecordGap&) = default;
};
struct RaiseFeatureLevel {
    std::uint32_t level = 0;
    friend bool operator==(const RaiseFeatureLevel&, const RaiseFeatureLevel&) = default;
};
/// Says what the state's hash was at a version; a node that had another one stops.
struct StateHashCheck {
    Version version = 0;
    std::uint64_t hash = 0;
    friend bool operator==(const StateHashCheck&, const StateHashCheck&) = default;
};

using Body = std::variant<Genesis, HostStarted, CreateRepository, UpdateRepository,
                          DeleteRepository, PutParser, DeleteParser, PutIngestToken,
                          DeleteIngestToken, InitPartitions, ClaimPartition, RegisterCheckpoint,
                          ReplaceCheckpoint, MergeSegments, SetSegmentState, SetTrimWatermark,
                          RecordGap, RaiseFeatureLevel, StateHashCheck, PutFile, DeleteFile,
                          PutSavedQuery, DeleteSavedQuery, PutIngestListener, DeleteIngestListener>;

/// The feature level that the cluster must have before the change may be written.
std::uint32_t feature_level_of(const Body& body);

struct Change {
    ProposalId id;
    Body body;
    friend bool operator==(const Change&, const Change&) = default;
};

/// What became of a change; a pure function of the log, equal on every node.
struct Outcome {
    enum class Verdict : std::uint8_t {
        kAccepted,
        kConflict,          ///< A precondition did not hold; nothing was changed.
        kStaleIncarnation,  ///< A newer start of its host was seen; nothing was changed.
        kDuplicate,         ///< It, or a later one of its host, was seen; nothing was changed.
        kDiverged,          ///< A StateHashCheck failed: this state must not be used any more.
    };
    Verdict verdict = Verdict::kAccepted;
    Code code = Code::kConflict;  ///< Unless accepted: what a caller is told.
    std::string reason;           ///< Unless accepted: a sentence for people.
    Version version = 0;          ///< Of the state once the entry was applied.

    bool accepted() const { return verdict == Verdict::kAccepted; }
    /// An error unless accepted.
    Result<void> to_result() const {
        if (accepted()) return {};
        return fail(code, reason);
    }
};

}  // namespace logwood::global
