// An export is not a job: it holds no state but the slice at hand, and a slow client slows it down.
// Anything that cannot be read ends it with an error, since a stream has no place for a warning.
#include "search/export.h"

#include <utility>

#include "search/limits.h"
#include "search/page.h"

namespace logwood::search {

bool is_exportable(const exec::Query& query) {
    if (query.is_aggregate()) return false;
    // An aggregate that keeps events (head, sort) says so on the first source, also an empty one.
    auto empty = std::make_shared<const model::PlacedRecord>();
    return query.export_rows(*model::make_row_source(empty)).has_value();
}

Export::Export(async::Loop& loop, std::shared_ptr<const exec::Query> query, Plan plan,
               const model::TimeRange& interval, Counters& counters)
    : loop_(loop),
      query_(std::move(query)),
      counters_(counters),
      slices_(plan, interval, progress_) {}

async::Task<Result<void>> Export::run(RowSink& sink, const bool& stopping) {
    while (!slices_.empty()) {
        if (stopping) co_return fail(Code::kCancelled, "the server stops");
        auto slice = slices_.pop();
        if (!slice.is_unopened_segment()) {
            CO_TRY_OK(co_await export_slice(slice, sink));
            slices_.finish(slice);
            continue;
        }
        auto opened = co_await slice.unit->segment->open();
        if (!opened) {
            ++counters_.segments_unreadable;
            co_return fail(opened.error().code, unreadable(slice, opened.error()).message);
        }
        ++counters_.segments_opened;
        slices_.add_row_groups(slice, *std::move(opened));
    }
    co_return Result<void>();
}

async::Task<Result<void>> Export::export_slice(const Slice& slice, RowSink& sink) {
    std::vector<exec::ResultRows> found;
    std::atomic<bool> cancelled{false};
    auto outcome = co_await async::run_on(loop_, async::Lane::kSearch, [&] {
        return for_each_source(slice, cancelled, stats_,
                               [&](const model::RowSource& source) -> Result<void> {
                                   TRY(auto rows, query_->export_rows(source));
                                   if (!rows.rows.empty()) found.push_back(std::move(rows));
                                   return {};
                               });
    });
    counters_.events_processed += outcome.events;
    counters_.bytes_processed += outcome.raw_bytes;
    if (outcome.fatal) co_return fail(*std::move(outcome.fatal));
    if (outcome.unreadable) {
        ++counters_.segments_unreadable;
        co_return fail(outcome.unreadable->code, unreadable(slice, *outcome.unreadable).message);
    }
    for (auto& rows : found) CO_TRY_OK(co_await sink.rows(rows));
    co_return Result<void>();
}

}  // namespace logwood::search
