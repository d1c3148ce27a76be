#pragma once

#include <atomic>

#include "async/loop.h"
#include "async/task.h"
#include "search/scan.h"
#include "search/search.h"

namespace logwood::search {

/// True when the query's rows can be exported source by source: it keeps no state between rows.
bool is_exportable(const exec::Query& query);

/// Scans the slices of a plan one after another, newest first, and hands matching rows to the sink.
/// Memory: the rows of one slice. Loop thread.
class Export {
 public:
    Export(async::Loop& loop, std::shared_ptr<const exec::Query> query, Plan plan,
           const model::TimeRange& interval, Counters& counters);

    /// kCancelled once `stopping` is set; errors of the sink; whatever a slice fails with.
    async::Task<Result<void>> run(RowSink& sink, const bool& stopping);

 private:
    async::Task<Result<void>> export_slice(const Slice& slice, RowSink& sink);

    async::Loop& loop_;
    std::shared_ptr<const exec::Query> query_;
    Counters& counters_;
    Progress progress_;
    segment::ReadStats stats_;
    SliceQueue slices_;
};

}  // namespace logwood::search
