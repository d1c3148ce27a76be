#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "global/entities.h"

namespace logwood::global {

/// One entity of any kind.
using AnyEntity = std::variant<Cluster, Repository, Parser, IngestToken, Host, Partition,
                               CheckpointFile, Segment, Gap, File, SavedQuery, IngestListener>;

/// Hash of the entity's canonical encoding (its protobuf message, fields in the order of their
/// numbers, defaults left out), seeded by its kind.
std::uint64_t entity_hash(const Cluster& entity);
std::uint64_t entity_hash(const Repository& entity);
std::uint64_t entity_hash(const Parser& entity);
std::uint64_t entity_hash(const IngestToken& entity);
std::uint64_t entity_hash(const Host& entity);
std::uint64_t entity_hash(const Partition& entity);
std::uint64_t entity_hash(const CheckpointFile& entity);
std::uint64_t entity_hash(const Segment& entity);
std::uint64_t entity_hash(const Gap& entity);
std::uint64_t entity_hash(const File& entity);
std::uint64_t entity_hash(const SavedQuery& entity);
std::uint64_t entity_hash(const IngestListener& entity);

/// Bytes of a segment's canonical encoding.
std::size_t encoded_bytes(const Segment& segment);

/// Renders an entity as one line of JSON, without the line's end: `{"segment":{...}}`. Names are
/// those of entities.proto; bytes are hex; fields with the default value are left out.
std::string entity_to_json(const AnyEntity& entity);
/// Reads what entity_to_json() wrote: kCorrupt when it is not that, kUnsupported when a newer
/// version wrote a kind or a field that is unknown here.
Result<AnyEntity> entity_from_json(std::string_view line);

}  // namespace logwood::global
