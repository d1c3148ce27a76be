// Hash and JSON of an entity, both by way of its message. protobuf writes fields in the order of
// their numbers and leaves defaults out, and no message has a map or keeps unknown fields, so equal
// entities have equal bytes.
#include "global/entity_codec.h"

#include <boost/json.hpp>

#include "base/bytes.h"
#include "global/message_json.h"
#include "global/proto_entities.h"

namespace logwood::global {

namespace json = boost::json;

namespace {

template <typename Message, typename Entity>
std::uint64_t hash_as(const Entity& entity, std::uint64_t kind) {
    Message message;
    to_proto(entity, message);
    return checksum64(message.SerializeAsString(), kind);
}

}  // namespace

// The seeds are the field numbers of proto::Entity.
std::uint64_t entity_hash(const Cluster& e) { return hash_as<proto::Cluster>(e, 1); }
std::uint64_t entity_hash(const Repository& e) { return hash_as<proto::Repository>(e, 2); }
std::uint64_t entity_hash(const Parser& e) { return hash_as<proto::Parser>(e, 3); }
std::uint64_t entity_hash(const IngestToken& e) { return hash_as<proto::IngestToken>(e, 4); }
std::uint64_t entity_hash(const Host& e) { return hash_as<proto::Host>(e, 5); }
std::uint64_t entity_hash(const Partition& e) { return hash_as<proto::Partition>(e, 6); }
std::uint64_t entity_hash(const CheckpointFile& e) { return hash_as<proto::CheckpointFile>(e, 7); }
std::uint64_t entity_hash(const Segment& e) { return hash_as<proto::Segment>(e, 8); }
std::uint64_t entity_hash(const Gap& e) { return hash_as<proto::Gap>(e, 9); }
std::uint64_t entity_hash(const File& e) { return hash_as<proto::File>(e, 10); }
std::uint64_t entity_hash(const SavedQuery& e) { return hash_as<proto::SavedQuery>(e, 11); }
std::uint64_t entity_hash(const IngestListener& e) { return hash_as<proto::IngestListener>(e, 12); }

std::size_t encoded_bytes(const Segment& segment) {
    proto::Segment message;
    to_proto(segment, message);
    return message.ByteSizeLong();
}

std::string entity_to_json(const AnyEntity& entity) {
    proto::Entity message;
    to_proto(entity, message);
    return json::serialize(message_to_json(message));
}

Result<AnyEntity> entity_from_json(std::string_view line) {
    json::error_code error;
    auto value = json::parse(json::string_view(line.data(), line.size()), error);
    if (error) return fail(Code::kCorrupt, "a line is not JSON: " + error.message());
    proto::Entity message;
    TRY_OK(message_from_json(value, message));
    return from_proto(message);
}

}  // namespace logwood::global
