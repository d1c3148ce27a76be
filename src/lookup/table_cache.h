#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>

#include "exec/lookup/lookup_table.h"
#include "global/entities.h"
#include "lookup/file_store.h"
#include "lookup/limits.h"

namespace logwood::lookup {

/// Parsed tables by content. Each is made once and shared for as long as anyone uses it; those used
/// last are kept beyond that, within a limit. Any thread.
class TableCache {
 public:
    explicit TableCache(const FileStore& store, std::size_t bytes_max = kCachedTableBytesMax)
        : store_(store), bytes_max_(bytes_max) {}

    /// Reads and parses the file when no one has. Errors of FileStore::read() and of parsing.
    Result<exec::LookupTablePtr> get(const global::File& file);
    /// Takes a table that was just parsed.
    void add(global::FileContentId content, exec::LookupTablePtr table);
    void forget(global::FileContentId content);

    std::size_t bytes() const;
    std::uint64_t loads() const;

 private:
    struct Entry {
        std::mutex loading;
        std::weak_ptr<const exec::LookupTable> table;
    };
    struct Kept {
        global::FileContentId content;
        exec::LookupTablePtr table;
    };

    std::shared_ptr<Entry> entry_of(global::FileContentId content);
    void keep(global::FileContentId content, exec::LookupTablePtr table);

    const FileStore& store_;
    std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::map<global::FileContentId, std::shared_ptr<Entry>> entries_;
    std::list<Kept> kept_;  ///< Last used first.
    std::uint64_t loads_ = 0;
};

}  // namespace logwood::lookup
