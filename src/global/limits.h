#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"
#include "global/entities.h"

namespace logwood::global {

/// Highest feature level that this software knows.
inline constexpr std::uint32_t kFeatureLevel = 3;
/// The level from which on parsers have descriptions and test cases.
inline constexpr std::uint32_t kParserTestsLevel = 2;
/// The level from which on parsers have saved queries.
inline constexpr std::uint32_t kParserQueriesLevel = 3;
/// The level from which on there are files and saved queries.
inline constexpr std::uint32_t kFilesLevel = 2;
/// From which level on ingest listeners may be written.
inline constexpr std::uint32_t kListenersLevel = 2;

/// Bytes of one entry of the metadata log: what a Kafka topic takes by default, with room to spare.
inline constexpr std::size_t kEntryBytesMax = 1 << 20;
/// Bytes of a name (repository, parser, token, host): far above what people write.
inline constexpr std::size_t kNameBytesMax = 256;
/// Bytes of a description or a reason.
inline constexpr std::size_t kTextBytesMax = 4096;
/// Bytes of a parser's script: an entry must hold one.
inline constexpr std::size_t kScriptBytesMax = 512 << 10;
/// Columns of a lookup file and bytes of their names: an entity stays small, and no table that a
/// person reads is wider.
inline constexpr std::size_t kFileColumnsMax = 2000;
inline constexpr std::size_t kFileColumnBytesMax = 64 << 10;
/// Bytes of a saved query: those that one query expands are 16 MiB at most.
inline constexpr std::size_t kSavedQueryBytesMax = 256 << 10;
/// Bytes of an ingest token.
inline constexpr std::size_t kTokenBytesMax = 256;
/// Tags of an ingest listener.
inline constexpr std::size_t kListenerTagsMax = 32;
/// Fields a parser may name as tags, or to be removed.
inline constexpr std::size_t kParserFieldsMax = 1000;
/// Test cases of a parser, and bytes of all of them: an entry must hold them beside the script.
inline constexpr std::size_t kParserTestsMax = 1000;
inline constexpr std::size_t kParserTestBytesMax = 256 << 10;
/// Bytes of the saved queries that a parser uses, for the same reason.
inline constexpr std::size_t kParserQueryBytesMax = 128 << 10;
/// Bytes of a segment's tag summary: keeps a million segments in memory on every node.
inline constexpr std::size_t kTagSummaryBytesMax = 64;
/// Bytes of a segment as protobuf, when it covers one or two partitions: the same reason.
inline constexpr std::size_t kSegmentEncodedBytesMax = 256;
/// Partitions of a cluster: ten times what the largest known clusters have.
inline constexpr std::uint32_t kPartitionsMax = 10'000;
/// Segments that one change may name: keeps the time that applying it takes below milliseconds.
inline constexpr std::size_t kSegmentsPerChangeMax = 2000;

/// Versions between two published state hashes: a divergence is found within so many changes.
inline constexpr Version kHashCheckEvery = 1000;
/// Past hashes that a state remembers; a check that comes later than this is passed over.
inline constexpr std::size_t kPastHashes = 8;

/// How long a proposal waits to see itself applied before it is unknown.
inline constexpr Duration kProposalTimeout = 10s;
/// How long one read of the log waits for entries: bounds how long stop() takes.
inline constexpr Duration kReadWait = 250ms;
/// Bytes read from the log at once: what is applied without a pause takes milliseconds.
inline constexpr std::size_t kReadBytesMax = 1 << 20;
/// Pause after a read of the log that failed for now.
inline constexpr Duration kReadRetryPause = 200ms;
/// Attempts of a request of this node that loses against other changes of the same entity.
inline constexpr int kConflictRetries = 3;
/// Outcomes kept for proposals that were unknown when their callers went on.
inline constexpr std::size_t kUnknownOutcomesMax = 1024;

/// A snapshot is written after so many changes, or after this time if there was any change.
inline constexpr Version kSnapshotEvery = 20'000;
inline constexpr Duration kSnapshotInterval = 10min;
/// Pause after a snapshot that could not be written.
inline constexpr Duration kSnapshotRetryPause = 1min;
/// Bytes of a snapshot that is read: a damaged length must not exhaust the memory.
inline constexpr std::uint64_t kSnapshotBytesMax = std::uint64_t{8} << 30;

}  // namespace logwood::global
