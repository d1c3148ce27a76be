// What callers ask for in plain words: read the entity, propose, try again when another change of
// it came first.
#include <algorithm>

#include "global/global_impl.h"
#include "global/settled.h"

namespace logwood::global {

namespace {

std::string token_text(const Id128& id) {
    auto hex = id.to_string();
    for (std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, 1, '-');
    return hex;
}

/// Proposes what `make(state)` gives until it does not lose against another change.
template <typename Make>
async::Task<Result<void>> update(Global& global, Make make) {
    for (int attempt = 1;; ++attempt) {
        CO_TRY(Body body, make(global.state()));
        CO_TRY(auto outcome, co_await global.propose(std::move(body)));
        if (outcome.accepted() || outcome.code != Code::kConflict || attempt == kConflictRetries)
            co_return outcome.to_result();
    }
}

std::shared_ptr<const IngestListener> find_listener(const State& state, RepoId repo,
                                                    std::string_view name) {
    for (auto& listener : state.listeners(repo))
        if (listener->name == name) return listener;
    return nullptr;
}

Result<std::shared_ptr<const Repository>> find_repository(const State& state, RepoId id) {
    auto repository = state.repository(id);
    if (!repository || repository->deleted)
        return fail(Code::kNotFound, "there is no such repository");
    return repository;
}

}  // namespace

async::Task<Result<RepoId>> Global::create_repository(std::string name, std::string description,
                                                      Retention retention) {
    auto id = impl_->runtime.random.id<RepoId>();
    CO_TRY(auto outcome,
           co_await propose(CreateRepository{id, std::move(name), std::move(description), retention,
                                             impl_->runtime.loop.utc_now()}));
    CO_TRY_OK(outcome.to_result());
    co_return id;
}

async::Task<Result<void>> Global::set_retention(RepoId repo, Retention retention) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        TRY(auto old, find_repository(state, repo));
        return UpdateRepository{repo, old->version, old->name, old->description, retention};
    });
}

async::Task<Result<void>> Global::delete_repository(RepoId repo) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        TRY(auto old, find_repository(state, repo));
        return DeleteRepository{repo, old->version};
    });
}

async::Task<Result<ParserId>> Global::put_parser(RepoId repo, std::string name, std::string script,
                                                 std::vector<std::string> tag_fields,
                                                 std::vector<std::string> fields_to_remove) {
    co_return co_await put_parser(Parser{.repo = repo,
                                         .name = std::move(name),
                                         .script = std::move(script),
                                         .tag_fields = std::move(tag_fields),
                                         .fields_to_remove = std::move(fields_to_remove)});
}

async::Task<Result<ParserId>> Global::put_parser(Parser parser) {
    parser.id = impl_->runtime.random.id<ParserId>();
    CO_TRY_OK(co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.parser_named(parser.repo, parser.name);
        if (old) parser.id = old->id;
        return PutParser{parser, old ? old->version : 0};
    }));
    co_return parser.id;
}

async::Task<Result<void>> Global::delete_parser(RepoId repo, std::string name) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.parser_named(repo, name);
        if (!old) return fail(Code::kNotFound, "there is no such parser");
        return DeleteParser{old->id, old->version};
    });
}

async::Task<Result<std::string>> Global::put_ingest_token(RepoId repo, std::string name,
                                                          std::optional<std::string> parser,
                                                          std::string text) {
    IngestToken token{.repo = repo, .name = std::move(name), .parser = std::move(parser)};
    auto drawn = token_text(impl_->runtime.random.id<Id128>());
    CO_TRY_OK(co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.token(repo, token.name);
        token.token = !text.empty() ? text : old ? old->token : drawn;
        return PutIngestToken{token, old ? old->version : 0};
    }));
    co_return token.token;
}

async::Task<Result<void>> Global::delete_ingest_token(RepoId repo, std::string name) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.token(repo, name);
        if (!old) return fail(Code::kNotFound, "there is no such ingest token");
        return DeleteIngestToken{repo, name, old->version};
    });
}

async::Task<Result<void>> Global::put_file(File file) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.file(file.repo, file.name);
        return PutFile{file, old ? old->version : 0};
    });
}

async::Task<Result<void>> Global::delete_file(RepoId repo, std::string name) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.file(repo, name);
        if (!old) return fail(Code::kNotFound, "There is no file named " + name + ".");
        return DeleteFile{repo, name, old->version};
    });
}

async::Task<Result<void>> Global::put_saved_query(RepoId repo, std::string name,
                                                  std::string query) {
    SavedQuery saved{.repo = repo, .name = std::move(name), .query = std::move(query)};
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.saved_query(repo, saved.name);
        return PutSavedQuery{saved, old ? old->version : 0};
    });
}

async::Task<Result<void>> Global::delete_saved_query(RepoId repo, std::string name) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = state.saved_query(repo, name);
        if (!old) return fail(Code::kNotFound, "There is no saved query named " + name + ".");
        return DeleteSavedQuery{repo, name, old->version};
    });
}

async::Task<Result<void>> Global::put_ingest_listener(IngestListener listener) {
    listener.id = impl_->runtime.random.id<ListenerId>();
    std::ranges::sort(listener.tags);
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = find_listener(state, listener.repo, listener.name);
        if (old) listener.id = old->id;
        return PutIngestListener{listener, old ? old->version : 0};
    });
}

async::Task<Result<void>> Global::delete_ingest_listener(RepoId repo, std::string name) {
    co_return co_await update(*this, [&](const State& state) -> Result<Body> {
        auto old = find_listener(state, repo, name);
        if (!old) return fail(Code::kNotFound, "there is no such listener");
        return DeleteIngestListener{old->id, old->version};
    });
}

async::Task<Result<void>> Global::init_partitions(std::uint32_t count) {
    CO_TRY(auto outcome, co_await propose(InitPartitions{count}));
    co_return outcome.to_result();
}

async::Task<Result<Term>> Global::claim_partition(model::PartitionId id) {
    auto partition = state().partition(id);
    if (!partition) co_return fail(Code::kNotFound, "there is no such partition");
    CO_TRY(auto outcome, co_await propose(ClaimPartition{id, partition->version}));
    CO_TRY_OK(outcome.to_result());
    co_return partition->term + 1;
}

async::Task<Result<model::LogOffset>> Global::advance_trim_watermark(model::PartitionId id) {
    auto partition = state().partition(id);
    if (!partition) co_return fail(Code::kNotFound, "there is no such partition");
    auto settled = settled_prefix(state(), id);
    if (settled <= partition->trim_watermark) co_return partition->trim_watermark;
    CO_TRY(auto outcome, co_await propose(SetTrimWatermark{id, partition->epoch, settled}));
    CO_TRY_OK(outcome.to_result());
    co_return settled;
}

}  // namespace logwood::global
