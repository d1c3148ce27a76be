// Field by field, both ways. Whatever a struct cannot hold (an id of another length, an unknown
// enumerator, a segment without a range) is refused here, so no other code meets it.
#include "global/proto_entities.h"

#include <bit>
#include <cstring>

namespace logwood::global {

namespace {

template <typename Id, typename Field>
void put_ids(const std::vector<Id>& from, Field* to) {
    for (const auto& id : from) to->Add(id_bytes(id));
}

template <typename Id, typename Field>
Result<std::vector<Id>> ids_from(const Field& from) {
    std::vector<Id> ids;
    ids.reserve(static_cast<std::size_t>(from.size()));
    for (const auto& bytes : from) {
        TRY(auto id, id_from<Id>(bytes));
        if (id.is_none()) return fail(Code::kCorrupt, "an id of a list is none");
        ids.push_back(id);
    }
    return ids;
}

}  // namespace

std::string id_bytes(const Id128& id) {
    if (id.is_none()) return {};
    std::uint64_t halves[] = {std::byteswap(id.high), std::byteswap(id.low)};
    return std::string(reinterpret_cast<const char*>(halves), sizeof halves);
}

Result<Id128> id_from_bytes(std::string_view bytes) {
    if (bytes.empty()) return Id128{};
    std::uint64_t halves[2];
    if (bytes.size() != sizeof halves) return fail(Code::kCorrupt, "an id is not 16 bytes long");
    std::memcpy(halves, bytes.data(), sizeof halves);
    return Id128{std::byteswap(halves[0]), std::byteswap(halves[1])};
}

Result<SegmentState> segment_state_from(std::uint32_t number) {
    if (number < 1 || number > 5) return fail(Code::kCorrupt, "no such state of a segment");
    return static_cast<SegmentState>(number);
}

void to_proto(const Cluster& from, proto::Cluster& to) {
    to.set_id(id_bytes(from.id));
    to.set_version(from.version);
    to.set_epoch(from.epoch.value);
    to.set_base(from.base);
    to.set_feature_level(from.feature_level);
}

void to_proto(const Retention& from, proto::Retention& to) {
    if (from.age) to.set_age_ns(from.age->count());
    if (from.original_bytes) to.set_original_bytes(*from.original_bytes);
    if (from.stored_bytes) to.set_stored_bytes(*from.stored_bytes);
}

void to_proto(const Repository& from, proto::Repository& to) {
    to.set_id(id_bytes(from.id));
    to.set_version(from.version);
    to.set_name(from.name);
    to.set_description(from.description);
    if (from.retention != Retention{}) to_proto(from.retention, *to.mutable_retention());
    to.set_created_ns(from.created.ns);
    to.set_deleted(from.deleted);
}

static void to_proto(const ParserTestCase& from, proto::ParserTestCase& to) {
    to.set_raw(from.raw);
    for (const auto& assertion : from.assertions) {
        auto& out = *to.add_assertions();
        out.set_output(assertion.output);
        for (const auto& [field, value] : assertion.values) {
            auto& pair = *out.add_values();
            pair.set_field(field);
            pair.set_value(value);
        }
        for (const auto& field : assertion.absent) out.add_absent(field);
    }
}

void to_proto(const Parser& from, proto::Parser& to) {
    to.set_id(id_bytes(from.id));
    to.set_version(from.version);
    to.set_repo(id_bytes(from.repo));
    to.set_name(from.name);
    to.set_script(from.script);
    for (const auto& field : from.tag_fields) to.add_tag_fields(field);
    for (const auto& field : from.fields_to_remove) to.add_fields_to_remove(field);
    to.set_revision(from.revision);
    to.set_description(from.description);
    for (const auto& test : from.test_cases) to_proto(test, *to.add_test_cases());
    for (const auto& [name, text] : from.saved_queries) {
        auto& saved = *to.add_saved_queries();
        saved.set_name(name);
        saved.set_text(text);
    }
}

void to_proto(const IngestToken& from, proto::IngestToken& to) {
    to.set_repo(id_bytes(from.repo));
    to.set_name(from.name);
    to.set_version(from.version);
    to.set_token(from.token);
    if (from.parser) to.set_parser(*from.parser);
}

void to_proto(const File& from, proto::File& to) {
    to.set_repo(id_bytes(from.repo));
    to.set_name(from.name);
    to.set_version(from.version);
    to.set_content(id_bytes(from.content));
    to.set_bytes(from.bytes);
    to.set_checksum(from.checksum);
    to.set_rows(from.rows);
    for (const auto& column : from.columns) to.add_columns(column);
    to.set_is_keyed(from.is_keyed);
    to.set_uploaded_ns(from.uploaded.ns);
}

void to_proto(const SavedQuery& from, proto::SavedQuery& to) {
    to.set_repo(id_bytes(from.repo));
    to.set_name(from.name);
    to.set_version(from.version);
    to.set_query(from.query);
}

void to_proto(const Host& from, proto::Host& to) {
    to.set_id(id_bytes(from.id));
    to.set_version(from.version);
    to.set_name(from.name);
    to.set_zone(from.zone);
    to.set_incarnation(from.incarnation);
    to.set_last_sequence(from.last_sequence);
    to.set_feature_level(from.feature_level);
}

void to_proto(const Partition& from, proto::Partition& to) {
    to.set_id(from.id.value);
    to.set_version(from.version);
    to.set_epoch(from.epoch.value);
    put_ids(from.preference, to.mutable_preference());
    to.set_leader(id_bytes(from.leader));
    to.set_leader_incarnation(from.leader_incarnation);
    to.set_term(from.term);
    to.set_registered_end(from.registered_end.value);
    to.set_trim_watermark(from.trim_watermark.value);
}

void to_proto(const OffsetRange& from, proto::OffsetRange& to) {
    to.set_partition(from.partition.value);
    to.set_from(from.from.value);
    to.set_to(from.to.value);
}

void to_proto(const CheckpointKey& from, proto::CheckpointKey& to) {
    to.set_epoch(from.epoch.value);
    to.set_partition(from.partition.value);
    to.set_from(from.from.value);
}

void to_proto(const CheckpointFile& from, proto::CheckpointFile& to) {
    to_proto(from.key, *to.mutable_key());
    to.set_version(from.version);
    to.set_to(from.to.value);
    to.set_term(from.term);
    to.set_file_bytes(from.file_bytes);
    to.set_records_without_rows(from.records_without_rows);
    put_ids(from.sections, to.mutable_sections());
    put_ids(from.holders, to.mutable_holders());
}

void to_proto(const Segment& from, proto::Segment& to) {
    put_section_info(from, to);
    to.set_version(from.version);
    to.set_kind(static_cast<std::uint32_t>(from.kind));
    to.set_state(static_cast<std::uint32_t>(from.state));
    to.set_epoch(from.epoch.value);
    for (const auto& range : from.ranges) to_proto(range, *to.add_ranges());
    to.set_checkpoint_term(from.checkpoint_term);
    put_ids(from.holders, to.mutable_holders());
    to.set_replaced_by(id_bytes(from.replaced_by));
    to.set_state_since_ns(from.state_since.ns);
}

void to_proto(const Gap& from, proto::Gap& to) {
    to.set_epoch(from.epoch.value);
    to_proto(from.range, *to.mutable_range());
    to.set_version(from.version);
    to.set_reason(from.reason);
    to.set_found_ns(from.found.ns);
}

void to_proto(const IngestListener& from, proto::IngestListener& to) {
    to.set_id(id_bytes(from.id));
    to.set_version(from.version);
    to.set_repo(id_bytes(from.repo));
    to.set_name(from.name);
    to.set_protocol(static_cast<std::uint32_t>(from.protocol));
    to.set_port(from.port);
    to.set_bind(from.bind);
    to.set_parser(from.parser);
    for (const auto& [name, value] : from.tags) {
        auto& tag = *to.add_tags();
        tag.set_name(name);
        tag.set_value(value);
    }
}

void to_proto(const AnyEntity& from, proto::Entity& to) {
    struct Put {
        proto::Entity& to;
        void operator()(const Cluster& e) const { to_proto(e, *to.mutable_cluster()); }
        void operator()(const Repository& e) const { to_proto(e, *to.mutable_repository()); }
        void operator()(const Parser& e) const { to_proto(e, *to.mutable_parser()); }
        void operator()(const IngestToken& e) const { to_proto(e, *to.mutable_ingest_token()); }
        void operator()(const Host& e) const { to_proto(e, *to.mutable_host()); }
        void operator()(const Partition& e) const { to_proto(e, *to.mutable_partition()); }
        void operator()(const CheckpointFile& e) const { to_proto(e, *to.mutable_checkpoint()); }
        void operator()(const Segment& e) const { to_proto(e, *to.mutable_segment()); }
        void operator()(const Gap& e) const { to_proto(e, *to.mutable_gap()); }
        void operator()(const File& e) const { to_proto(e, *to.mutable_file()); }
        void operator()(const SavedQuery& e) const { to_proto(e, *to.mutable_saved_query()); }
        void operator()(const IngestListener& e) const {
            to_proto(e, *to.mutable_ingest_listener());
        }
    };
    std::visit(Put{to}, from);
}

Result<OffsetRange> from_proto(const proto::OffsetRange& from) {
    if (from.from() >= from.to()) return fail(Code::kCorrupt, "a range of offsets is empty");
    return OffsetRange{model::PartitionId(from.partition()), model::LogOffset(from.from()),
                       model::LogOffset(from.to())};
}

Result<Cluster> from_proto(const proto::Cluster& from) {
    Cluster to;
    TRY(to.id, id_from<ClusterId>(from.id()));
    to.version = from.version();
    to.epoch = model::Epoch(from.epoch());
    to.base = from.base();
    to.feature_level = from.feature_level();
    return to;
}

Result<Host> from_proto(const proto::Host& from) {
    Host to;
    TRY(to.id, id_from<HostId>(from.id()));
    to.version = from.version();
    to.name = from.name();
    to.zone = from.zone();
    to.incarnation = from.incarnation();
    to.last_sequence = from.last_sequence();
    to.feature_level = from.feature_level();
    return to;
}

Result<Partition> from_proto(const proto::Partition& from) {
    Partition to;
    to.id = model::PartitionId(from.id());
    to.version = from.version();
    to.epoch = model::Epoch(from.epoch());
    TRY(to.preference, ids_from<HostId>(from.preference()));
    TRY(to.leader, id_from<HostId>(from.leader()));
    to.leader_incarnation = from.leader_incarnation();
    to.term = from.term();
    to.registered_end = model::LogOffset(from.registered_end());
    to.trim_watermark = model::LogOffset(from.trim_watermark());
    return to;
}

Result<CheckpointFile> from_proto(const proto::CheckpointFile& from) {
    CheckpointFile to;
    TRY(to.key, from_proto(from.key()));
    to.version = from.version();
    to.to = model::LogOffset(from.to());
    to.term = from.term();
    to.file_bytes = from.file_bytes();
    to.records_without_rows = from.records_without_rows();
    TRY(to.sections, ids_from<SegmentId>(from.sections()));
    TRY(to.holders, ids_from<HostId>(from.holders()));
    return to;
}

Result<Retention> from_proto(const proto::Retention& from) {
    Retention to;
    if (from.has_age_ns()) to.age = Duration(from.age_ns());
    if (from.has_original_bytes()) to.original_bytes = from.original_bytes();
    if (from.has_stored_bytes()) to.stored_bytes = from.stored_bytes();
    return to;
}

Result<Repository> from_proto(const proto::Repository& from) {
    Repository to;
    TRY(to.id, id_from<RepoId>(from.id()));
    to.version = from.version();
    to.name = from.name();
    to.description = from.description();
    TRY(to.retention, from_proto(from.retention()));
    to.created = UtcTime{from.created_ns()};
    to.deleted = from.deleted();
    return to;
}

static ParserTestCase from_proto(const proto::ParserTestCase& from) {
    ParserTestCase to{.raw = from.raw(), .assertions = {}};
    for (const auto& assertion : from.assertions()) {
        auto& out = to.assertions.emplace_back();
        out.output = assertion.output();
        for (const auto& pair : assertion.values())
            out.values.emplace_back(pair.field(), pair.value());
        out.absent.assign(assertion.absent().begin(), assertion.absent().end());
    }
    return to;
}

Result<Parser> from_proto(const proto::Parser& from) {
    Parser to;
    TRY(to.id, id_from<ParserId>(from.id()));
    to.version = from.version();
    TRY(to.repo, id_from<RepoId>(from.repo()));
    to.name = from.name();
    to.script = from.script();
    to.tag_fields.assign(from.tag_fields().begin(), from.tag_fields().end());
    to.fields_to_remove.assign(from.fields_to_remove().begin(), from.fields_to_remove().end());
    to.revision = from.revision();
    to.description = from.description();
    for (const auto& test : from.test_cases()) to.test_cases.push_back(from_proto(test));
    for (const auto& saved : from.saved_queries())
        to.saved_queries.emplace_back(saved.name(), saved.text());
    return to;
}

Result<IngestToken> from_proto(const proto::IngestToken& from) {
    IngestToken to;
    TRY(to.repo, id_from<RepoId>(from.repo()));
    to.name = from.name();
    to.version = from.version();
    to.token = from.token();
    if (from.has_parser()) to.parser = from.parser();
    return to;
}

Result<File> from_proto(const proto::File& from) {
    File to;
    TRY(to.repo, id_from<RepoId>(from.repo()));
    to.name = from.name();
    to.version = from.version();
    TRY(to.content, id_from<FileContentId>(from.content()));
    to.bytes = from.bytes();
    to.checksum = from.checksum();
    to.rows = from.rows();
    to.columns.assign(from.columns().begin(), from.columns().end());
    to.is_keyed = from.is_keyed();
    to.uploaded = UtcTime{from.uploaded_ns()};
    return to;
}

Result<SavedQuery> from_proto(const proto::SavedQuery& from) {
    SavedQuery to;
    TRY(to.repo, id_from<RepoId>(from.repo()));
    to.name = from.name();
    to.version = from.version();
    to.query = from.query();
    return to;
}

Result<CheckpointKey> from_proto(const proto::CheckpointKey& from) {
    return CheckpointKey{model::Epoch(from.epoch()), model::PartitionId(from.partition()),
                         model::LogOffset(from.from())};
}

Result<model::TimeBounds> from_proto(const proto::TimeBounds& from) {
    return model::TimeBounds{from.min_ns(), from.max_ns()};
}

Result<Segment> from_proto(const proto::Segment& from) {
    Segment to;
    TRY_OK(read_section_info(from, to));
    to.version = from.version();
    if (from.kind() < 1 || from.kind() > 2) return fail(Code::kCorrupt, "no such segment kind");
    to.kind = static_cast<SegmentKind>(from.kind());
    TRY(to.state, segment_state_from(from.state()));
    to.epoch = model::Epoch(from.epoch());
    if (from.ranges().empty()) return fail(Code::kCorrupt, "a segment has no range of offsets");
    for (const auto& range : from.ranges()) {
        TRY(auto one, from_proto(range));
        to.ranges.push_back(one);
    }
    to.checkpoint_term = from.checkpoint_term();
    TRY(to.holders, ids_from<HostId>(from.holders()));
    TRY(to.replaced_by, id_from<SegmentId>(from.replaced_by()));
    to.state_since = UtcTime{from.state_since_ns()};
    return to;
}

Result<Gap> from_proto(const proto::Gap& from) {
    Gap to;
    to.epoch = model::Epoch(from.epoch());
    TRY(to.range, from_proto(from.range()));
    to.version = from.version();
    to.reason = from.reason();
    to.found = UtcTime{from.found_ns()};
    return to;
}

Result<IngestListener> from_proto(const proto::IngestListener& from) {
    IngestListener to;
    TRY(to.id, id_from<ListenerId>(from.id()));
    to.version = from.version();
    TRY(to.repo, id_from<RepoId>(from.repo()));
    to.name = from.name();
    if (from.protocol() < 1 || from.protocol() > 4)
        return fail(Code::kCorrupt, "no such protocol of a listener");
    to.protocol = static_cast<ListenerProtocol>(from.protocol());
    if (from.port() > UINT16_MAX) return fail(Code::kCorrupt, "no such port");
    to.port = static_cast<std::uint16_t>(from.port());
    to.bind = from.bind();
    to.parser = from.parser();
    for (const auto& tag : from.tags()) to.tags.emplace_back(tag.name(), tag.value());
    return to;
}

Result<AnyEntity> from_proto(const proto::Entity& from) {
    switch (from.kind_case()) {
        case proto::Entity::kCluster:
            return from_proto(from.cluster());
        case proto::Entity::kRepository:
            return from_proto(from.repository());
        case proto::Entity::kParser:
            return from_proto(from.parser());
        case proto::Entity::kIngestToken:
            return from_proto(from.ingest_token());
        case proto::Entity::kHost:
            return from_proto(from.host());
        case proto::Entity::kPartition:
            return from_proto(from.partition());
        case proto::Entity::kCheckpoint:
            return from_proto(from.checkpoint());
        case proto::Entity::kSegment:
            return from_proto(from.segment());
        case proto::Entity::kGap:
            return from_proto(from.gap());
        case proto::Entity::kFile:
            return from_proto(from.file());
        case proto::Entity::kSavedQuery:
            return from_proto(from.saved_query());
        case proto::Entity::kIngestListener:
            return from_proto(from.ingest_listener());
        case proto::Entity::KIND_NOT_SET:
            break;
    }
    return fail(Code::kUnsupported, "an entity of a kind that is not known here");
}

}  // namespace logwood::global
