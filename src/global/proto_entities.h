#pragma once

#include "global/entities.h"
#include "global/entity_codec.h"
#include "proto/entities.pb.h"

/// Entities to and from their messages. Only codecs of this module include it: the generated
/// headers are slow to compile.
namespace logwood::global {

void to_proto(const Cluster& from, proto::Cluster& to);
void to_proto(const Retention& from, proto::Retention& to);
void to_proto(const Repository& from, proto::Repository& to);
void to_proto(const Parser& from, proto::Parser& to);
void to_proto(const IngestToken& from, proto::IngestToken& to);
void to_proto(const File& from, proto::File& to);
void to_proto(const SavedQuery& from, proto::SavedQuery& to);
void to_proto(const Host& from, proto::Host& to);
void to_proto(const Partition& from, proto::Partition& to);
void to_proto(const OffsetRange& from, proto::OffsetRange& to);
void to_proto(const CheckpointKey& from, proto::CheckpointKey& to);
void to_proto(const CheckpointFile& from, proto::CheckpointFile& to);
void to_proto(const Segment& from, proto::Segment& to);
void to_proto(const Gap& from, proto::Gap& to);
void to_proto(const IngestListener& from, proto::IngestListener& to);
/// Bounds of no events are left out.
template <typename Message>
void put_bounds(const model::TimeBounds& from, Message&& mutable_field) {
    if (from == model::TimeBounds{}) return;
    proto::TimeBounds* to = mutable_field();
    to->set_min_ns(from.min_ns);
    to->set_max_ns(from.max_ns);
}
void to_proto(const AnyEntity& from, proto::Entity& to);

/// All fail with kCorrupt when a field cannot hold what the message says.
Result<Cluster> from_proto(const proto::Cluster& from);
Result<Host> from_proto(const proto::Host& from);
Result<Partition> from_proto(const proto::Partition& from);
Result<OffsetRange> from_proto(const proto::OffsetRange& from);
Result<CheckpointFile> from_proto(const proto::CheckpointFile& from);
Result<Retention> from_proto(const proto::Retention& from);
Result<Repository> from_proto(const proto::Repository& from);
Result<Parser> from_proto(const proto::Parser& from);
Result<IngestToken> from_proto(const proto::IngestToken& from);
Result<File> from_proto(const proto::File& from);
Result<SavedQuery> from_proto(const proto::SavedQuery& from);
Result<Segment> from_proto(const proto::Segment& from);
Result<Gap> from_proto(const proto::Gap& from);
Result<IngestListener> from_proto(const proto::IngestListener& from);
Result<CheckpointKey> from_proto(const proto::CheckpointKey& from);
Result<model::TimeBounds> from_proto(const proto::TimeBounds& from);
Result<AnyEntity> from_proto(const proto::Entity& from);

/// 16 bytes, big endian; nothing for none.
std::string id_bytes(const Id128& id);
Result<Id128> id_from_bytes(std::string_view bytes);
template <typename Id>
Result<Id> id_from(std::string_view bytes) {
    TRY(auto id, id_from_bytes(bytes));
    return Id(id);
}
/// A state that a segment may have, gone too.
Result<SegmentState> segment_state_from(std::uint32_t number);

/// What a Segment and a SectionInfo have in common, to and from the message of either.
template <typename Info, typename Message>
void put_section_info(const Info& from, Message& to) {
    to.set_id(id_bytes(from.id));
    to.set_repo(id_bytes(from.repo));
    put_bounds(from.event_times, [&] { return to.mutable_event_times(); });
    put_bounds(from.ingest_times, [&] { return to.mutable_ingest_times(); });
    to.set_rows(from.rows);
    to.set_raw_bytes(from.raw_bytes);
    to.set_stored_bytes(from.stored_bytes);
    to.set_checksum(from.checksum);
    to.set_tail_offset(from.tail_offset);
    to.set_file_offset(from.file_offset);
    to.set_redacted_up_to(from.redacted_up_to);
    to.set_tag_summary(from.tag_summary);
}
template <typename Info, typename Message>
Result<void> read_section_info(const Message& from, Info& to) {
    TRY(to.id, id_from<SegmentId>(from.id()));
    TRY(to.repo, id_from<RepoId>(from.repo()));
    if (from.has_event_times()) {
        TRY(to.event_times, from_proto(from.event_times()));
    }
    if (from.has_ingest_times()) {
        TRY(to.ingest_times, from_proto(from.ingest_times()));
    }
    to.rows = from.rows();
    to.raw_bytes = from.raw_bytes();
    to.stored_bytes = from.stored_bytes();
    to.checksum = from.checksum();
    to.tail_offset = from.tail_offset();
    to.file_offset = from.file_offset();
    to.redacted_up_to = from.redacted_up_to();
    to.tag_summary = from.tag_summary();
    return {};
}

}  // namespace logwood::global
