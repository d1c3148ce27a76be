// Repositories and what hangs on them: parsers, ingest tokens.
#include "global/apply.h"
#include "global/limits.h"

namespace logwood::global {

namespace {

Result<void> check_retention(const Retention& retention) {
    if ((retention.age && *retention.age <= Duration::zero()) ||
        (retention.original_bytes && *retention.original_bytes == 0) ||
        (retention.stored_bytes && *retention.stored_bytes == 0))
        return fail(Code::kInvalidArgument, "a retention limit is not positive");
    return {};
}

Result<void> check_texts(const Parser& parser) {
    std::size_t bytes = 0;
    for (const auto& test : parser.test_cases) {
        bytes += test.raw.size();
        for (const auto& assertion : test.assertions) {
            for (const auto& [field, value] : assertion.values)
                bytes += field.size() + value.size();
            for (const auto& field : assertion.absent) bytes += field.size();
        }
    }
    if (parser.test_cases.size() > kParserTestsMax || bytes > kParserTestBytesMax)
        return fail(Code::kInvalidArgument, "the parser's test cases are too many or too long");
    if (parser.description.size() > kTextBytesMax)
        return fail(Code::kInvalidArgument, "the parser's description is too long");
    std::size_t query_bytes = 0;
    for (const auto& [name, text] : parser.saved_queries) query_bytes += name.size() + text.size();
    if (query_bytes > kParserQueryBytesMax)
        return fail(Code::kInvalidArgument, "the saved queries that the parser uses are too long");
    return {};
}

}  // namespace

Result<std::shared_ptr<const Repository>> Apply::live_repository(RepoId id) const {
    auto repository = entities().repositories.find(id);
    if (!repository || repository->deleted)
        return fail(Code::kNotFound, "there is no such repository");
    return repository;
}

Result<void> Apply::on(const CreateRepository& change) {
    TRY_OK(check_text(change.name, "the repository's name", kNameBytesMax));
    TRY_OK(check_retention(change.retention));
    if (change.description.size() > kTextBytesMax)
        return fail(Code::kInvalidArgument, "the description is too long");
    if (change.id.is_none()) return fail(Code::kInvalidArgument, "the repository has no id");
    if (entities().repositories.find(change.id))
        return fail(Code::kAlreadyExists, "a repository has this id");
    if (store_.indexes().repositories_by_name.contains(change.name))
        return fail(Code::kAlreadyExists, "a repository has this name");
    store_.put(Repository{.id = change.id,
                          .version = version_,
                          .name = change.name,
                          .description = change.description,
                          .retention = change.retention,
                          .created = change.at});
    return {};
}

Result<void> Apply::on(const UpdateRepository& change) {
    TRY(auto old, live_repository(change.id));
    TRY_OK(check_version(old->version, change.read, "the repository"));
    TRY_OK(check_text(change.name, "the repository's name", kNameBytesMax));
    TRY_OK(check_retention(change.retention));
    if (change.description.size() > kTextBytesMax)
        return fail(Code::kInvalidArgument, "the description is too long");
    const auto& names = store_.indexes().repositories_by_name;
    if (change.name != old->name && names.contains(change.name))
        return fail(Code::kAlreadyExists, "a repository has this name");
    auto next = *old;
    next.version = version_;
    next.name = change.name;
    next.description = change.description;
    next.retention = change.retention;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const DeleteRepository& change) {
    TRY(auto old, live_repository(change.id));
    TRY_OK(check_version(old->version, change.read, "the repository"));
    for (const auto& parser : state_.parsers(change.id)) store_.erase(*parser);
    for (const auto& token : state_.tokens(change.id)) store_.erase(*token);
    for (const auto& file : state_.files(change.id)) store_.erase(*file);
    for (const auto& query : state_.saved_queries(change.id)) store_.erase(*query);
    for (const auto& listener : state_.listeners(change.id)) store_.erase(*listener);
    auto next = *old;
    next.version = version_;
    next.deleted = true;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const PutParser& change) {
    const auto& parser = change.parser;
    TRY(auto repository, live_repository(parser.repo));
    TRY_OK(check_text(parser.name, "the parser's name", kNameBytesMax));
    if (parser.id.is_none()) return fail(Code::kInvalidArgument, "the parser has no id");
    if (parser.script.size() > kScriptBytesMax)
        return fail(Code::kInvalidArgument, "the parser's script is too long");
    if (parser.tag_fields.size() > kParserFieldsMax ||
        parser.fields_to_remove.size() > kParserFieldsMax)
        return fail(Code::kInvalidArgument, "the parser names too many fields");
    TRY_OK(check_texts(parser));
    bool is_new_kind = !parser.test_cases.empty() || !parser.description.empty();
    auto level = entities().cluster.feature_level;
    if (is_new_kind && level < kParserTestsLevel)
        return fail(Code::kUnsupported,
                    "not all nodes of the cluster know test cases of parsers yet");
    if (!parser.saved_queries.empty() && level < kParserQueriesLevel)
        return fail(Code::kUnsupported,
                    "not all nodes of the cluster know parsers with saved queries yet");
    auto old = entities().parsers.find(parser.id);
    TRY_OK(check_version(old ? old->version : 0, change.read, "the parser"));
    if (old && old->repo != parser.repo)
        return fail(Code::kInvalidArgument, "a parser cannot move to another repository");
    auto named = store_.indexes().parsers_by_name.find({parser.repo, parser.name});
    if (named != store_.indexes().parsers_by_name.end() && named->second != parser.id)
        return fail(Code::kAlreadyExists, "a parser of the repository has this name");
    auto next = parser;
    next.version = version_;
    next.revision = old ? old->revision + 1 : 1;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const DeleteParser& change) {
    auto old = entities().parsers.find(change.id);
    if (!old) return fail(Code::kNotFound, "there is no such parser");
    TRY_OK(check_version(old->version, change.read, "the parser"));
    store_.erase(*old);
    return {};
}

Result<void> Apply::on(const PutIngestToken& change) {
    const auto& token = change.token;
    TRY(auto repository, live_repository(token.repo));
    TRY_OK(check_text(token.name, "the token's name", kNameBytesMax));
    TRY_OK(check_text(token.token, "the token", kTokenBytesMax));
    if (token.parser) TRY_OK(check_text(*token.parser, "the parser's name", kNameBytesMax));
    auto old = entities().tokens.find(TokenKey{token.repo, token.name});
    TRY_OK(check_version(old ? old->version : 0, change.read, "the ingest token"));
    auto same_text = store_.indexes().tokens_by_text.find(token.token);
    if (same_text != store_.indexes().tokens_by_text.end() && same_text->second != old)
        return fail(Code::kAlreadyExists, "another ingest token has this text");
    auto next = token;
    next.version = version_;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const DeleteIngestToken& change) {
    auto old = entities().tokens.find(TokenKey{change.repo, change.name});
    if (!old) return fail(Code::kNotFound, "there is no such ingest token");
    TRY_OK(check_version(old->version, change.read, "the ingest token"));
    store_.erase(*old);
    return {};
}

}  // namespace logwood::global
