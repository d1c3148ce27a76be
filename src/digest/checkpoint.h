#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "global/changes.h"
#include "model/batch_source.h"
#include "store/checkpoint_file.h"

namespace logwood::digest {

struct BuiltCheckpoint {
    std::string bytes;  ///< Of the whole file; empty when there is no section.
    std::vector<global::SectionInfo> sections;
};

/// Seals the records of a log range into the bytes of a checkpoint file, one section a repository.
/// A pure function of its arguments, ids included: whoever has the log can build it again.
Result<BuiltCheckpoint> build_checkpoint(
    const store::CheckpointRange& range,
    const std::vector<std::shared_ptr<const model::PlacedRecord>>& records);

/// The id of a repository's section: drawn from what it holds.
SegmentId section_id(const store::CheckpointRange& range, RepoId repo);

}  // namespace logwood::digest
