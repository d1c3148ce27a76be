#pragma once

#include <memory>
#include <vector>

#include "log/commit_log.h"
#include "model/batch_source.h"

namespace logwood::digest {

using PlacedResult = Result<std::shared_ptr<const model::PlacedRecord>>;

/// Decodes the payload of each entry: kCorrupt for a damaged one, kUnsupported for one of a newer
/// version. A gap gives a null record. CPU work, any thread.
std::vector<PlacedResult> decode_entries(model::Epoch epoch, model::PartitionId partition,
                                         const std::vector<log::Entry>& entries);

}  // namespace logwood::digest
