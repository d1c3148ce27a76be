#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.h"
#include "async/sync.h"
#include "async/task.h"
#include "search/scan.h"
#include "search/search.h"

namespace logwood::search {

/// True when the query's rows can be exported source by source: it keeps no state between rows.
bool is_exportable(const exec::Query& query);

class Scheduler;

/// What exports of a service borrow from it, for their lives, and the scope of this one.
struct ExportContext {
    async::Loop& loop;
    Scheduler& scheduler;  ///< Advances the scans.
    Counters& counters;
    const bool& is_stopping;
    Scope scope;
};

/// A query's rows, drawn by the reader: few slices are scanned ahead of next(), so a slow client
/// slows the export down. Memory: the rows of kExportSlicesAhead + 1 slices. Loop thread; end it
/// before the Search.
class Export {
 public:
    using RowsPtr = std::shared_ptr<const exec::ResultRows>;

    /// Scans the slices of a plan, newest first.
    Export(const ExportContext& context, std::shared_ptr<const exec::Query> query, Plan plan,
           const model::TimeRange& interval);
    /// Gives the rows of a result that is already complete.
    Export(const ExportContext& context, std::shared_ptr<const exec::Query> query, RowsPtr result);
    ~Export();
    Export(const Export&) = delete;

    const std::string& id() const { return id_; }
    bool is_aggregate() const { return query_->is_aggregate(); }

    /// The next rows; null at the end. After an error what was given is not the whole answer: a
    /// slice could not be read, the query failed, or the server stops (kCancelled).
    async::Task<Result<RowsPtr>> next();
    /// The names of all fields that some row has, sorted. Reads all rows once for that; only before
    /// the second next().
    async::Task<Result<std::vector<std::string>>> field_names();

    /// Set by the owner: the id, and something that lives as long as the export and its scans.
    void adopt(std::string id, std::shared_ptr<const void> lease);

 private:
    class Scans;
    struct Piece;

    async::Task<void> scan_ahead();
    async::Task<Result<void>> open_segment(Slice slice);

    ExportContext context_;
    std::shared_ptr<const exec::Query> query_;
    std::optional<Plan> plan_;  ///< This and the next until the second next(), for field_names().
    RowsPtr result_;            ///< Set when there is a complete result, and nothing to scan.
    model::TimeRange interval_;
    std::string id_;
    std::shared_ptr<Scans> scans_;
    Progress progress_;
    SliceQueue slices_;
    std::vector<RowsPtr> ready_;  ///< Next one last.
    bool has_begun_ = false;
};

}  // namespace logwood::search
