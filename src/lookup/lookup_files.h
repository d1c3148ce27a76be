#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/runtime.h"
#include "async/sync.h"
#include "async/task.h"
#include "exec/lookup/lookups.h"
#include "global/global.h"
#include "lookup/file_store.h"
#include "lookup/limits.h"
#include "lookup/table_cache.h"

namespace logwood::lookup {

struct LookupFilesOptions {
    std::shared_ptr<const exec::IpDatabase> addresses;  ///< Null: none.
    std::function<bool()> is_full;  ///< Whether the disk is too full to take more; unset: no.
    Duration sweep_interval = kSweepInterval;
    std::size_t cached_bytes_max = kCachedTableBytesMax;
};

/// The lookup files of a node: uploads and deletes them, and finds them for queries and parsers.
/// A repository that is none stands for the files that all share; a query names these
/// `/shared/NAME`. Loop thread, but for what lookups_of() gives.
class LookupFiles {
 public:
    struct Counters {
        std::uint64_t uploads = 0;
        std::uint64_t uploads_refused = 0;
        std::uint64_t contents_unlinked = 0;
    };

    /// Borrows both, for its life.
    LookupFiles(async::Runtime& runtime, global::Global& global, const std::string& data_directory,
                LookupFilesOptions options);
    ~LookupFiles();

    /// To be called after Global has started, before anyone uploads: unlinks what no file of Global
    /// names, for then no proposal that could name it is under way.
    async::Task<Result<void>> start();
    /// Waits for uploads under way. Lookups that are still used find the files as they are now.
    async::Task<void> stop();

    /// Creates or replaces a file; returns once that is durable. kInvalidArgument says what is
    /// wrong with the name or content, kTooLarge, kNoSpace, kNotFound (repository) as elsewhere.
    async::Task<Result<void>> put(RepoId repo, std::string name, std::string content);
    async::Task<Result<void>> remove(RepoId repo, std::string name);
    /// The bytes as they were uploaded. kNotFound, kCorrupt.
    async::Task<Result<std::string>> content(RepoId repo, std::string name);

    /// For queries: the files of the repositories, the first that has the name. Any thread.
    exec::Lookups lookups_of(std::vector<RepoId> repos) const;
    /// For a parser: the same, and a warning in the log when a file is not there. Any thread.
    exec::Lookups lookups_of_parser(RepoId repo) const;

    /// Unlinks what nobody needs any more, now.
    async::Task<void> sweep();
    const Counters& counters() const { return counters_; }
    const TableCache& tables() const;

 private:
    class StoredFile;
    struct Shared;

    static exec::LookupFilePtr hold(std::shared_ptr<Shared> shared,
                                    std::shared_ptr<const StoredFile> file);
    async::Task<Result<void>> put_locked(RepoId repo, std::string name, std::string content);
    void publish();
    async::Task<void> follow_global();
    async::Task<void> sweep_loop();

    async::Runtime& runtime_;
    global::Global& global_;
    LookupFilesOptions options_;
    std::shared_ptr<Shared> shared_;
    /// Contents on disk, and who may still read them.
    std::map<global::FileContentId, std::weak_ptr<const StoredFile>> on_disk_;
    /// Contents that a change under way may come to name; those of an unknown outcome stay.
    std::set<global::FileContentId> proposed_;
    Counters counters_;
    async::Mutex uploading_;  ///< An upload takes memory several times its size.
    async::Gate gate_;
};

}  // namespace logwood::lookup
