// Each put() takes the old entity's hash from the sum and its entries from the indexes, then adds
// the new one's. The hash of an entity is of its canonical encoding (entity_codec.h), so the sum
// says nothing of the order in which a table or an index holds them.
#include "global/entity_store.h"

#include "global/entity_codec.h"

namespace logwood::global {

template <typename Table, typename Key, typename Entity>
std::shared_ptr<const Entity> EntityStore::swap_in(Table& table, const Key& key, Entity& entity,
                                                   std::shared_ptr<const Entity>& old) {
    old = table.find(key);
    if (old) hash_ -= entity_hash(*old);
    hash_ += entity_hash(entity);
    auto shared = std::make_shared<const Entity>(std::move(entity));
    table.put(key, shared);
    return shared;
}

void EntityStore::put(Cluster cluster) {
    if (!entities_.cluster.id.is_none()) hash_ -= entity_hash(entities_.cluster);
    hash_ += entity_hash(cluster);
    entities_.cluster = std::move(cluster);
}

void EntityStore::put(Repository repository) {
    std::shared_ptr<const Repository> old;
    auto shared = swap_in(entities_.repositories, RepoId(repository.id), repository, old);
    if (old && !old->deleted) indexes_.repositories_by_name.erase(old->name);
    if (!shared->deleted) indexes_.repositories_by_name.emplace(shared->name, shared->id);
}

void EntityStore::put(Parser parser) {
    std::shared_ptr<const Parser> old;
    auto shared = swap_in(entities_.parsers, ParserId(parser.id), parser, old);
    if (old) indexes_.parsers_by_name.erase({old->repo, old->name});
    indexes_.parsers_by_name.emplace(std::pair(shared->repo, shared->name), shared->id);
}

void EntityStore::put(IngestToken token) {
    std::shared_ptr<const IngestToken> old;
    auto shared = swap_in(entities_.tokens, TokenKey{token.repo, token.name}, token, old);
    if (old) indexes_.tokens_by_text.erase(old->token);
    indexes_.tokens_by_text.emplace(shared->token, shared);
    indexes_.tokens_by_name.insert_or_assign({shared->repo, shared->name}, shared);
}

void EntityStore::put(File file) {
    std::shared_ptr<const File> old;
    auto shared = swap_in(entities_.files, FileKey{file.repo, file.name}, file, old);
    indexes_.files_by_name.insert_or_assign({shared->repo, shared->name}, shared);
}

void EntityStore::put(SavedQuery query) {
    std::shared_ptr<const SavedQuery> old;
    auto shared =
        swap_in(entities_.saved_queries, SavedQueryKey{query.repo, query.name}, query, old);
    indexes_.saved_queries_by_name.insert_or_assign({shared->repo, shared->name}, shared);
}

void EntityStore::put(IngestListener listener) {
    std::shared_ptr<const IngestListener> old;
    swap_in(entities_.listeners, ListenerId(listener.id), listener, old);
}

void EntityStore::put(Host host) {
    std::shared_ptr<const Host> old;
    swap_in(entities_.hosts, HostId(host.id), host, old);
}

void EntityStore::put(Partition partition) {
    std::shared_ptr<const Partition> old;
    swap_in(entities_.partitions, model::PartitionId(partition.id), partition, old);
}

void EntityStore::put(CheckpointFile checkpoint) {
    std::shared_ptr<const CheckpointFile> old;
    auto shared = swap_in(entities_.checkpoints, CheckpointKey(checkpoint.key), checkpoint, old);
    indexes_.checkpoints.insert(shared->key);
}

void EntityStore::put(Segment segment) {
    std::shared_ptr<const Segment> old;
    auto shared = swap_in(entities_.segments, SegmentId(segment.id), segment, old);
    if (old) unindex(*old);
    index(shared);
}

void EntityStore::put(Gap gap) {
    std::shared_ptr<const Gap> old;
    swap_in(entities_.gaps, GapKey{gap.epoch, gap.range.partition, gap.range.from}, gap, old);
}

void EntityStore::index(const std::shared_ptr<const Segment>& segment) {
    if (segment->state == SegmentState::kLive)
        indexes_.live_by_repo[segment->repo].emplace(
            std::pair(segment->event_times.max_ns, segment->id), segment);
    else
        indexes_.not_live[segment->state].emplace(std::pair(segment->state_since, segment->id),
                                                  segment);
}

void EntityStore::unindex(const Segment& segment) {
    if (segment.state != SegmentState::kLive) {
        indexes_.not_live[segment.state].erase({segment.state_since, segment.id});
        return;
    }
    auto of_repo = indexes_.live_by_repo.find(segment.repo);
    of_repo->second.erase({segment.event_times.max_ns, segment.id});
    if (of_repo->second.empty()) indexes_.live_by_repo.erase(of_repo);
}

// The argument may be the last reference's target, so keys are copied before the tables change.
void EntityStore::erase(const Parser& parser) {
    hash_ -= entity_hash(parser);
    indexes_.parsers_by_name.erase({parser.repo, parser.name});
    entities_.parsers.erase(ParserId(parser.id));
}

void EntityStore::erase(const IngestToken& token) {
    hash_ -= entity_hash(token);
    auto key = TokenKey{token.repo, token.name};
    indexes_.tokens_by_text.erase(std::string(token.token));
    indexes_.tokens_by_name.erase({key.repo, key.name});
    entities_.tokens.erase(key);
}

void EntityStore::erase(const File& file) {
    hash_ -= entity_hash(file);
    auto key = FileKey{file.repo, file.name};
    indexes_.files_by_name.erase({key.repo, key.name});
    entities_.files.erase(key);
}

void EntityStore::erase(const SavedQuery& query) {
    hash_ -= entity_hash(query);
    auto key = SavedQueryKey{query.repo, query.name};
    indexes_.saved_queries_by_name.erase({key.repo, key.name});
    entities_.saved_queries.erase(key);
}

void EntityStore::erase(const IngestListener& listener) {
    hash_ -= entity_hash(listener);
    entities_.listeners.erase(ListenerId(listener.id));
}

void EntityStore::erase(const CheckpointFile& checkpoint) {
    hash_ -= entity_hash(checkpoint);
    auto key = checkpoint.key;
    indexes_.checkpoints.erase(key);
    entities_.checkpoints.erase(key);
}

void EntityStore::erase(const Segment& segment) {
    hash_ -= entity_hash(segment);
    auto id = segment.id;
    unindex(segment);
    entities_.segments.erase(id);
}

}  // namespace logwood::global
