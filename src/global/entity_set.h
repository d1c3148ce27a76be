#pragma once

#include <cstdint>
#include <string>

#include "global/entities.h"
#include "global/entity_table.h"

namespace logwood::global {

/// Names an ingest token, a file or a saved query.
struct TokenKey {
    RepoId repo;
    std::string name;
    friend bool operator==(const TokenKey&, const TokenKey&) = default;
};
using FileKey = TokenKey;
using SavedQueryKey = TokenKey;
/// Names a gap.
using GapKey = CheckpointKey;

}  // namespace logwood::global

template <>
struct std::hash<logwood::global::CheckpointKey> {
    std::size_t operator()(const logwood::global::CheckpointKey& key) const noexcept {
        auto place = (std::uint64_t{key.epoch.value} << 32) | key.partition.value;
        return static_cast<std::size_t>(
            (key.from.value + place * 0x9E3779B97F4A7C15ULL) * 0xC2B2AE3D27D4EB4FULL >> 7);
    }
};
template <>
struct std::hash<logwood::global::TokenKey> {
    std::size_t operator()(const logwood::global::TokenKey& key) const noexcept {
        return std::hash<logwood::RepoId>()(key.repo) ^ std::hash<std::string>()(key.name);
    }
};

namespace logwood::global {

/// How many shards the tables that grow with the data have: a write while a snapshot is made clones
/// one shard, which at a million segments holds a thousand pointers.
inline constexpr std::size_t kLargeTableShards = 1024;

/// All entities, as one value. A copy is a frozen view (see EntityTable).
struct Entities {
    Cluster cluster;
    EntityTable<RepoId, Repository, 1> repositories;
    EntityTable<ParserId, Parser, 1> parsers;
    EntityTable<TokenKey, IngestToken, 1> tokens;
    EntityTable<FileKey, File, 1> files;
    EntityTable<SavedQueryKey, SavedQuery, 1> saved_queries;
    EntityTable<ListenerId, IngestListener, 1> listeners;
    EntityTable<HostId, Host, 1> hosts;
    EntityTable<model::PartitionId, Partition, 1> partitions;
    EntityTable<CheckpointKey, CheckpointFile, kLargeTableShards> checkpoints;
    EntityTable<SegmentId, Segment, kLargeTableShards> segments;
    EntityTable<GapKey, Gap, 1> gaps;

    std::uint64_t count() const {
        return !cluster.id.is_none() + repositories.size() + parsers.size() + tokens.size() +
               hosts.size() + partitions.size() + checkpoints.size() + segments.size() +
               gaps.size() + files.size() + saved_queries.size() + listeners.size();
    }
};

}  // namespace logwood::global
