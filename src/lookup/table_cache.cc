// Two locks: one over the lists, held for moments, and one an entry, held while its file is parsed,
// so that two queries do not parse the same file twice and others do not wait for it.
#include "lookup/table_cache.h"

#include <algorithm>
#include <utility>

namespace logwood::lookup {

std::shared_ptr<TableCache::Entry> TableCache::entry_of(global::FileContentId content) {
    std::lock_guard lock(mutex_);
    auto& entry = entries_[content];
    if (!entry) entry = std::make_shared<Entry>();
    return entry;
}

Result<exec::LookupTablePtr> TableCache::get(const global::File& file) {
    auto entry = entry_of(file.content);
    std::lock_guard loading(entry->loading);
    auto table = entry->table.lock();
    if (!table) {
        TRY(auto bytes, store_.read(file));
        TRY(table, exec::LookupTable::parse(file.name, bytes));
        entry->table = table;
        std::lock_guard lock(mutex_);
        ++loads_;
    }
    keep(file.content, table);
    return table;
}

void TableCache::add(global::FileContentId content, exec::LookupTablePtr table) {
    auto entry = entry_of(content);
    {
        std::lock_guard loading(entry->loading);
        entry->table = table;
    }
    keep(content, std::move(table));
}

/// Indexes are made after a table was taken in, so sizes are summed anew each time.
void TableCache::keep(global::FileContentId content, exec::LookupTablePtr table) {
    std::list<Kept> dropped;  // freed after the lock
    std::lock_guard lock(mutex_);
    auto at = std::ranges::find(kept_, content, &Kept::content);
    if (at != kept_.end())
        kept_.splice(kept_.begin(), kept_, at);
    else
        kept_.push_front({content, std::move(table)});
    std::size_t bytes = 0;
    auto first_out = kept_.begin();
    for (; first_out != kept_.end(); ++first_out) {
        bytes += first_out->table->memory();
        if (bytes > bytes_max_) break;
    }
    dropped.splice(dropped.begin(), kept_, first_out, kept_.end());
    std::erase_if(entries_, [&](const auto& one) {
        return one.second.use_count() == 1 && one.second->table.expired();
    });
}

void TableCache::forget(global::FileContentId content) {
    std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const Kept& one) { return one.content == content; });
}

std::size_t TableCache::bytes() const {
    std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    for (const auto& one : kept_) bytes += one.table->memory();
    return bytes;
}

std::uint64_t TableCache::loads() const {
    std::lock_guard lock(mutex_);
    return loads_;
}

}  // namespace logwood::lookup
