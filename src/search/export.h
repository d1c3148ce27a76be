#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/loop.h"
#include "async/task.h"
#include "search/scan.h"
#include "search/search.h"

namespace logwood::search {

/// True when the query's rows can be exported source by source: it keeps no state between rows.
bool is_exportable(const exec::Query& query);

/// A query's rows, drawn by the reader: nothing is scanned ahead of next(), so a slow client slows
/// the export down. Memory: the rows of one slice. Loop thread; end it before the Search.
class Export {
 public:
    /// Scans the slices of a plan one after another, newest first; `is_stopping` outlives it.
    Export(async::Loop& loop, std::shared_ptr<const exec::Query> query, Plan plan,
           const model::TimeRange& interval, Counters& counters, const bool& is_stopping);
    /// Gives the rows of a result that is already complete.
    Export(async::Loop& loop, std::shared_ptr<const exec::Query> query,
           std::shared_ptr<const exec::ResultRows> result, Counters& counters,
           const bool& is_stopping);

    const std::string& id() const { return id_; }
    bool is_aggregate() const { return query_->is_aggregate(); }

    /// The next rows; null at the end. After an error what was given is not the whole answer: a
    /// slice could not be read, the query failed, or the server stops (kCancelled).
    async::Task<Result<std::shared_ptr<const exec::ResultRows>>> next();

    /// Set by the owner: the id, and something that lives as long as the export.
    void adopt(std::string id, std::shared_ptr<const void> lease);

 private:
    async::Task<Result<void>> open_segment(Slice slice);
    async::Task<Result<void>> scan_slice(Slice slice);

    async::Loop& loop_;
    std::shared_ptr<const exec::Query> query_;
    Counters& counters_;
    const bool& is_stopping_;
    std::string id_;
    std::shared_ptr<const void> lease_;
    Progress progress_;
    segment::ReadStats stats_;
    SliceQueue slices_;
    std::vector<std::shared_ptr<const exec::ResultRows>> ready_;  ///< Next one last.
};

}  // namespace logwood::search
