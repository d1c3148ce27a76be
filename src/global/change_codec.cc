// An entry: magic "LWGE", version, xxh3-64 of the message seeded by the version, the message
// `proto.Change`. Those 13 bytes are fixed for all versions, so that every node tells bytes that
// are no entry (passed over by all) from an entry that it is too old for (where it stops).
#include "global/change_codec.h"

#include "base/bytes.h"
#include "global/limits.h"
#include "global/proto_entities.h"
#include "proto/changes.pb.h"

namespace logwood::global {

namespace {

constexpr std::uint32_t kMagic = 0x4547574C;  // "LWGE"
constexpr std::uint8_t kVersion = 1;

template <typename List>
Result<std::vector<SectionInfo>> sections_from(const List& from) {
    std::vector<SectionInfo> to;
    to.reserve(static_cast<std::size_t>(from.size()));
    for (const auto& section : from) {
        TRY_OK(read_section_info(section, to.emplace_back()));
    }
    return to;
}

template <typename List>
Result<std::vector<SegmentRead>> reads_from(const List& from) {
    std::vector<SegmentRead> to;
    to.reserve(static_cast<std::size_t>(from.size()));
    for (const auto& segment : from) {
        TRY(auto id, id_from<SegmentId>(segment.id()));
        to.push_back({id, segment.read()});
    }
    return to;
}

template <typename List>
void put_reads(const std::vector<SegmentRead>& from, List add) {
    for (const auto& segment : from) {
        proto::SegmentRead* to = add();
        to->set_id(id_bytes(segment.id));
        to->set_read(segment.read);
    }
}

/// Writes the body of a change into the message's oneof.
struct PutBody {
    proto::Change& change;

