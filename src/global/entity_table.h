#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/result.h"

namespace logwood::global {

/// Immutable entities by key, in a hash table whose copy costs one pointer a shard: a copy is a
/// frozen view, and a shard is cloned when it is written while a view shares it.
///
/// Make, write and destroy tables and their views on one thread; read a view on any.
template <typename Key, typename Entity, std::size_t kShards>
class EntityTable {
 public:
    using Ptr = std::shared_ptr<const Entity>;

    /// Null when there is none.
    Ptr find(const Key& key) const {
        const auto& shard = shards_[shard_of(key)];
        if (!shard) return nullptr;
        auto at = shard->find(key);
        return at == shard->end() ? nullptr : at->second;
    }
    void put(const Key& key, Ptr entity) {
        ASSERT(entity);
        auto [at, is_new] = own(key).insert_or_assign(key, std::move(entity));
        size_ += is_new;
    }
    void erase(const Key& key) { size_ -= own(key).erase(key); }
    std::size_t size() const { return size_; }
    /// Calls visit(const Ptr&) for each, in no special order.
    template <typename Visit>
    void for_each(Visit visit) const {
        for (const auto& shard : shards_) {
            if (!shard) continue;
            for (const auto& [key, entity] : *shard) visit(entity);
        }
    }

 private:
    using Shard = std::unordered_map<Key, Ptr>;

    static std::size_t shard_of(const Key& key) { return std::hash<Key>()(key) % kShards; }
    Shard& own(const Key& key) {
        auto& shard = shards_[shard_of(key)];
        if (!shard)
            shard = std::make_shared<Shard>();
        else if (shard.use_count() > 1)
            shard = std::make_shared<Shard>(*shard);
        return *shard;
    }

    std::array<std::shared_ptr<Shard>, kShards> shards_;
    std::size_t size_ = 0;
};

}  // namespace logwood::global
