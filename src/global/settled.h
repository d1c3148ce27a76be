#pragma once

#include "global/state.h"

namespace logwood::global {

/// End of the partition's settled prefix: up to here nothing needs the ingest log any more. Between
/// the trim watermark and the registered end; looks at the checkpoints between, so it costs nothing
/// when trimming keeps pace.
///
/// A checkpoint is settled when each of its sections is durable (at least `holders_min` hosts have
/// the file), or was replaced by a merge, or expired, or was deleted, or belongs to a deleted
/// repository. Outputs of a merge count as durable from the change on that registered them.
model::LogOffset settled_prefix(const State& state, model::PartitionId partition,
                                std::size_t holders_min = 1);

}  // namespace logwood::global
