#pragma once

#include <cstddef>

#include "base/time.h"

/// Every limit of the module, with its reason.
namespace logwood::ingest {

/// Bytes of `@rawstring`, and bytes of all other fields together, of one event (documented).
inline constexpr std::size_t kEventBytesMax = 1U << 20;
/// Fields of one event (documented).
inline constexpr std::size_t kEventFieldsMax = 8'000;
/// Combinations of tags in one request: each becomes a record with an append of its own.
inline constexpr std::size_t kTagSetsPerRequestMax = 10'000;
/// Events of one request: a body of the largest size with 32 bytes for each.
inline constexpr std::size_t kEventsPerRequestMax = 1U << 20;
/// Raw strings of one OTLP request together: each event repeats its resource and scope, which a
/// body holds once; four times the largest body.
inline constexpr std::size_t kExpandedBytesMax = 128U << 20;
/// Levels of values within values in OTLP; with what stands around them they stay below what
/// JSON may have.
inline constexpr int kOtlpDepthMax = 48;
/// Fields that a document of the bulk protocol may name as tags.
inline constexpr std::size_t kDocumentTagsMax = 16;
/// Values that a batch of events aims at; with names and lengths it stays near a record's aim.
inline constexpr std::size_t kBatchBytesAimed = 1U << 20;
/// Values and names, each event's counted: events of many names and hardly any values must not pass
/// the hard limit of a record.
inline constexpr std::size_t kBatchBytesWithNamesMax = 3U << 20;
/// Distinct lists of names in one batch: the batch builder looks for a name among all that ever
/// stood at its place, so that a batch of unlike events must stay small.
inline constexpr std::size_t kBatchShapesMax = 1024;
/// A batch of at least this size becomes a record at once: joining would copy much to save little.
inline constexpr std::size_t kBatchBytesLarge = 512U << 10;
/// How long a small batch waits for others of its stream.
inline constexpr Duration kCoalesceDelay = 5ms;
/// Bodies of requests that wait for acknowledgements; above, 503: memory is about four times this.
inline constexpr std::size_t kBytesInFlightMax = 256U << 20;
/// A stream (repository and tags) faster than this a partition gets twice the partitions.
inline constexpr std::size_t kHotBytesPerSecond = 8U << 20;
/// Streams whose rate is remembered; more means that none of them is hot for long.
inline constexpr std::size_t kStreamsMax = 100'000;
/// Bytes of an Idempotency-Key: what others take.
inline constexpr std::size_t kRequestKeyBytesMax = 255;
/// Keys whose bodies are remembered: some 10 MB.
inline constexpr std::size_t kRecentKeysMax = 65'536;
/// Bytes of one message of a listener; the rest is cut off, as it would be of an event.
inline constexpr std::size_t kMessageBytesMax = kEventBytesMax;
/// Open connections of one TCP listener.
inline constexpr std::size_t kListenerConnectionsMax = 1'000;
/// Senders of syslog keep a connection for ever, and what they send into one that was closed is
/// lost: only those that are long dead should be closed.
inline constexpr Duration kListenerIdleTimeout = 1h;
/// Read at once of a connection: little while it sends little, much when it fills what there is.
inline constexpr std::size_t kListenerReadBytesMin = 8U << 10;
inline constexpr std::size_t kListenerReadBytesMax = 256U << 10;
/// Bytes of one connection that wait for the log; it is not read while there are more. Some reads
/// on their way at once, as each waits for a sync of the disk.
inline constexpr std::size_t kListenerInFlightMax = 1U << 20;
/// Bytes of incomplete messages of all connections of all listeners: a thousand connections that
/// never end a line must not take a gigabyte. Beyond, one with a large message is closed.
inline constexpr std::size_t kListenerPartialBytesMax = 256U << 20;
/// Up to this a message is not large, and its memory is kept for the next one.
inline constexpr std::size_t kListenerPartialBytesKept = 64U << 10;
/// Bytes of compressed messages that are unpacked together: datagrams of a kilobyte may become
/// megabytes each, and hundreds of them come at once.
inline constexpr std::size_t kUnpackedBytesAtOnce = 32U << 20;
/// Between two attempts to hand on what the log would not take; nothing is read meanwhile.
inline constexpr Duration kListenerRetryPause = 200ms;
/// Bytes of datagrams of one port that wait for the log; more are dropped.
inline constexpr std::size_t kDatagramsInFlightMax = 16U << 20;
/// Datagrams that are taken together.
inline constexpr std::size_t kDatagramsAtOnce = 512;
/// How often a port that could not be opened is tried again.
inline constexpr Duration kListenerReopenPause = 2s;
/// A GELF message must be whole after this time, says its specification.
inline constexpr Duration kGelfChunkTimeout = 5s;
/// GELF messages that lack chunks, and the bytes that they have so far.
inline constexpr std::size_t kGelfPartialsMax = 1'000;
inline constexpr std::size_t kGelfPartialBytesMax = 32U << 20;
/// Export format of the journal that is appended together, when an upload has no end in sight.
inline constexpr std::size_t kJournalPieceBytes = 1U << 20;
/// One entry of the journal; core dumps lie beside it.
inline constexpr std::size_t kJournalEntryBytesMax = 16U << 20;
/// What a client is told to wait after a 503.
inline constexpr int kRetryAfterSeconds = 1;
/// A JSON parser that has grown beyond this is not kept for the next request.
inline constexpr std::size_t kJsonParserBytesKept = 8U << 20;
/// Missing elements of an array that a parser's trial names.
inline constexpr std::size_t kGapsShownMax = 10;
/// Compiled parsers that are remembered; old versions leave with them.
inline constexpr std::size_t kCompiledParsersMax = 1'000;

}  // namespace logwood::ingest
