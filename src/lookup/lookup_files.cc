// The order of an upload: parse, write and sync the bytes under a new id, then tell Global. A crash
// between leaves bytes that nothing names, which the next start removes. The order of a deletion:
// Global forgets, then nobody reads, then the bytes go.
#include "lookup/lookup_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "async/failpoint.h"
#include "base/bytes.h"
#include "base/server_log.h"

namespace logwood::lookup {

namespace {

constexpr std::string_view kSharedPrefix = "/shared/";

Result<void> check_name(std::string_view name) {
    bool has_control = std::ranges::any_of(
        name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (name.empty() || name.size() > global::kNameBytesMax || has_control || name.starts_with('/'))
        return fail(Code::kInvalidArgument,
                    fmt::format("A file's name has 1 to {} bytes, no control characters, and does "
                                "not begin with a slash.",
                                global::kNameBytesMax));
    return {};
}

/// What a file's content is told to Global as; fails when it is not what its name says.
struct Parsed {
    exec::LookupTablePtr table;
    std::uint64_t checksum = 0;
    std::uint64_t bytes = 0;
};

Result<Parsed> parse_and_write(FileStore& store, global::FileContentId id, const std::string& name,
                               std::string content) {
    bool is_json = name.size() > 5 && (name.back() | 0x20) == 'n';
    auto bytes_max = is_json ? kJsonBytesMax : kCsvBytesMax;
    if (content.size() > bytes_max)
        return fail(Code::kTooLarge, fmt::format("The file has {} bytes; at most {} are possible.",
                                                 content.size(), bytes_max));
    Parsed parsed{.table = nullptr, .checksum = checksum64(content), .bytes = content.size()};
    auto table = exec::LookupTable::parse(name, content);
    if (!table)
        return fail(table.error().code,
                    fmt::format("The file {} cannot be used: {}", name, table.error().message));
    parsed.table = *std::move(table);
    std::size_t column_bytes = 0;
    for (const auto& column : parsed.table->columns()) column_bytes += column.size();
    if (parsed.table->columns().size() > global::kFileColumnsMax ||
        column_bytes > global::kFileColumnBytesMax)
        return fail(
            Code::kInvalidArgument,
            fmt::format("The file {} has too many columns, or their names are too long.", name));
    TRY_OK(store.write(id, content));
    return parsed;
}

}  // namespace

/// What other threads see: where bytes lie, tables, and the files by name.
struct LookupFiles::Shared {
    using Key = std::pair<RepoId, std::string>;

    Shared(async::FileSystem& files, const std::string& data_directory,
           std::size_t cached_bytes_max)
        : store(files, data_directory), tables(store, cached_bytes_max) {}

    std::shared_ptr<const StoredFile> find(const std::vector<RepoId>& repos,
                                           std::string_view name) const;

    FileStore store;
    TableCache tables;
    mutable std::mutex mutex;
    std::map<Key, std::shared_ptr<const StoredFile>> by_name;
    std::set<std::string> warned;
};

/// A version of a file. Its content is not unlinked as long as this lives.
class LookupFiles::StoredFile final : public exec::LookupFile {
 public:
    StoredFile(std::shared_ptr<const global::File> file, Shared& shared)
        : file_(std::move(file)), shared_(shared) {}

    const global::File& file() const { return *file_; }
    const std::vector<std::string>& columns() const override { return file_->columns; }
    bool is_keyed() const override { return file_->is_keyed; }
    std::uint64_t checksum() const override { return file_->checksum; }
    Result<exec::LookupTablePtr> table() const override { return shared_.tables.get(*file_); }

