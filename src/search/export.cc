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
#include "search/scheduler.h"

namespace logwood::search {

/// A slice and its rows.
struct Export::Piece {
    Slice slice;
    bool is_begun = false;
    bool is_done = false;
    std::vector<RowsPtr> rows;
    std::size_t bytes = 0;  ///< Of the rows.
    std::optional<Error> error;
};

/// The scans of an export; they may outlive it by the rest of a slice.
class Export::Scans final : public Work {
 public:
    Scans(const ExportContext& context, std::shared_ptr<const exec::Query> query)
        : changed(context.loop), context_(context), query_(std::move(query)) {}

    void add(std::shared_ptr<Piece> piece) {
        if (ended_) finish(*piece, ended_);
        pieces.push_back(std::move(piece));
        context_.scheduler.wake();
    }
    /// Nobody reads any more.
    void leave() {
        is_left_ = true;
        cancel();
        if (is_done()) lease.reset();
        context_.scheduler.wake();
    }

    const Scope& scope() const override { return context_.scope; }
    bool is_done() const override { return is_left_ && running_ == 0; }
    bool has_work() const override { return std::ranges::any_of(pieces, is_waiting); }
    async::Task<void> step() override;
    void cancel() override { give_up({Code::kCancelled, "The server stops."}); }
    std::size_t held_bytes() const override {
        std::size_t bytes = 0;
        for (auto& piece : pieces)
            if (piece->is_done) bytes += piece->bytes;
        return bytes;
    }
    void give_up(Error error) override {
        if (ended_) return;
        ended_ = std::move(error);
        cancelled_.store(true, std::memory_order_relaxed);
        for (auto& piece : pieces)
            if (piece->is_done || !piece->is_begun) finish(*piece, ended_);
    }

    std::deque<std::shared_ptr<Piece>> pieces;  ///< In the order of their rows.
    async::Signal changed;                      ///< A piece is done.
    std::shared_ptr<const void> lease;

 private:
    static bool is_waiting(const std::shared_ptr<Piece>& piece) {
        return !piece->is_begun && !piece->is_done;
    }
    void finish(Piece& piece, std::optional<Error> error) {
        if (error) {
            piece.rows.clear();
            piece.bytes = 0;
        }
        piece.error = std::move(error);
        piece.is_done = true;
        changed.notify();
    }

    ExportContext context_;
    std::shared_ptr<const exec::Query> query_;
    segment::ReadStats stats_;
    std::atomic<bool> cancelled_{false};
    std::optional<Error> ended_;
    std::size_t running_ = 0;
    bool is_left_ = false;
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
      scans_(std::make_shared<Scans>(context, query_)),
      slices_(std::move(plan), interval, progress_) {
    context_.scheduler.add(scans_);
}

Export::Export(const ExportContext& context, std::shared_ptr<const exec::Query> query,
               RowsPtr result)
    : Export(context, std::move(query), Plan(), {}) {
    result_ = result;
    ready_.push_back(std::move(result));
}

Export::~Export() { scans_->leave(); }

void Export::adopt(std::string id, std::shared_ptr<const void> lease) {
    id_ = std::move(id);
    scans_->lease = std::move(lease);
}

async::Task<Result<Export::RowsPtr>> Export::next() {
    if (std::exchange(has_begun_, true)) {
        plan_.reset();
        result_.reset();
    }
    while (ready_.empty()) {
        if (context_.is_stopping) co_return fail(Code::kCancelled, "The server stops.");
        co_await scan_ahead();
        if (scans_->pieces.empty()) co_return nullptr;
        auto piece = scans_->pieces.front();
        while (!piece->is_done) co_await scans_->changed.wait();
        if (piece->error) {
            ++context_.counters.exports_failed;
            co_return fail(*piece->error);
        }
        scans_->pieces.pop_front();
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
    while (scans_->pieces.size() < kExportSlicesAhead && !slices_.empty()) {
        if (!scans_->pieces.empty() && scans_->pieces.back()->error) break;
        auto piece = std::make_shared<Piece>();
        piece->slice = slices_.pop();
        if (piece->slice.is_unopened_segment()) {
            auto opened = co_await open_segment(piece->slice);
            if (opened) continue;
            piece->error = std::move(opened).error();
            piece->is_done = true;
            scans_->pieces.push_back(std::move(piece));
            break;
        }
        scans_->add(std::move(piece));
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

async::Task<void> Export::Scans::step() {
    auto piece = *std::ranges::find_if(pieces, is_waiting);
    piece->is_begun = true;
    ++running_;
    auto take = [&](const model::RowSource& source) -> Result<void> {
        TRY(auto rows, query_->export_rows(source));
        std::ranges::sort(rows.rows, std::greater(), &exec::ResultRow::order);
        piece->bytes += bytes_of(rows);
        if (!rows.rows.empty())
            piece->rows.push_back(std::make_shared<const exec::ResultRows>(std::move(rows)));
        return {};
    };
    auto outcome = co_await async::run_on(context_.loop, async::Lane::kSearch, [&] {
        return for_each_source(piece->slice, cancelled_, stats_, take);
    });
    --running_;
    auto& counters = context_.counters;
    counters.events_processed += outcome.events;
    counters.bytes_processed += outcome.raw_bytes;
    if (outcome.unreadable) {
        ++counters.segments_unreadable;
        outcome.fatal =
            Error{outcome.unreadable->code, unreadable(piece->slice, *outcome.unreadable).message};
    }
    finish(*piece, ended_ ? ended_ : std::move(outcome.fatal));
    if (is_done()) lease.reset();
}

}  // namespace logwood::search
