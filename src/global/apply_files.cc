// Lookup files and saved queries.
#include "global/apply.h"
#include "global/limits.h"

namespace logwood::global {

namespace {

Result<void> check_file(const File& file) {
    TRY_OK(check_text(file.name, "the file's name", kNameBytesMax));
    if (file.content.is_none()) return fail(Code::kInvalidArgument, "the file has no content");
    std::size_t bytes = 0;
    for (const auto& column : file.columns) bytes += column.size();
    if (file.columns.size() > kFileColumnsMax || bytes > kFileColumnBytesMax)
        return fail(Code::kInvalidArgument, "the file has too many columns");
    return {};
}

}  // namespace

Result<void> Apply::on(const PutFile& change) {
    if (!change.file.repo.is_none()) {
        TRY(auto repository, live_repository(change.file.repo));
    }
    TRY_OK(check_file(change.file));
    auto old = entities().files.find(FileKey{change.file.repo, change.file.name});
    TRY_OK(check_version(old ? old->version : 0, change.read, "the file"));
    auto next = change.file;
    next.version = version_;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const DeleteFile& change) {
    auto old = entities().files.find(FileKey{change.repo, change.name});
    if (!old) return fail(Code::kNotFound, "there is no such file");
    TRY_OK(check_version(old->version, change.read, "the file"));
    store_.erase(*old);
    return {};
}

Result<void> Apply::on(const PutSavedQuery& change) {
    const auto& query = change.query;
    TRY(auto repository, live_repository(query.repo));
    TRY_OK(check_text(query.name, "the saved query's name", kNameBytesMax));
    TRY_OK(check_text(query.query, "the saved query", kSavedQueryBytesMax));
    auto old = entities().saved_queries.find(SavedQueryKey{query.repo, query.name});
    TRY_OK(check_version(old ? old->version : 0, change.read, "the saved query"));
    auto next = query;
    next.version = version_;
    store_.put(std::move(next));
    return {};
}

Result<void> Apply::on(const DeleteSavedQuery& change) {
    auto old = entities().saved_queries.find(SavedQueryKey{change.repo, change.name});
    if (!old) return fail(Code::kNotFound, "there is no such saved query");
    TRY_OK(check_version(old->version, change.read, "the saved query"));
    store_.erase(*old);
    return {};
}

}  // namespace logwood::global