    void operator()(const Genesis& from) const {
        auto& to = *change.mutable_genesis();
        to.set_cluster(id_bytes(from.cluster));
        to.set_epoch(from.epoch.value);
        to.set_parent_epoch(from.parent_epoch.value);
        to.set_parent_offset(from.parent_offset.value);
        to.set_parent_version(from.parent_version);
        to.set_parent_state_hash(from.parent_state_hash);
        to.set_feature_level(from.feature_level);
    }
    void operator()(const HostStarted& from) const {
        auto& to = *change.mutable_host_started();
        to.set_name(from.name);
        to.set_zone(from.zone);
        to.set_feature_level(from.feature_level);
    }
    void operator()(const CreateRepository& from) const {
        auto& to = *change.mutable_create_repository();
        to.set_id(id_bytes(from.id));
        to.set_name(from.name);
        to.set_description(from.description);
        to_proto(from.retention, *to.mutable_retention());
        to.set_at_ns(from.at.ns);
    }
    void operator()(const UpdateRepository& from) const {
        auto& to = *change.mutable_update_repository();
        to.set_id(id_bytes(from.id));
        to.set_read(from.read);
        to.set_name(from.name);
        to.set_description(from.description);
        to_proto(from.retention, *to.mutable_retention());
    }
    void operator()(const DeleteRepository& from) const {
        auto& to = *change.mutable_delete_repository();
        to.set_id(id_bytes(from.id));
        to.set_read(from.read);
    }
    void operator()(const PutParser& from) const {
        to_proto(from.parser, *change.mutable_put_parser()->mutable_parser());
        change.mutable_put_parser()->set_read(from.read);
    }
    void operator()(const DeleteParser& from) const {
        change.mutable_delete_parser()->set_id(id_bytes(from.id));
        change.mutable_delete_parser()->set_read(from.read);
    }
    void operator()(const PutIngestToken& from) const {
        to_proto(from.token, *change.mutable_put_ingest_token()->mutable_token());
        change.mutable_put_ingest_token()->set_read(from.read);
    }
    void operator()(const DeleteIngestToken& from) const {
        auto& to = *change.mutable_delete_ingest_token();
        to.set_repo(id_bytes(from.repo));
        to.set_name(from.name);
        to.set_read(from.read);
    }
    void operator()(const PutIngestListener& from) const {
        to_proto(from.listener, *change.mutable_put_ingest_listener()->mutable_listener());
        change.mutable_put_ingest_listener()->set_read(from.read);
    }
    void operator()(const DeleteIngestListener& from) const {
        change.mutable_delete_ingest_listener()->set_id(id_bytes(from.id));
        change.mutable_delete_ingest_listener()->set_read(from.read);
    }
    void operator()(const InitPartitions& from) const {
        change.mutable_init_partitions()->set_count(from.count);
    }
    void operator()(const ClaimPartition& from) const {
        change.mutable_claim_partition()->set_partition(from.partition.value);
        change.mutable_claim_partition()->set_read(from.read);
    }
    void operator()(const RegisterCheckpoint& from) const {
        auto& to = *change.mutable_register_checkpoint();
        to.set_partition(from.partition.value);
        to.set_epoch(from.epoch.value);
        to.set_term(from.term);
        to.set_from(from.from.value);
        to.set_to(from.to.value);
        to.set_file_bytes(from.file_bytes);
        to.set_records_without_rows(from.records_without_rows);
        for (const auto& section : from.sections) put_section_info(section, *to.add_sections());
    }
    void operator()(const ReplaceCheckpoint& from) const {
        auto& to = *change.mutable_replace_checkpoint();
        to_proto(from.key, *to.mutable_key());
        to.set_read(from.read);
        to.set_term(from.term);
        to.set_file_bytes(from.file_bytes);
        for (const auto& section : from.sections) put_section_info(section, *to.add_sections());
    }
    void operator()(const MergeSegments& from) const {
        auto& to = *change.mutable_merge_segments();
        put_reads(from.inputs, [&] { return to.add_inputs(); });
        for (const auto& output : from.outputs) put_section_info(output, *to.add_outputs());
        to.set_rows_dropped(from.rows_dropped);
        to.set_at_ns(from.at.ns);
    }
    void operator()(const SetSegmentState& from) const {
        auto& to = *change.mutable_set_segment_state();
        put_reads(from.segments, [&] { return to.add_segments(); });
        to.set_to(static_cast<std::uint32_t>(from.to));
        to.set_at_ns(from.at.ns);
    }
    void operator()(const SetTrimWatermark& from) const {
        auto& to = *change.mutable_set_trim_watermark();
        to.set_partition(from.partition.value);
        to.set_epoch(from.epoch.value);
        to.set_offset(from.offset.value);
    }
    void operator()(const RecordGap& from) const {
        to_proto(from.gap, *change.mutable_record_gap()->mutable_gap());
    }
    void operator()(const RaiseFeatureLevel& from) const {
        change.mutable_raise_feature_level()->set_level(from.level);
    }
    void operator()(const StateHashCheck& from) const {
        change.mutable_state_hash_check()->set_version(from.version);
        change.mutable_state_hash_check()->set_hash(from.hash);
    }
    void operator()(const PutFile& from) const {
        to_proto(from.file, *change.mutable_put_file()->mutable_file());
        change.mutable_put_file()->set_read(from.read);
    }
    void operator()(const DeleteFile& from) const {
        auto& to = *change.mutable_delete_file();
        to.set_repo(id_bytes(from.repo));
        to.set_name(from.name);
        to.set_read(from.read);
    }
    void operator()(const PutSavedQuery& from) const {
        to_proto(from.query, *change.mutable_put_saved_query()->mutable_query());
        change.mutable_put_saved_query()->set_read(from.read);
    }
    void operator()(const DeleteSavedQuery& from) const {
        auto& to = *change.mutable_delete_saved_query();
        to.set_repo(id_bytes(from.repo));
        to.set_name(from.name);
        to.set_read(from.read);
    }
};

Result<Body> body_from(const proto::Genesis& from) {
    Genesis to;
    TRY(to.cluster, id_from<ClusterId>(from.cluster()));
    to.epoch = model::Epoch(from.epoch());
    to.parent_epoch = model::Epoch(from.parent_epoch());
    to.parent_offset = model::LogOffset(from.parent_offset());
    to.parent_version = from.parent_version();
    to.parent_state_hash = from.parent_state_hash();
    to.feature_level = from.feature_level();
    return to;
}

Result<Body> body_from(const proto::CreateRepository& from) {
    CreateRepository to;
    TRY(to.id, id_from<RepoId>(from.id()));
    to.name = from.name();
    to.description = from.description();
    TRY(to.retention, from_proto(from.retention()));
    to.at = UtcTime{from.at_ns()};
    return to;
}

Result<Body> body_from(const proto::UpdateRepository& from) {
    UpdateRepository to;
    TRY(to.id, id_from<RepoId>(from.id()));
    to.read = from.read();
    to.name = from.name();
    to.description = from.description();
    TRY(to.retention, from_proto(from.retention()));
    return to;
}

Result<Body> body_from(const proto::RegisterCheckpoint& from) {
    RegisterCheckpoint to;
    to.partition = model::PartitionId(from.partition());
    to.epoch = model::Epoch(from.epoch());
    to.term = from.term();
    to.from = model::LogOffset(from.from());
    to.to = model::LogOffset(from.to());
    to.file_bytes = from.file_bytes();
    to.records_without_rows = from.records_without_rows();
    TRY(to.sections, sections_from(from.sections()));
    return to;
}

Result<Body> body_from(const proto::ReplaceCheckpoint& from) {
    ReplaceCheckpoint to;
    TRY(to.key, from_proto(from.key()));
    to.read = from.read();
    to.term = from.term();
    to.file_bytes = from.file_bytes();
    TRY(to.sections, sections_from(from.sections()));
    return to;
}

Result<Body> body_from(const proto::MergeSegments& from) {
    MergeSegments to;
    TRY(to.inputs, reads_from(from.inputs()));
    TRY(to.outputs, sections_from(from.outputs()));
    to.rows_dropped = from.rows_dropped();
    to.at = UtcTime{from.at_ns()};
    return to;
}

Result<Body> body_from(const proto::SetSegmentState& from) {
    SetSegmentState to;
    TRY(to.segments, reads_from(from.segments()));
    TRY(to.to, segment_state_from(from.to()));
    to.at = UtcTime{from.at_ns()};
    return to;
}

Result<Body> body_from(const proto::DeleteIngestToken& from) {
    DeleteIngestToken to;
    TRY(to.repo, id_from<RepoId>(from.repo()));
    to.name = from.name();
    to.read = from.read();
    return to;
}

Result<Body> file_or_query_from(const proto::Change& from) {
    switch (from.body_case()) {
        case proto::Change::kPutFile: {
            TRY(auto file, from_proto(from.put_file().file()));
            return PutFile{std::move(file), from.put_file().read()};
        }
        case proto::Change::kDeleteFile: {
            const auto& body = from.delete_file();
            TRY(auto repo, id_from<RepoId>(body.repo()));
            return DeleteFile{repo, body.name(), body.read()};
        }
        case proto::Change::kPutSavedQuery: {
            TRY(auto query, from_proto(from.put_saved_query().query()));
            return PutSavedQuery{std::move(query), from.put_saved_query().read()};
        }
        case proto::Change::kDeleteSavedQuery: {
            const auto& body = from.delete_saved_query();
            TRY(auto repo, id_from<RepoId>(body.repo()));
            return DeleteSavedQuery{repo, body.name(), body.read()};
        }
        default:
            return fail(Code::kUnsupported, "a kind of change that is not known here");
    }
}

Result<Body> small_body_from(const proto::Change& from) {
    switch (from.body_case()) {
        case proto::Change::kHostStarted: {
            const auto& body = from.host_started();
            return HostStarted{body.name(), body.zone(), body.feature_level()};
        }
        case proto::Change::kDeleteRepository: {
            TRY(auto id, id_from<RepoId>(from.delete_repository().id()));
            return DeleteRepository{id, from.delete_repository().read()};
        }
        case proto::Change::kPutParser: {
            TRY(auto parser, from_proto(from.put_parser().parser()));
            return PutParser{std::move(parser), from.put_parser().read()};
        }
        case proto::Change::kDeleteParser: {
            TRY(auto id, id_from<ParserId>(from.delete_parser().id()));
            return DeleteParser{id, from.delete_parser().read()};
        }
        case proto::Change::kPutIngestToken: {
            TRY(auto token, from_proto(from.put_ingest_token().token()));
            return PutIngestToken{std::move(token), from.put_ingest_token().read()};
        }
        case proto::Change::kPutIngestListener: {
            TRY(auto listener, from_proto(from.put_ingest_listener().listener()));
            return PutIngestListener{std::move(listener), from.put_ingest_listener().read()};
        }
        case proto::Change::kDeleteIngestListener: {
            TRY(auto id, id_from<ListenerId>(from.delete_ingest_listener().id()));
            return DeleteIngestListener{id, from.delete_ingest_listener().read()};
        }
        case proto::Change::kInitPartitions:
            return InitPartitions{from.init_partitions().count()};
        case proto::Change::kClaimPartition:
            return ClaimPartition{model::PartitionId(from.claim_partition().partition()),
                                  from.claim_partition().read()};
        case proto::Change::kSetTrimWatermark: {
            const auto& body = from.set_trim_watermark();
            return SetTrimWatermark{model::PartitionId(body.partition()),
                                    model::Epoch(body.epoch()), model::LogOffset(body.offset())};
        }
        case proto::Change::kRecordGap: {
            TRY(auto gap, from_proto(from.record_gap().gap()));
            return RecordGap{std::move(gap)};
        }
        case proto::Change::kRaiseFeatureLevel:
            return RaiseFeatureLevel{from.raise_feature_level().level()};
        case proto::Change::kStateHashCheck:
            return StateHashCheck{from.state_hash_check().version(),
                                  from.state_hash_check().hash()};
        default:
            return file_or_query_from(from);
    }
}

Result<Body> body_from(const proto::Change& from) {
    switch (from.body_case()) {
        case proto::Change::kGenesis:
            return body_from(from.genesis());
        case proto::Change::kCreateRepository:
            return body_from(from.create_repository());
        case proto::Change::kUpdateRepository:
            return body_from(from.update_repository());
        case proto::Change::kDeleteIngestToken:
            return body_from(from.delete_ingest_token());
        case proto::Change::kRegisterCheckpoint:
            return body_from(from.register_checkpoint());
        case proto::Change::kReplaceCheckpoint:
            return body_from(from.replace_checkpoint());
        case proto::Change::kMergeSegments:
            return body_from(from.merge_segments());
        case proto::Change::kSetSegmentState:
            return body_from(from.set_segment_state());
        default:
            return small_body_from(from);
    }
}

Result<Change> change_from(std::string_view message) {
    proto::Change from;
    if (!from.ParseFromArray(message.data(), static_cast<int>(message.size())))
        return fail(Code::kCorrupt, "the message does not parse");
    Change to;
    TRY(to.id.host, id_from<HostId>(from.host()));
    to.id.incarnation = from.incarnation();
    to.id.sequence = from.sequence();
    TRY(to.body, body_from(from));
    return to;
}

}  // namespace

std::uint32_t feature_level_of(const Body& body) {
    bool is_of_files = std::holds_alternative<PutFile>(body) ||
                       std::holds_alternative<DeleteFile>(body) ||
                       std::holds_alternative<PutSavedQuery>(body) ||
                       std::holds_alternative<DeleteSavedQuery>(body);
    if (is_of_files) return kFilesLevel;
    bool is_of_listeners = std::holds_alternative<PutIngestListener>(body) ||
                           std::holds_alternative<DeleteIngestListener>(body);
    return is_of_listeners ? kListenersLevel : 1;
}

std::string encode_change(const Change& change) {
    proto::Change message;
    message.set_host(id_bytes(change.id.host));
    message.set_incarnation(change.id.incarnation);
    message.set_sequence(change.id.sequence);
    std::visit(PutBody{message}, change.body);
    auto body = message.SerializeAsString();

    std::string out;
    ByteWriter writer(out);
    writer.put(kMagic);
    writer.put(kVersion);
    writer.put(checksum64(body, kVersion));
    writer.put_raw(body);
    return out;
}

Result<Entry> decode_entry(std::string_view bytes) {
    ByteReader reader(bytes);
    auto magic = reader.get<std::uint32_t>();
    auto version = reader.get<std::uint8_t>();
    auto checksum = reader.get<std::uint64_t>();
    if (!magic || !version || !checksum || *magic != kMagic) return Entry{};
    auto body = bytes.substr(reader.position());
    if (checksum64(body, *version) != *checksum) return Entry{};
    if (*version != kVersion)
        return fail(Code::kUnsupported, "an entry of version " + std::to_string(*version) +
                                            ", this software knows " + std::to_string(kVersion));
    if (body.size() > kEntryBytesMax) return fail(Code::kUnsupported, "an entry is too large");
    auto change = change_from(body);
    if (!change) return fail(Code::kUnsupported, change.error().message);
    return Entry{Entry::Kind::kChange, *std::move(change)};
}

}  // namespace logwood::global
