#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "global/entity_set.h"

namespace logwood::global {

/// What the state is asked for other than by key; rebuilt from the entities, never stored.
struct Indexes {
    using SegmentPtr = std::shared_ptr<const Segment>;
    /// (largest event time, id): the segments that may hold events from a time on are a suffix.
    using ByEventTime = std::map<std::pair<std::int64_t, SegmentId>, SegmentPtr>;
    /// (state_since, id): what is due after a delay is a prefix.
    using ByStateTime = std::map<std::pair<UtcTime, SegmentId>, SegmentPtr>;

    std::map<std::string, RepoId, std::less<>> repositories_by_name;
    std::map<std::pair<RepoId, std::string>, ParserId> parsers_by_name;
    std::unordered_map<std::string, std::shared_ptr<const IngestToken>> tokens_by_text;
    std::map<std::pair<RepoId, std::string>, std::shared_ptr<const IngestToken>> tokens_by_name;
    std::map<std::pair<RepoId, std::string>, std::shared_ptr<const File>> files_by_name;
    std::map<std::pair<RepoId, std::string>, std::shared_ptr<const SavedQuery>>
        saved_queries_by_name;
    std::map<RepoId, ByEventTime> live_by_repo;
    std::map<SegmentState, ByStateTime> not_live;
    std::set<CheckpointKey> checkpoints;
};

}  // namespace logwood::global
