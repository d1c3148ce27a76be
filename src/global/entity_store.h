#pragma once

#include <cstdint>
#include <memory>

#include "global/entity_set.h"
#include "global/indexes.h"

namespace logwood::global {

/// The entities, with their indexes and the state hash kept in step. Checks nothing: what may be
/// written is decided by whoever writes. One thread.
class EntityStore {
 public:
    const Entities& entities() const { return entities_; }
    const Indexes& indexes() const { return indexes_; }
    /// Sum over all entities of entity_hash(), modulo 2^64.
    std::uint64_t hash() const { return hash_; }

    /// Adds the entity, or replaces the one of its key.
    void put(Cluster cluster);
    void put(Repository repository);
    void put(Parser parser);
    void put(IngestToken token);
    void put(File file);
    void put(SavedQuery query);
    void put(IngestListener listener);
    void put(Host host);
    void put(Partition partition);
    void put(CheckpointFile checkpoint);
    void put(Segment segment);
    void put(Gap gap);

    /// Removes an entity, which must be there.
    void erase(const Parser& parser);
    void erase(const IngestToken& token);
    void erase(const File& file);
    void erase(const SavedQuery& query);
    void erase(const IngestListener& listener);
    void erase(const CheckpointFile& checkpoint);
    void erase(const Segment& segment);

 private:
    template <typename Table, typename Key, typename Entity>
    std::shared_ptr<const Entity> swap_in(Table& table, const Key& key, Entity& entity,
                                          std::shared_ptr<const Entity>& old);
    void index(const std::shared_ptr<const Segment>& segment);
    void unindex(const Segment& segment);

    Entities entities_;
    Indexes indexes_;
    std::uint64_t hash_ = 0;
};

}  // namespace logwood::global
