// An export is not a job: it holds no state but some slices. They are scanned side by side, and
// their rows given in the order of the slices. Anything that cannot be read ends it with an error,
// since a stream of rows has no place for a warning.
#include "search/export.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "search/limits.h"

namespace logwood::search {

/// What scans use; they may outlive the export by the rest of a slice.
struct Export::Shared {
    Shared(const ExportContext& given, std::shared_ptr<const exec::Query> what)
        : context(given), query(std::move(what)), changed(given.loop) {}

    ExportContext context;
    std::shared_ptr<const exec::Query> query;
    segment::ReadStats stats;
    std::atomic<bool> cancelled{false};
    async::Signal changed;  ///< A piece is done.
    std::shared_ptr<const void> lease;
};

/// A slice and its rows.
struct Export::Piece {
    Slice slice;
    bool is_done = false;
    std::vector<RowsPtr> rows;
    std::optional<Error> error;
};

bool is_exportable(const exec::Query& query) {
    if (query.is_aggregate()) return false;
    // An aggregate that keeps events (head, sort) says so on the first source, also an empty one.
    auto empty = std::make_shared<const model::PlacedRecord>();
    return query.export_rows(*model::make_row_source(empty)).has_value();
}

namespace {

void add_names(const exec::ResultRows& rows, std::set<std::string>& names) {
    std::vector<std::uint8_t> occurs(rows.fields.size());
    for (auto& row : rows.rows)
        for (auto& [field, value] : row.values) occurs[field] = 1;
    for (std::size_t i = 0; i < occurs.size(); ++i)
        if (occurs[i]) names.insert(rows.fields[i]);
}

}  // namespace

Export::Export(const ExportContext& context, std::shared_ptr<const exec::Query> query, Plan plan,
               const model::TimeRange& interval)
    : context_(context),
      query_(std::move(query)),
      plan_(plan),
      interval_(interval),
      shared_(std::make_shared<Shared>(context, query_)),
      slices_(std::move(plan), interval, progress_) {}

Export::Export(const ExportContext& context, std::shared_ptr<const exec::Query> query,
               RowsPtr result)
    : Export(context, std::move(query), Plan(), {}) {
    result_ = result;
    ready_.push_back(std::move(result));
}

Export::~Export() { shared_->cancelled.store(true, std::memory_order_relaxed); }

void Export::adopt(std::string id, std::shared_ptr<const void> lease) {
    id_ = std::move(id);
    shared_->lease = std::move(lease);
}

async::Task<Result<Export::RowsPtr>> Export::next() {
    if (std::exchange(has_begun_, true)) {
        plan_.reset();
        result_.reset();
    }
    while (ready_.empty()) {
        if (context_.is_stopping) co_return fail(Code::kCancelled, "The server stops.");
        co_await scan_ahead();
        if (pieces_.empty()) co_return nullptr;
        auto piece = pieces_.front();
        while (!piece->is_done) co_await shared_->changed.wait();
        if (piece->error) {
            ++context_.counters.exports_failed;
            co_return fail(*piece->error);
        }
        pieces_.pop_front();
        slices_.finish(piece->slice);
        ready_.assign(std::make_move_iterator(piece->rows.rbegin()),
                      std::make_move_iterator(piece->rows.rend()));
    }
    auto rows = std::move(ready_.back());
    ready_.pop_back();
    co_return rows;
}

async::Task<Result<std::vector<std::string>>> Export::field_names() {
    if (!plan_) co_return fail(Code::kInternal, "an export's fields are asked for too late");
    std::set<std::string> names;
    if (result_) {
        add_names(*result_, names);
    } else {
        Export again(context_, query_, *plan_, interval_);
        CO_TRY(auto rows, co_await again.next());
        while (rows) {
            add_names(*rows, names);
            CO_TRY(rows, co_await again.next());
        }
    }
    co_return std::vector<std::string>(names.begin(), names.end());
}

/// Starts scans until there are enough. Nothing is begun behind a slice that failed.
async::Task<void> Export::scan_ahead() {
    while (pieces_.size() < kExportSlicesAhead && !slices_.empty()) {
        if (!pieces_.empty() && pieces_.back()->error) break;
        auto piece = std::make_shared<Piece>();
        piece->slice = slices_.pop();
        if (piece->slice.is_unopened_segment()) {
            auto opened = co_await open_segment(piece->slice);
            if (opened) continue;
            piece->error = std::move(opened).error();
            piece->is_done = true;
            pieces_.push_back(std::move(piece));
            break;
        }
        pieces_.push_back(piece);
        context_.gate.spawn(scan_piece(shared_, std::move(piece)));
    }
}

async::Task<Result<void>> Export::open_segment(Slice slice) {
    auto opened = co_await slice.unit->segment->open();
    if (!opened) {
        ++context_.counters.segments_unreadable;
        co_return fail(opened.error().code, unreadable(slice, opened.error()).message);
    }
    ++context_.counters.segments_opened;
    slices_.add_row_groups(slice, *std::move(opened));
    co_return Result<void>();
}

async::Task<void> Export::scan_piece(std::shared_ptr<Shared> shared, std::shared_ptr<Piece> piece) {
    auto take = [&](const model::RowSource& source) -> Result<void> {
        TRY(auto rows, shared->query->export_rows(source));
        std::ranges::sort(rows.rows, std::greater(), &exec::ResultRow::order);
        if (!rows.rows.empty())
            piece->rows.push_back(std::make_shared<const exec::ResultRows>(std::move(rows)));
        return {};
    };
    auto outcome = co_await async::run_on(shared->context.loop, async::Lane::kSearch, [&] {
        return for_each_source(piece->slice, shared->cancelled, shared->stats, take);
    });
    auto& counters = shared->context.counters;
    counters.events_processed += outcome.events;
    counters.bytes_processed += outcome.raw_bytes;
    if (outcome.fatal) {
        piece->error = *std::move(outcome.fatal);
    } else if (outcome.unreadable) {
        ++counters.segments_unreadable;
        piece->error =
            Error{outcome.unreadable->code, unreadable(piece->slice, *outcome.unreadable).message};
    }
    piece->is_done = true;
    shared->changed.notify();
}

}  // namespace logwood::search
