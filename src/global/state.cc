// The order of checks of an entry: is there a cluster, is its proposer the newest start of its
// host, was it (or a later one of its proposer) applied, then the change's own preconditions. A
// refused change leaves one trace: its proposer's sequence, so that it can never be applied later.
#include "global/state.h"

#include <algorithm>

#include "global/apply.h"
#include "global/limits.h"

namespace logwood::global {

namespace {

/// The entities of a repository, by name.
template <typename Entity>
std::vector<std::shared_ptr<const Entity>> of_repository(
    const std::map<std::pair<RepoId, std::string>, std::shared_ptr<const Entity>>& by_name,
    RepoId repo) {
    std::vector<std::shared_ptr<const Entity>> out;
    for (auto at = by_name.lower_bound({repo, ""}); at != by_name.end() && at->first.first == repo;
         ++at)
        out.push_back(at->second);
    return out;
}

}  // namespace

State::State(EntityStore store, model::LogOffset next)
    : store_(std::move(store)), next_(next), version_(cluster().base + next.value) {}

void State::advance(model::LogOffset offset) {
    ASSERT(offset >= next_);
    next_ = model::LogOffset(offset.value + 1);
    version_ = cluster().base + next_.value;
}

void State::skip(model::LogOffset offset) { advance(offset); }

Outcome State::apply(const Change& change, model::LogOffset offset) {
    advance(offset);
    auto outcome = decide(change);
    outcome.version = version_;
    if (version_ % kHashCheckEvery == 0) {
        past_hashes_.emplace_back(version_, hash());
        if (past_hashes_.size() > kPastHashes) past_hashes_.erase(past_hashes_.begin());
    }
    return outcome;
}

Outcome State::decide(const Change& change) {
    if (auto refused = admit(change)) return *std::move(refused);
    if (const auto* check = std::get_if<StateHashCheck>(&change.body)) {
        auto outcome = check_hash(*check);
        if (!outcome.accepted()) return outcome;
    }
    if (feature_level_of(change.body) > cluster().feature_level &&
        !std::holds_alternative<Genesis>(change.body))
        return {.verdict = Outcome::Verdict::kConflict,
                .code = Code::kUnsupported,
                .reason = "not all nodes of the cluster know this kind of change yet"};
    Apply apply(*this, store_, change.id, version_);
    auto done = std::visit([&](const auto& body) { return apply.on(body); }, change.body);
    if (done) return {};
    return {.verdict = Outcome::Verdict::kConflict,
            .code = done.error().code,
            .reason = std::move(done.error().message)};
}

std::optional<Outcome> State::admit(const Change& change) {
    using enum Outcome::Verdict;
    if (std::holds_alternative<Genesis>(change.body)) return std::nullopt;
    if (cluster().id.is_none())
        return Outcome{.verdict = kConflict, .reason = "the log has no Genesis yet"};
    if (change.id.host.is_none())
        return Outcome{.verdict = kConflict, .reason = "the change names no host"};

    auto host = entities().hosts.find(change.id.host);
    auto known = host ? host->incarnation : 0;
    if (std::holds_alternative<HostStarted>(change.body)) {
        if (change.id.incarnation > known) return std::nullopt;
        return Outcome{.verdict = kStaleIncarnation,
                       .reason = "another process has started as this host"};
    }
    if (change.id.incarnation != known || known == 0)
        return Outcome{.verdict = kStaleIncarnation,
                       .reason = "the change is not of the newest start of its host"};
    if (change.id.sequence <= host->last_sequence)
        return Outcome{.verdict = kDuplicate,
                       .reason = "this change, or a later one of its host, was applied"};
    auto next = *host;
    next.last_sequence = change.id.sequence;
    store_.put(std::move(next));
    return std::nullopt;
}

Outcome State::check_hash(const StateHashCheck& check) const {
    auto past =
        std::ranges::find(past_hashes_, check.version, &decltype(past_hashes_)::value_type::first);
    if (past == past_hashes_.end() || past->second == check.hash) return {};
    return {
        .verdict = Outcome::Verdict::kDiverged,
        .code = Code::kCorrupt,
        .reason = "the metadata diverged at or before version " + std::to_string(check.version)};
}

std::shared_ptr<const Repository> State::repository(RepoId id) const {
    return entities().repositories.find(id);
}

std::shared_ptr<const Repository> State::repository_named(std::string_view name) const {
    auto at = indexes().repositories_by_name.find(name);
    return at == indexes().repositories_by_name.end() ? nullptr : repository(at->second);
}

std::vector<std::shared_ptr<const Repository>> State::repositories() const {
    std::vector<std::shared_ptr<const Repository>> out;
    for (const auto& [name, id] : indexes().repositories_by_name) out.push_back(repository(id));
    return out;
}

std::shared_ptr<const Parser> State::parser(ParserId id) const {
    return entities().parsers.find(id);
}

std::shared_ptr<const Parser> State::parser_named(RepoId repo, std::string_view name) const {
    auto at = indexes().parsers_by_name.find({repo, std::string(name)});
    return at == indexes().parsers_by_name.end() ? nullptr : parser(at->second);
}

std::vector<std::shared_ptr<const Parser>> State::parsers(RepoId repo) const {
    std::vector<std::shared_ptr<const Parser>> out;
    const auto& names = indexes().parsers_by_name;
    for (auto at = names.lower_bound({repo, ""}); at != names.end() && at->first.first == repo;
         ++at)
        out.push_back(parser(at->second));
    return out;
}

std::shared_ptr<const IngestToken> State::token(RepoId repo, std::string_view name) const {
    return entities().tokens.find(TokenKey{repo, std::string(name)});
}

std::shared_ptr<const IngestToken> State::token_by_text(std::string_view text) const {
    auto at = indexes().tokens_by_text.find(std::string(text));
    return at == indexes().tokens_by_text.end() ? nullptr : at->second;
}

std::vector<std::shared_ptr<const IngestToken>> State::tokens(RepoId repo) const {
    return of_repository(indexes().tokens_by_name, repo);
}

std::shared_ptr<const File> State::file(RepoId repo, std::string_view name) const {
    return entities().files.find(FileKey{repo, std::string(name)});
}

std::vector<std::shared_ptr<const File>> State::files(RepoId repo) const {
    return of_repository(indexes().files_by_name, repo);
}

std::shared_ptr<const SavedQuery> State::saved_query(RepoId repo, std::string_view name) const {
    return entities().saved_queries.find(SavedQueryKey{repo, std::string(name)});
}

std::vector<std::shared_ptr<const SavedQuery>> State::saved_queries(RepoId repo) const {
    return of_repository(indexes().saved_queries_by_name, repo);
}

std::vector<std::shared_ptr<const IngestListener>> State::listeners(
    std::optional<RepoId> repo) const {
    std::vector<std::shared_ptr<const IngestListener>> out;
    entities().listeners.for_each([&](const auto& listener) {
        if (!repo || listener->repo == *repo) out.push_back(listener);
    });
    std::ranges::sort(out, {}, [](auto& one) { return std::pair(one->name, one->id); });
    return out;
}

std::shared_ptr<const Host> State::host(HostId id) const { return entities().hosts.find(id); }

std::shared_ptr<const Partition> State::partition(model::PartitionId id) const {
    return entities().partitions.find(id);
}

std::uint32_t State::partition_count() const {
    return static_cast<std::uint32_t>(entities().partitions.size());
}

std::shared_ptr<const Segment> State::segment(SegmentId id) const {
    return entities().segments.find(id);
}

std::vector<std::shared_ptr<const Segment>> State::live_segments(
    RepoId repo, const model::TimeRange& range) const {
    std::vector<std::shared_ptr<const Segment>> out;
    auto owner = repository(repo);
    auto of_repo = indexes().live_by_repo.find(repo);
    if (!owner || owner->deleted || of_repo == indexes().live_by_repo.end()) return out;
    const auto& segments = of_repo->second;
    for (auto at = segments.lower_bound({range.start.ns, SegmentId()}); at != segments.end(); ++at)
        if (at->second->event_times.overlaps(range)) out.push_back(at->second);
    return out;
}

const std::map<RepoId, Indexes::ByEventTime>& State::live_by_repo() const {
    return indexes().live_by_repo;
}

std::vector<std::shared_ptr<const Segment>> State::segments_in(SegmentState state, UtcTime before,
                                                               std::size_t count_max) const {
    std::vector<std::shared_ptr<const Segment>> out;
    auto in_state = indexes().not_live.find(state);
    if (in_state == indexes().not_live.end()) return out;
    for (const auto& [key, segment] : in_state->second) {
        if (key.first >= before || out.size() == count_max) break;
        out.push_back(segment);
    }
    return out;
}

std::shared_ptr<const CheckpointFile> State::checkpoint(const CheckpointKey& key) const {
    return entities().checkpoints.find(key);
}

std::vector<std::shared_ptr<const CheckpointFile>> State::checkpoints(model::Epoch epoch,
                                                                      model::PartitionId partition,
                                                                      model::LogOffset from) const {
    std::vector<std::shared_ptr<const CheckpointFile>> out;
    const auto& keys = indexes().checkpoints;
    auto at = keys.upper_bound({epoch, partition, from});
    if (at != keys.begin()) --at;  // the one before may reach above `from`
    for (; at != keys.end(); ++at) {
        if (std::pair(at->epoch, at->partition) > std::pair(epoch, partition)) break;
        if (at->epoch != epoch || at->partition != partition) continue;
        if (auto file = checkpoint(*at); file->to > from) out.push_back(std::move(file));
    }
    return out;
}

}  // namespace logwood::global
