#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "global/parser_test_case.h"
#include "model/coordinates.h"
#include "model/time_range.h"

namespace logwood {
using ListenerId = TypedId<struct ListenerTag>;
}

namespace logwood::global {

/// How many entries of the metadata log, over all epochs, the state had applied when something was
/// last changed. 0 = never. Grows only, so it is also the precondition of a change.
using Version = std::uint64_t;
/// Counts the leaderships of a partition; 0 = never led.
using Term = std::uint64_t;
/// Counts the starts of a host's process; 0 = never started.
using Incarnation = std::uint64_t;

/// Limits after which the oldest whole segments expire; whichever is reached first.
struct Retention {
    std::optional<Duration> age;
    std::optional<std::uint64_t> original_bytes;
    std::optional<std::uint64_t> stored_bytes;
    friend bool operator==(const Retention&, const Retention&) = default;
};

struct Repository {
    RepoId id;
    Version version = 0;
    std::string name;  ///< Unique among those that are not deleted.
    std::string description;
    Retention retention;
    UtcTime created;
    bool deleted = false;  ///< Its name is free again; its segments are invisible, then deleted.
    friend bool operator==(const Repository&, const Repository&) = default;
};

struct Parser {
    ParserId id;
    Version version = 0;
    RepoId repo;
    std::string name;  ///< Unique in its repository.
    std::string script;
    std::vector<std::string> tag_fields;
    std::vector<std::string> fields_to_remove;
    std::uint32_t revision = 1;  ///< Goes into each record, to tell which script parsed it.
    std::string description = {};
    std::vector<ParserTestCase> test_cases = {};
    /// Names and texts of the saved queries that the script uses, as they were when it was put.
    std::vector<std::pair<std::string, std::string>> saved_queries = {};
    friend bool operator==(const Parser&, const Parser&) = default;
};

struct IngestToken {
    RepoId repo;
    std::string name;  ///< Unique in its repository.
    Version version = 0;
    std::string token;                  ///< The secret text; unique in the cluster.
    std::optional<std::string> parser;  ///< Name of the parser that its events go through.
    friend bool operator==(const IngestToken&, const IngestToken&) = default;
};

/// Names the bytes of one upload of a lookup file.
using FileContentId = TypedId<struct FileContentTag>;

/// A lookup file, that queries match events against. Its bytes lie on the hosts' disks, in a file
/// named by `content`.
struct File {
    RepoId repo;       ///< None: all repositories share it.
    std::string name;  ///< Unique in its repository.
    Version version = 0;
    FileContentId content;  ///< New for each upload; never of two files.
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  ///< checksum64 of all its bytes.
    std::uint64_t rows = 0;
    std::vector<std::string> columns;
    bool is_keyed = false;  ///< Rows are the members of a JSON object; columns[0] is their key.
    UtcTime uploaded;
    friend bool operator==(const File&, const File&) = default;
};

/// A query to be used by name in others.
struct SavedQuery {
    RepoId repo;
    std::string name;  ///< Unique in its repository.
    Version version = 0;
    std::string query;
    friend bool operator==(const SavedQuery&, const SavedQuery&) = default;
};

enum class ListenerProtocol : std::uint8_t {
    kTcp = 1,      ///< Lines or octet-counted frames.
    kUdp = 2,      ///< A datagram is an event.
    kGelfTcp = 3,  ///< GELF, each ended by a zero byte.
    kGelfUdp = 4,  ///< GELF, compressed or not, whole or in chunks.
};

/// A port of every node at which events arrive without HTTP. Written from feature level 2 on.
struct IngestListener {
    ListenerId id;
    Version version = 0;
    RepoId repo;
    std::string name;  ///< Unique in its repository.
    ListenerProtocol protocol = ListenerProtocol::kTcp;
    std::uint16_t port = 0;
    std::string bind;                                       ///< Address; empty: the node's.
    std::string parser;                                     ///< Name; empty: none runs.
    std::vector<std::pair<std::string, std::string>> tags;  ///< Sorted by name, without `#`.
    friend bool operator==(const IngestListener&, const IngestListener&) = default;

