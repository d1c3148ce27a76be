// Workers and polls take turns on the state, one at a time. A restart puts another Run in place of
// the old one; who still works on that finds out afterwards.
#include "search/live_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "exec/work_limit.h"
#include "search/limits.h"
#include "search/live_feed.h"
#include "search/page.h"
#include "search/scheduler.h"

namespace logwood::search {

/// Until when a state is brought, and how far back it goes.
struct LiveJob::Moment {
    UtcTime end;
    UtcTime now;
    UtcTime oldest;
    UtcTime limit = UtcTime::min();  ///< Of retention.
};

/// The state from one start to the next restart.
struct LiveJob::Run {
    PreparedQuery prepared;
    std::unique_ptr<exec::Partial> state;  ///< A LiveWindow.
    std::shared_ptr<Job> history;
    bool is_whole = false;  ///< The history is in the state.
    std::uint64_t plan_version = 0;
    std::vector<PartitionCut> cuts;
    std::vector<Missing> missing;
    Progress progress;  ///< Of the live part.
    /// Events of the history whose time has not come: still to be looked for, and found.
    Progress ahead_progress;
    std::optional<SliceQueue> ahead;
    HeldRows held{kHeldBytesMax};
    UtcTime end;  ///< Held events before this are in the state.
    segment::ReadStats stats;
    std::atomic<bool> is_cancelled{false};

    LiveWindow& window() const { return static_cast<LiveWindow&>(*state); }

    Result<void> take(const MicroBatch& batch, UtcTime now) {
        if (batch.bounds().max_ns < window().start().ns || !batch.may_match(*prepared.query))
            return {};
        return window().add(*batch.source(), batch.times(), now);
    }

    /// Brings the state to the moment, with these batches. Search lane.
    Result<void> advance(const Arrivals& arrivals, const Moment& to) {
        window().slide(to.oldest, to.limit);
        if (to.end > end && ahead->empty()) {
            for (auto& [batch, sequence] : held.release({end, to.end}))
                TRY_OK(take(*batch, to.now));
            end = to.end;
        }
        for (auto& arrival : arrivals) {
            if (is_cancelled.load(std::memory_order_relaxed)) break;
            TRY_OK(take(*arrival.batch, to.now));
        }
        return {};
    }

    /// Adds the history, once it is done. Search lane.
    Result<void> absorb(Partials past) {
        TRY_OK(prepared.query->merge(*state, *past[0]));
        is_whole = true;
        return {};
    }