 private:
    std::shared_ptr<const global::File> file_;
    Shared& shared_;
};

std::shared_ptr<const LookupFiles::StoredFile> LookupFiles::Shared::find(
    const std::vector<RepoId>& repos, std::string_view name) const {
    auto look_up = [this](RepoId repo, std::string_view of) -> std::shared_ptr<const StoredFile> {
        auto at = by_name.find({repo, std::string(of)});
        return at == by_name.end() ? nullptr : at->second;
    };
    std::lock_guard lock(mutex);
    if (name.starts_with(kSharedPrefix))
        return look_up(RepoId(), name.substr(kSharedPrefix.size()));
    for (auto repo : repos)
        if (auto file = look_up(repo, name)) return file;
    return nullptr;
}

/// The file, that keeps alive what it reads with.
exec::LookupFilePtr LookupFiles::hold(std::shared_ptr<Shared> shared,
                                      std::shared_ptr<const StoredFile> file) {
    if (!file) return nullptr;
    auto both = std::make_shared<
        const std::pair<std::shared_ptr<Shared>, std::shared_ptr<const StoredFile>>>(
        std::move(shared), std::move(file));
    return {both, both->second.get()};
}

LookupFiles::LookupFiles(async::Runtime& runtime, global::Global& global,
                         const std::string& data_directory, LookupFilesOptions options)
    : runtime_(runtime),
      global_(global),
      options_(std::move(options)),
      shared_(std::make_shared<Shared>(runtime.files, data_directory, options_.cached_bytes_max)),
      uploading_(runtime.loop),
      gate_(runtime.loop) {}

LookupFiles::~LookupFiles() = default;

const TableCache& LookupFiles::tables() const { return shared_->tables; }

async::Task<Result<void>> LookupFiles::start() {
    CO_TRY(auto found, co_await async::run_on(runtime_.loop, async::Lane::kBackground,
                                              [this] { return shared_->store.open(); }));
    for (auto content : found) on_disk_[content];
    publish();
    co_await sweep();
    gate_.spawn(follow_global());
    gate_.spawn(sweep_loop());
    co_return Result<void>();
}

async::Task<void> LookupFiles::stop() {
    gate_.request_stop();
    global_.changed().notify();  // wakes follow_global()
    co_await gate_.close();
    auto lock = co_await uploading_.lock();
}

/// Lets queries and parsers see the files of Global as they are now.
void LookupFiles::publish() {
    std::map<Shared::Key, std::shared_ptr<const StoredFile>> next;
    std::lock_guard lock(shared_->mutex);
    global_.state().entities().files.for_each([&](const auto& file) {
        Shared::Key key(file->repo, file->name);
        auto old = shared_->by_name.find(key);
        bool is_same = old != shared_->by_name.end() && &old->second->file() == file.get();
        auto stored = is_same ? old->second : std::make_shared<const StoredFile>(file, *shared_);
        on_disk_[file->content] = stored;
        next.emplace(std::move(key), std::move(stored));
    });
    shared_->by_name.swap(next);
}

async::Task<void> LookupFiles::follow_global() {
    std::pair<std::size_t, global::Version> seen;
    while (!gate_.closing()) {
        std::pair<std::size_t, global::Version> now(global_.state().entities().files.size(), 0);
        global_.state().entities().files.for_each(
            [&](const auto& file) { now.second = std::max(now.second, file->version); });
        if (now != std::exchange(seen, now)) publish();
        co_await global_.changed().wait();
    }
}

async::Task<Result<void>> LookupFiles::put(RepoId repo, std::string name, std::string content) {
    CO_TRY_OK(check_name(name));
    if (gate_.closing()) co_return fail(Code::kUnavailable, "The server stops.");
    if (options_.is_full && options_.is_full())
        co_return fail(Code::kNoSpace, "The disk is too full to take a file.");
    auto lock = co_await uploading_.lock();
    auto done = co_await put_locked(repo, std::move(name), std::move(content));
    ++(done ? counters_.uploads : counters_.uploads_refused);
    co_return done;
}

async::Task<Result<void>> LookupFiles::put_locked(RepoId repo, std::string name,
                                                  std::string content) {
    auto id = runtime_.random.id<global::FileContentId>();
    proposed_.insert(id);
    on_disk_[id];
    auto parsed = co_await async::run_on(runtime_.loop, async::Lane::kSearch, [&] {
        return parse_and_write(shared_->store, id, name, std::move(content));
    });
    if (!parsed) {
        proposed_.erase(id);
        co_return fail(std::move(parsed).error());
    }
    async::failpoint("lookup.after_write_before_propose");
    auto told = co_await global_.put_file({.repo = repo,
                                           .name = std::move(name),
                                           .content = id,
                                           .bytes = parsed->bytes,
                                           .checksum = parsed->checksum,
                                           .rows = parsed->table->rows(),
                                           .columns = parsed->table->columns(),
                                           .is_keyed = parsed->table->is_keyed(),
                                           .uploaded = runtime_.loop.utc_now()});
    if (!told && told.error().code == Code::kUnknownOutcome) co_return told;
    if (told) {
        shared_->tables.add(id, std::move(parsed->table));
        publish();
    }
    proposed_.erase(id);
    co_return told;
}

async::Task<Result<void>> LookupFiles::remove(RepoId repo, std::string name) {
    CO_TRY_OK(co_await global_.delete_file(repo, std::move(name)));
    publish();
    co_return Result<void>();
}

async::Task<Result<std::string>> LookupFiles::content(RepoId repo, std::string name) {
    std::shared_ptr<const StoredFile> stored;
    {
        std::lock_guard lock(shared_->mutex);
        auto at = shared_->by_name.find({repo, name});
        if (at != shared_->by_name.end()) stored = at->second;
    }
    if (!stored) co_return fail(Code::kNotFound, fmt::format("There is no file named {}.", name));
    co_return co_await async::run_on(runtime_.loop, async::Lane::kSearch, [this, stored] {
        return shared_->store.read(stored->file());
    });
}

exec::Lookups LookupFiles::lookups_of(std::vector<RepoId> repos) const {
    auto find = [shared = shared_, repos = std::move(repos)](std::string_view name) {
        return hold(shared, shared->find(repos, name));
    };
    return {.file = std::move(find), .addresses = options_.addresses};
}

exec::Lookups LookupFiles::lookups_of_parser(RepoId repo) const {
    auto find = [shared = shared_, repo](std::string_view name) -> exec::LookupFilePtr {
        auto file = shared->find({repo}, name);
        std::lock_guard lock(shared->mutex);
        if (file) {
            if (!shared->warned.empty()) shared->warned.erase(std::string(name));
        } else if (shared->warned.size() < kWarnedNamesMax && shared->warned.emplace(name).second) {
            server_log::warning("lookup", "a parser uses a file that is not there",
                                {{"file", std::string(name)}, {"repository", repo.to_string()}});
        }
        return hold(shared, std::move(file));
    };
    return {.file = std::move(find), .addresses = options_.addresses};
}

async::Task<void> LookupFiles::sweep() {
    std::unordered_set<global::FileContentId> needed;
    global_.state().entities().files.for_each(
        [&](const auto& file) { needed.insert(file->content); });
    std::vector<global::FileContentId> unneeded;
    for (const auto& [content, readers] : on_disk_)
        if (!needed.contains(content) && !proposed_.contains(content) && readers.expired())
            unneeded.push_back(content);
    for (auto content : unneeded) {
        async::failpoint("lookup.before_unlink");
        auto removed =
            co_await async::run_on(runtime_.loop, async::Lane::kBackground,
                                   [this, content] { return shared_->store.remove(content); });
        if (!removed) {
            server_log::warning("lookup", "a file that is not needed stays on the disk",
                                {{"error", removed.error().to_string()}});
            co_return;
        }
        shared_->tables.forget(content);
        on_disk_.erase(content);
        ++counters_.contents_unlinked;
    }
}

async::Task<void> LookupFiles::sweep_loop() {
    while (!gate_.closing()) {
        co_await gate_.pause_for(options_.sweep_interval);
        publish();
        co_await sweep();
    }
}

}  // namespace logwood::lookup
