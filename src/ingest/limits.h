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
/// What a client is told to wait after a 503.
inline constexpr int kRetryAfterSeconds = 1;
/// A JSON parser that has grown beyond this is not kept for the next request.
inline constexpr std::size_t kJsonParserBytesKept = 8U << 20;
/// Compiled parsers that are remembered; old versions leave with them.
inline constexpr std::size_t kCompiledParsersMax = 1'000;

}  // namespace logwood::ingest
