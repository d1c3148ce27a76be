// An export is not a job: it holds no state but the slice at hand. Anything that cannot be read
// ends it with an error, since a stream of rows has no place for a warning.
#include "search/export.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

#include "search/limits.h"

namespace logwood::search {

namespace {

Plan no_plan() { return {}; }

}  // namespace

bool is_exportable(const exec::Query& query) {
    if (query.is_aggregate()) return false;
    // An aggregate that keeps events (head, sort) says so on the first source, also an empty one.
    auto empty = std::make_shared<const model::PlacedRecord>();
    return query.export_rows(*model::make_row_source(empty)).has_value();
}

Export::Export(async::Loop& loop, std::shared_ptr<const exec::Query> query, Plan plan,
               const model::TimeRange& interval, Counters& counters, const bool& is_stopping)
    : loop_(loop),
      query_(std::move(query)),
      counters_(counters),
      is_stopping_(is_stopping),
      slices_(std::move(plan), interval, progress_) {}

Export::Export(async::Loop& loop, std::shared_ptr<const exec::Query> query,
               std::shared_ptr<const exec::ResultRows> result, Counters& counters,
               const bool& is_stopping)
    : Export(loop, std::move(query), no_plan(), {}, counters, is_stopping) {
    ready_.push_back(std::move(result));
}

void Export::adopt(std::string id, std::shared_ptr<const void> lease) {
    id_ = std::move(id);
    lease_ = std::move(lease);
}

async::Task<Result<std::shared_ptr<const exec::ResultRows>>> Export::next() {
    while (ready_.empty() && !slices_.empty()) {
        if (is_stopping_) co_return fail(Code::kCancelled, "The server stops.");
        auto slice = slices_.pop();
        auto done = slice.is_unopened_segment() ? co_await open_segment(std::move(slice))
                                                : co_await scan_slice(std::move(slice));
        if (done) continue;
        ++counters_.exports_failed;
        co_return fail(std::move(done).error());
    }
    if (ready_.empty()) co_return nullptr;
    auto rows = std::move(ready_.back());
    ready_.pop_back();
    co_return rows;
}

async::Task<Result<void>> Export::open_segment(Slice slice) {
    auto opened = co_await slice.unit->segment->open();
    if (!opened) {
        ++counters_.segments_unreadable;
        co_return fail(opened.error().code, unreadable(slice, opened.error()).message);
    }
    ++counters_.segments_opened;
    slices_.add_row_groups(slice, *std::move(opened));
    co_return Result<void>();
}

async::Task<Result<void>> Export::scan_slice(Slice slice) {
    std::vector<std::shared_ptr<const exec::ResultRows>> found;
    std::atomic<bool> cancelled{false};
    auto take = [&](const model::RowSource& source) -> Result<void> {
        TRY(auto rows, query_->export_rows(source));
        std::ranges::sort(rows.rows, std::greater(), &exec::ResultRow::order);
        if (!rows.rows.empty())
            found.push_back(std::make_shared<const exec::ResultRows>(std::move(rows)));
        return {};
    };
    auto outcome = co_await async::run_on(loop_, async::Lane::kSearch, [&] {
        return for_each_source(slice, cancelled, stats_, take);
    });
    counters_.events_processed += outcome.events;
    counters_.bytes_processed += outcome.raw_bytes;
    if (outcome.fatal) co_return fail(*std::move(outcome.fatal));
    if (outcome.unreadable) {
        ++counters_.segments_unreadable;
        co_return fail(outcome.unreadable->code, unreadable(slice, *outcome.unreadable).message);
    }
    slices_.finish(slice);
    ready_.assign(std::make_move_iterator(found.rbegin()), std::make_move_iterator(found.rend()));
    co_return Result<void>();
}

}  // namespace logwood::search