    Result<std::shared_ptr<const LiveResult>> finish(const Moment& at) {
        TRY_OK(advance({}, at));
        auto& query = static_cast<const LiveQuery&>(*prepared.query);
        TRY(auto result, query.finish_at(window(), at.end, at.now));
        return std::make_shared<const LiveResult>(std::move(result));
    }
};

LiveJob::LiveJob(Context context, Scope scope, PreparedQuery prepared, Prepare prepare)
    : context_(context),
      scope_(std::move(scope)),
      prepared_(std::move(prepared)),
      prepare_(std::move(prepare)),
      state_lock_(context.loop),
      worked_(context.loop),
      shown_(prepared_.interval),
      started_(context.loop.now()),
      last_poll_(context.loop.now()) {}

void LiveJob::begin(PreparedQuery prepared, Plan plan, Plan ahead, std::uint64_t joined_at) {
    auto run = std::make_shared<Run>();
    prepared_ = prepared;
    run->state = prepared.query->start();
    run->end = prepared.interval.end;
    run->plan_version = plan.version;
    run->cuts = plan.cuts;
    run->ahead.emplace(std::move(ahead), model::TimeRange{.start = run->end}, run->ahead_progress);
    run->history = std::make_shared<Job>(context_.loop, scope_, prepared, context_.counters);
    run->history->keep_state();
    run->history->set_plan(std::move(plan));
    run->prepared = std::move(prepared);
    context_.scheduler.add(run->history);
    run_ = std::move(run);
    joined_at_ = joined_at;
    awaited_.clear();
}

void LiveJob::deliver(std::shared_ptr<const MicroBatch> batch) {
    if (failure_) return;
    backlog_bytes_ += batch->raw_bytes();
    inbox_.push_back({std::move(batch), context_.loop.now()});
}

Duration LiveJob::lag() const {
    return inbox_.empty() ? Duration{} : context_.loop.now() - inbox_.front().at;
}

void LiveJob::restart(const std::string& why) {
    auto now = context_.loop.now();
    while (!restarts_.empty() && now - restarts_.front() > kLiveRestartsWithin)
        restarts_.pop_front();
    restarts_.push_back(now);
    if (restarts_.size() > kLiveRestartsMax)
        return stop({Code::kUnavailable,
                     fmt::format("The live query had to be built anew too often: {}.", why)});
    restart_reason_ = why;
    if (run_) {
        run_->is_cancelled = true;
        run_->history->cancel();
    }
    run_.reset();
    inbox_.clear();
    backlog_bytes_ = 0;
}

void LiveJob::stop(Error error) {
    if (failure_) return;
    if (error.code != Code::kCancelled) ++context_.counters.jobs_stopped;
    failure_ = std::move(error);
    if (run_) {
        run_->is_cancelled = true;
        run_->history->cancel();
    }
    inbox_.clear();
    backlog_bytes_ = 0;
    worked_.notify();
}

void LiveJob::cancel() { stop({Code::kCancelled, "The query was cancelled."}); }

bool LiveJob::has_work() const {
    if (failure_ || is_busy_ || refreshing_ > 0 || !run_) return false;
    return !inbox_.empty() || !run_->ahead->empty() ||
           (!run_->is_whole && run_->history->is_done());
}

LiveJob::Moment LiveJob::moment() const {
    auto end = std::max(context_.feed.end(), run_->prepared.interval.end);
    Moment at{
        .end = end, .now = context_.loop.utc_now(), .oldest = end - run_->prepared.live->span};
    if (scope_.age_max) at.limit = end - *scope_.age_max;
    return at;
}

LiveJob::Arrivals LiveJob::take_arrivals() {
    Arrivals taken;
    for (std::size_t rows = 0; !inbox_.empty() && rows < kLiveStepRows;) {
        rows += inbox_.front().batch->rows();
        backlog_bytes_ -= inbox_.front().batch->raw_bytes();
        taken.push_back(std::move(inbox_.front()));
        inbox_.pop_front();
    }
    return taken;
}

/// Looks through one slice of the history for events whose time is still to come.
async::Task<void> LiveJob::hold_ahead(std::shared_ptr<Run> run) {
    auto slice = run->ahead->pop();
    std::optional<Error> unreadable_why;
    if (slice.is_unopened_segment()) {
        auto opened = co_await slice.unit->segment->open();
        if (opened) co_return run->ahead->add_row_groups(slice, *std::move(opened));
        unreadable_why = std::move(opened).error();
    } else {
        auto outcome = co_await async::run_on(context_.loop, async::Lane::kSearch, [&] {
            return for_each_source(slice, run->is_cancelled, run->stats, [&](auto& source) {
                return run->held.hold(source, run->prepared.interval.end, 0);
            });
        });
        unreadable_why = outcome.unreadable ? outcome.unreadable : outcome.fatal;
    }
    if (unreadable_why) run->missing.push_back(unreadable(slice, *unreadable_why));
    run->ahead->finish(slice);
}

/// The state of the history, once, when it is done and its events to come are held.
Partials LiveJob::take_history(Run& run) {
    if (run.is_whole || !run.ahead->empty() || !run.history->is_done()) return {};
    if (auto& failure = run.history->failure()) {
        stop(*failure);
        return {};
    }
    // What the log lost is asked for anew at each poll.
    for (auto& lacking : run.history->missing())
        if (lacking.code != "LogGap") run.missing.push_back(lacking);
    return run.history->take_state();
}

async::Task<void> LiveJob::work(std::shared_ptr<Run> run) {
    if (!run->ahead->empty()) co_await hold_ahead(run);
    if (run != run_ || failure_) co_return;
    auto past = take_history(*run);
    if (failure_) co_return;
    auto arrivals = take_arrivals();
    auto to = moment();
    auto begun = context_.loop.now();
    auto done = co_await async::run_on(context_.loop, async::Lane::kSearch, [&] {
        exec::WorkLimit limit(&run->is_cancelled, kWorkCpuMax);
        auto absorbed = past.empty() ? Result<void>() : run->absorb(std::move(past));
        return absorbed ? run->advance(arrivals, to) : absorbed;
    });
    cost_ += context_.loop.now() - begun;
    total_cost_ += context_.loop.now() - begun;
    for (auto& [batch, at] : arrivals) {
        run->progress.events_processed += batch->rows();
        run->progress.bytes_processed += batch->raw_bytes();
        ++run->progress.blocks_read;
    }
    if (run != run_) co_return;
    if (!done) stop(std::move(done).error());
    note_usage(*run);
}

async::Task<void> LiveJob::step() {
    auto keep = shared_from_this();
    is_busy_ = true;
    {
        auto lock = co_await state_lock_.lock();
        if (run_ && !failure_) co_await work(run_);
    }
    is_busy_ = false;
    worked_.notify();
}

void LiveJob::note_usage(const Run& run) {
    memory_ = run.held.memory() + run.window().memory();
    matched_ = run.window().matched();
    left_out_ = run.held.left_out();
}

/// Makes results of the state as it is.
async::Task<void> LiveJob::refresh() {
    ++refreshing_;
    {
        auto lock = co_await state_lock_.lock();
        if (auto run = run_; run && run->is_whole && !failure_) {
            auto at = moment();
            auto result = co_await async::run_on(context_.loop, async::Lane::kSearch, [&] {
                exec::WorkLimit limit(&run->is_cancelled, kWorkCpuMax);
                return run->finish(at);
            });
            if (run == run_ && result) {
                note_usage(*run);
                result_ = *std::move(result);
                shown_ = {.start = run->window().start(), .end = at.end};
            } else if (run == run_) {
                stop(std::move(result).error());
            }
        }
    }
    --refreshing_;
    context_.scheduler.wake();
}

bool LiveJob::is_expired() const {
    return polls_ == 0 && context_.loop.now() - last_poll_ >= context_.expiry;
}

/// The repository may be gone by now, or keep its events for another time.
void LiveJob::check_scope() {
    auto scope = context_.data.resolve(scope_.name);
    if (!scope || scope->repos != scope_.repos)
        return stop({Code::kNotFound, "The repository that was searched is not there any more."});
    scope_.age_max = scope->age_max;
}

/// Waits until the state has what was acknowledged, and makes the result. Gives what it lacks.
async::Task<std::vector<Missing>> LiveJob::bring_up() {
    auto deadline = context_.loop.now() + kLivePatience;
    auto missing = co_await context_.feed.catch_up(deadline);
    if (auto run = run_; run && !run->is_whole && !failure_) {
        (void)co_await run->history->wait_done(context_.loop.now() + kPollGrace);
        if (!run->history->is_done()) co_return missing;
    }
    auto is_behind = [&] { return !run_ || !run_->is_whole || is_busy_ || !inbox_.empty(); };
    while (!failure_ && is_behind())
        if (!co_await worked_.wait_until(deadline)) break;
    if (!failure_) co_await refresh();
    co_return missing;
}

async::Task<JobView> LiveJob::view(const PollOptions& options) {
    auto keep = shared_from_this();
    ++polls_;
    check_scope();
    std::vector<Missing> missing;
    if (!failure_ && !options.only_heartbeat) missing = co_await bring_up();
    auto run = run_;
    std::optional<JobView> of_history;
    if (run && !run->is_whole && !failure_) of_history = co_await run->history->view(options);
    --polls_;
    last_poll_ = context_.loop.now();
    auto view = snapshot(options, std::move(missing));
    if (of_history && !view.done) {
        view.result = std::move(of_history->result);
        view.page = std::move(of_history->page);
        view.beside = std::move(of_history->beside);
        view.has_more_events = of_history->has_more_events;
        view.warnings.insert(view.warnings.end(), of_history->warnings.begin(),
                             of_history->warnings.end());
        view.missing.insert(view.missing.end(), of_history->missing.begin(),
                            of_history->missing.end());
        view.progress = of_history->progress;
        view.interval = of_history->interval;
    }
    co_return view;
}

JobView LiveJob::snapshot(const PollOptions& options, std::vector<Missing> missing) const {
    JobView view;
    view.is_live = true;
    view.done = failure_ || (run_ && run_->is_whole);
    view.cancelled = failure_.has_value();
    view.is_aggregate = !prepared_.query->gives_events();
    view.result = {result_, &result_->rows};
    if (!options.only_heartbeat) view.page = page_of(*view.result, options);
    if (prepared_.counting) view.beside = {result_, &result_->beside};
    view.interval = shown_;
    view.filter = prepared_.filter;
    view.filter.start = shown_.start.ms();
    view.filter.end = shown_.end.ms();
    view.elapsed = context_.loop.now() - started_;
    view.live_cost = total_cost_;
    view.lag = lag();
    view.poll_after = view.done ? kPollAfterLive : kPollAfterRunning;
    view.missing = std::move(missing);
    std::ranges::copy(awaited_, std::back_inserter(view.missing));
    view.warnings = view.result->warnings;
    if (view.beside && view.beside->fields)
        std::ranges::copy(view.beside->fields->warnings, std::back_inserter(view.warnings));
    add_warnings(view);
    if (!run_) return view;
    view.progress = run_->progress;
    view.plan_version = run_->plan_version;
    view.cuts = run_->cuts;
    if (!run_->is_whole) return view;
    for (auto& cut : view.cuts) cut.end = std::max(cut.end, context_.feed.position(cut.partition));
    auto past = run_->history->progress();
    view.progress.work_total = past.work_total;
    view.progress.work_done = past.work_done;
    view.progress.events_processed += past.events_processed;
    view.progress.bytes_processed += past.bytes_processed;
    view.progress.bytes_read += past.bytes_read;
    view.progress.bytes_skipped += past.bytes_skipped;
    view.progress.blocks_read += past.blocks_read;
    view.progress.blocks_skipped = past.blocks_skipped;
    view.progress.matched = matched_;
    view.has_more_events = !view.is_aggregate && view.progress.matched > view.result->rows.size();
    for (auto& lost : context_.data.lost(shown_)) view.missing.push_back(std::move(lost));
    for (auto& lacking : run_->missing)
        if (!lacking.bounds || lacking.bounds->overlaps(shown_)) view.missing.push_back(lacking);
    return view;
}

void LiveJob::add_warnings(JobView& view) const {
    if (failure_) view.warnings.push_back({"QueryStopped", failure_->message});
    if (!view.done && !restart_reason_.empty())
        view.warnings.push_back({"LiveQueryRestarted", "The live query is being built anew, as " +
                                                           restart_reason_ + "."});
    if (auto left_out = context_.feed.left_out() + left_out_)
        view.warnings.push_back(
            {"LiveFutureEventsLeftOut",
             fmt::format("{} events of times far ahead will be missing when their time comes: "
                         "they are too many to be kept in memory until then.",
                         left_out)});
    std::size_t waiting = 0;
    for (auto& arrival : inbox_) waiting += arrival.batch->rows();
    if (view.done && waiting > 0)
        view.warnings.push_back(
            {"LiveQueryBehind",
             fmt::format("The result lacks what came in during the last {} ms: up to {} events "
                         "are still to be looked at.",
                         lag() / 1ms, waiting)});
}

}  // namespace logwood::search
