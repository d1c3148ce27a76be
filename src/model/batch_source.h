#pragma once

#include <memory>

#include "model/event_batch.h"
#include "model/row_source.h"
#include "model/tag_set.h"

namespace logwood::model {

/// The events of one record of the commit log: one repository, one tag set, one arrival time.
struct Record {
    RepoId repo;
    TagSet tags;
    UtcTime ingest_time;
    ParserId parser;  ///< None when no parser ran.
    std::uint32_t parser_version = 0;
    /// Names these events when their sender may send them again; none otherwise. Records of one
    /// repository with the same key are the same record.
    Id128 request_key;
    EventBatch events;
};

/// A record at its place in the log: what open blocks hold. Immutable and shared.
struct PlacedRecord {
    Epoch epoch;
    PartitionId partition;
    LogOffset offset;
    Record record;
};

/// Reads a placed record as rows. Cheap to make; make one for each scan.
std::unique_ptr<RowSource> make_row_source(std::shared_ptr<const PlacedRecord> placed);

}  // namespace logwood::model