    bool is_udp() const {
        return protocol == ListenerProtocol::kUdp || protocol == ListenerProtocol::kGelfUdp;
    }
};

struct Host {
    HostId id;
    Version version = 0;  ///< Of its last start.
    std::string name;     ///< For people.
    std::string zone;
    Incarnation incarnation = 0;
    std::uint64_t last_sequence = 0;  ///< Of its newest proposal in this incarnation.
    std::uint32_t feature_level = 0;  ///< The highest that its software knows.
    friend bool operator==(const Host&, const Host&) = default;
};

/// A partition of the ingest log, in the log's present epoch.
struct Partition {
    model::PartitionId id;
    Version version = 0;  ///< Of the last claim: registering checkpoints does not move it.
    model::Epoch epoch;
    std::vector<HostId> preference;  ///< Who should lead, best first; may be empty.
    HostId leader;                   ///< None until the first claim.
    Incarnation leader_incarnation = 0;
    Term term = 0;
    model::LogOffset registered_end;  ///< All records below are in registered checkpoints.
    model::LogOffset trim_watermark;  ///< The log may be deleted below.
    friend bool operator==(const Partition&, const Partition&) = default;
};

/// Offsets [from, to) of a partition.
struct OffsetRange {
    model::PartitionId partition;
    model::LogOffset from;
    model::LogOffset to;
    friend auto operator<=>(const OffsetRange&, const OffsetRange&) = default;
};

/// Names a checkpoint: ranges of a partition never overlap.
struct CheckpointKey {
    model::Epoch epoch;
    model::PartitionId partition;
    model::LogOffset from;
    friend auto operator<=>(const CheckpointKey&, const CheckpointKey&) = default;
};

/// A registered range of the ingest log and the file that its open blocks were sealed into.
struct CheckpointFile {
    CheckpointKey key;
    Version version = 0;
    model::LogOffset to;
    Term term = 0;  ///< Of the leader that wrote the file; part of the file's name.
    std::uint64_t file_bytes = 0;
    std::uint64_t records_without_rows = 0;
    std::vector<SegmentId> sections;  ///< In the order of the file; may be empty.
    std::vector<HostId> holders;      ///< Hosts that have the file, durably.
    friend bool operator==(const CheckpointFile&, const CheckpointFile&) = default;
};

enum class SegmentKind : std::uint8_t {
    kSection = 1,  ///< A stretch of a checkpoint file.
    kMerged = 2,   ///< A file of its own.
};

enum class SegmentState : std::uint8_t {
    kLive = 1,      ///< Searched.
    kReplaced = 2,  ///< Its rows are in the outputs of a merge; readable for a grace period.
    kExpired = 3,   ///< By retention; may become live again.
    kDeleted = 4,   ///< By order; for good.
    kGone = 5,      ///< Its bytes may be unlinked: the entity is removed, never stored so.
};

/// A sealed segment: at most kSegmentEncodedBytesMax as protobuf in the usual case.
struct Segment {
    SegmentId id;
    Version version = 0;
    RepoId repo;
    SegmentKind kind = SegmentKind::kSection;
    SegmentState state = SegmentState::kLive;
    model::Epoch epoch;
    std::vector<OffsetRange> ranges;  ///< What its rows were appended at; one for a section.
    model::TimeBounds event_times;
    model::TimeBounds ingest_times;
    std::uint64_t rows = 0;
    std::uint64_t raw_bytes = 0;     ///< Original size of the events.
    std::uint64_t stored_bytes = 0;  ///< Length of the segment.
    std::uint64_t checksum = 0;      ///< Of all its bytes.
    std::uint64_t tail_offset = 0;   ///< From the segment's begin.
    Term checkpoint_term = 0;        ///< Section: with `ranges` and `epoch`, names the file.
    std::uint64_t file_offset = 0;   ///< Section: where it begins in the checkpoint file.
    std::vector<HostId> holders;     ///< Merged: hosts that have the file. Section: see the file.
    SegmentId replaced_by;           ///< First output of the merge; all its inputs share it.
    UtcTime state_since;             ///< When the state was left or entered last; not for live.
    Version redacted_up_to = 0;      ///< Redactions up to here were applied to the bytes.
    std::string tag_summary;         ///< Opaque here; lets a search rule the segment out.
    friend bool operator==(const Segment&, const Segment&) = default;

    CheckpointKey checkpoint() const { return {epoch, ranges[0].partition, ranges[0].from}; }
};

/// Records of the ingest log that were lost below its durable end.
struct Gap {
    model::Epoch epoch;
    OffsetRange range;
    Version version = 0;
    std::string reason;
    UtcTime found;
    friend bool operator==(const Gap&, const Gap&) = default;
};

/// The cluster itself, set by Genesis.
struct Cluster {
    ClusterId id;
    Version version = 0;
    model::Epoch epoch;               ///< Of the metadata log and of the ingest log.
    Version base = 0;                 ///< Entry n of this epoch makes version base + n + 1.
    std::uint32_t feature_level = 0;  ///< Kinds of change above it must not be written.
    friend bool operator==(const Cluster&, const Cluster&) = default;
};

}  // namespace logwood::global
