// A job's life: plan, slices (each scanned on the search lane into a state of its own), and at the
// end one merge and finish. What could not be read is kept in `missing_`; an error of the query
// itself stops the job, which then is done and cancelled.
#include "search/job.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "exec/work_limit.h"
#include "search/around.h"
#include "search/limits.h"
#include "search/page.h"

namespace logwood::search {

namespace {

/// Merges the states of an input's pass, and lets it take what they make.
Result<std::vector<exec::Warning>> give(const exec::Input& input, std::vector<Partials> states) {
    auto& query = *input.query;
    auto state = states.empty() ? query.start() : std::move(states.back()[0]);
    for (std::size_t i = 0; i + 1 < states.size(); ++i) TRY_OK(query.merge(*state, *states[i][0]));
    TRY(auto rows, query.finish(*state));
    TRY(auto warnings, input.take(rows));
    std::ranges::move(rows.warnings, std::back_inserter(warnings));
    return warnings;
}

}  // namespace

Job::Job(async::Loop& loop, Scope scope, PreparedQuery prepared, Counters& counters)
    : loop_(loop),
      scope_(std::move(scope)),
      prepared_(std::move(prepared)),
      counters_(counters),
      refreshing_(loop),
      done_changed_(loop),
      started_(loop.now()),
      last_poll_(loop.now()) {
    queries_.push_back(prepared_.query);
    if (prepared_.newer) queries_.push_back(prepared_.newer);
    if (prepared_.counting && prepared_.counting != prepared_.query)
        queries_.push_back(prepared_.counting);
    results_.assign(queries_.size(), std::make_shared<const exec::ResultRows>());
}

void Job::set_plans(Plans plans) {
    ASSERT(plans.inputs.size() == prepared_.inputs.size());
    plan_version_ = plans.query.version;
    cuts_ = plans.query.cuts;
    started_scanning_ = loop_.now();
    for (std::size_t i = 0; i < plans.inputs.size(); ++i) {
        auto& input = prepared_.inputs[i];
        add_pass(std::move(plans.inputs[i]), &input, {input.query}, input.query->event_times());
    }
    add_pass(std::move(plans.query), nullptr, queries_, prepared_.event_times);
}

void Job::add_pass(Plan plan, const exec::Input* input, Queries queries,
                   const model::TimeRange& event_times) {
    note_missing(std::exchange(plan.missing, {}));
    note_missing(std::exchange(plan.lost, {}));
    bool wants_oldest_first = queries.size() == 1 && queries[0]->wants_oldest_first();
    passes_.push_back(
        {input, std::move(queries), SliceQueue(std::move(plan), event_times, progress_)});
    if (wants_oldest_first) passes_.back().slices.turn_oldest_first();
}

/// Several passes may lack the same.
void Job::note_missing(std::vector<Missing> missing) {
    for (auto& one : missing) {
        auto is_same = [&](const Missing& known) {
            return known.code == one.code && known.message == one.message;
        };
        bool may_be_known = !prepared_.inputs.empty();
        if (!may_be_known || std::ranges::none_of(missing_, is_same))
            missing_.push_back(std::move(one));
    }
}

bool Job::has_work() const {
    if (is_done_ || is_finishing_ || !has_plan()) return false;
    return wants_refresh_ || !pass().slices.empty() || running_ == 0;
}

void Job::cancel() { abort({Code::kCancelled, "The query was cancelled."}); }

void Job::abort(Error error) {
    stop(std::move(error));
    if (running_ == 0 && !is_finishing_) {
        is_done_ = true;
        ended_ = loop_.now();
        done_changed_.notify();
    }
}

void Job::stop(Error error) {
    if (is_done_ || failure_) return;
    failure_ = std::move(error);
    cancelled_.store(true, std::memory_order_relaxed);
}

std::size_t Job::held_bytes() const {
    if (is_given_up_) return 0;
    auto bytes = busy_bytes_ + result_bytes_;
    for (auto* states : {&idle_, &given_})
        for (auto& state : *states) bytes += memory_of(state);
    return bytes;
}

void Job::give_up(Error error) {
    is_given_up_ = true;
    idle_.clear();
    given_.clear();
    results_.assign(queries_.size(), std::make_shared<const exec::ResultRows>());
    beside_ = nullptr;
    result_bytes_ = 0;
    abort(std::move(error));
}

/// True when the slices left cannot change the result, or nobody wants them any more.
bool Job::end_early() const {
    if (failure_ || (is_last_pass() && meets_done_criteria())) return true;
    auto& [input, queries, slices] = pass();
    auto bounds = slices.front().bounds;
    auto is_settled = [&](const Partials& state) {
        return slices.is_oldest_first() ? are_settled_after(queries, state, bounds.min_ns)
                                        : are_settled_before(queries, state, bounds.max_ns);
    };
    return std::ranges::any_of(idle_, is_settled) || std::ranges::any_of(given_, is_settled);
}

Partials Job::idle_state() {
    if (idle_.empty()) return start_all(pass().queries);
    auto state = std::move(idle_.back());
    idle_.pop_back();
    return state;
}

void Job::return_state(Partials state) {
    if (is_given_up_) return;
    is_changed_ = true;
    if (wanted_ == 0) return idle_.push_back(std::move(state));
    --wanted_;
    given_.push_back(std::move(state));
}

bool Job::meets_done_criteria() const {
    auto& criteria = prepared_.done_criteria;
    if (!criteria) return false;
    auto fraction = static_cast<double>(progress_.work_done) /
                    static_cast<double>(std::max<std::uint64_t>(progress_.work_total, 1));
    // Rows of an aggregate are counted when somebody looks at them; events are rows at once.
    auto rows = std::uint64_t{results_[0]->rows.size()};
    if (!prepared_.query->is_aggregate()) rows = std::max(rows, progress_.matched);
    return (criteria->fraction_scanned && fraction >= *criteria->fraction_scanned) ||
           (criteria->matched_events && progress_.matched >= *criteria->matched_events) ||
           (criteria->result_rows && rows >= *criteria->result_rows);
}

async::Task<void> Job::step() {
    auto keep = shared_from_this();
    if (std::exchange(wants_refresh_, false) && !failure_) {
        co_await refresh();
        ++refreshes_;
        done_changed_.notify();
        co_return;
    }
    // The pass does not change while a slice of it is under way.
    auto& slices = pass().slices;
    if (!slices.empty() && end_early()) slices.skip_all();
    if (!slices.empty()) {
        auto slice = slices.pop();
        ++running_;
        if (slice.is_unopened_segment())
            co_await open_segment(std::move(slice));
        else
            co_await scan_slice(std::move(slice));
        --running_;
        if (!slices.empty() && end_early()) slices.skip_all();
    }
    if (!slices.empty() || running_ > 0 || is_finishing_ || is_done_) co_return;
    if (!is_last_pass()) co_await end_pass();
    // Whoever cancelled the job may wait for its end, and no worker may come again.
    if (failure_) pass().slices.skip_all();
    if (is_last_pass() && pass().slices.empty()) co_await finalise();
}

/// An error of the pass under way.
Error Job::in_pass(Error error) const {
    if (is_last_pass()) return error;
    return std::move(error).with_context("In " + pass().input->name);
}

/// Gives the input what its pass found, and goes on to the next pass; after a failure to the last.
async::Task<void> Job::end_pass() {
    is_finishing_ = true;
    auto states = std::exchange(idle_, {});
    auto& input = *pass().input;
    if (!failure_) {
        std::size_t bytes = 0;
        for (auto& state : states) bytes += memory_of(state);
        busy_bytes_ += bytes;
        auto taken = co_await async::run_on(loop_, async::Lane::kSearch, [&] {
            exec::WorkLimit limit(&is_given_up_, kWorkCpuMax);
            return give(input, std::move(states));
        });
        busy_bytes_ -= bytes;
        if (taken)
            std::ranges::move(*taken, std::back_inserter(input_warnings_));
        else
            stop(in_pass(std::move(taken).error()));
    }
    passes_.pop_front();
    for (; failure_ && !is_last_pass(); passes_.pop_front()) pass().slices.skip_all();
    is_finishing_ = false;
}

async::Task<void> Job::open_segment(Slice slice) {
    auto opened = co_await slice.unit->segment->open();
    if (opened) {
        ++counters_.segments_opened;
        pass().slices.add_row_groups(slice, *std::move(opened));
        co_return;
    }
    note_unreadable(slice, opened.error());
    pass().slices.finish(slice);
}

async::Task<void> Job::scan_slice(Slice slice) {
    auto state = idle_state();
    auto matched_before = state[0]->matched();
    auto bytes_before = memory_of(state);
    busy_bytes_ += bytes_before;
    auto outcome = co_await async::run_on(loop_, async::Lane::kSearch, [&] {
        return scan(slice, pass().queries, state, cancelled_, stats_);
    });
    busy_bytes_ -= bytes_before;
    if (is_last_pass()) progress_.matched += state[0]->matched() - matched_before;
    progress_.events_processed += outcome.events;
    progress_.bytes_processed += outcome.raw_bytes;
    progress_.blocks_read += outcome.blocks;
    counters_.events_processed += outcome.events;
    counters_.bytes_processed += outcome.raw_bytes;
    if (outcome.unreadable) note_unreadable(slice, *outcome.unreadable);
    if (outcome.fatal) stop(in_pass(*std::move(outcome.fatal)));
    return_state(std::move(state));
    pass().slices.finish(slice);
}

void Job::note_unreadable(const Slice& slice, const Error& error) {
    ++counters_.segments_unreadable;
    note_missing({unreadable(slice, error)});
}

struct Job::Finished {
    Partials state;
    std::vector<std::shared_ptr<const exec::ResultRows>> results;
    std::size_t bytes = 0;  ///< Of the results.
    std::shared_ptr<const exec::BesideRows> beside;
    std::optional<Error> error;

    template <typename T>
    std::optional<T> value_of(Result<T> made) {
        if (made) return *std::move(made);
        if (!error) error = std::move(made).error();
        return std::nullopt;
    }
};

/// Merges the idle states into one and makes results of it, in the last pass. One at a time.
async::Task<void> Job::refresh() {
    auto lock = co_await refreshing_.lock();
    if (has_plan() && !is_last_pass()) co_return;
    wanted_ = 0;
    auto states = std::exchange(idle_, {});
    std::ranges::move(std::exchange(given_, {}), std::back_inserter(states));
    if (!is_changed_ || states.empty()) {
        idle_ = std::move(states);
        co_return;
    }
    is_changed_ = false;
    std::size_t bytes_before = 0;
    for (auto& state : states) bytes_before += memory_of(state);
    busy_bytes_ += bytes_before;
    auto finished = co_await async::run_on(loop_, async::Lane::kSearch, [&] {
        exec::WorkLimit limit(&is_given_up_, kWorkCpuMax);
        Finished made{.state = std::move(states.back())};
        states.pop_back();
        for (std::size_t i = 0; i < queries_.size(); ++i) {
            for (auto& other : states) {
                auto merged = queries_[i]->merge(*made.state[i], *other[i]);
                if (!merged && !made.error) made.error = std::move(merged).error();
            }
            auto rows = made.value_of(queries_[i]->finish(*made.state[i]));
            if (rows) made.bytes += bytes_of(*rows);
            made.results.push_back(rows ? std::make_shared<exec::ResultRows>(*std::move(rows))
                                        : nullptr);
            if (queries_[i] != prepared_.counting) continue;
            if (auto beside = made.value_of(queries_[i]->finish_beside(*made.state[i])))
                made.beside = std::make_shared<exec::BesideRows>(*std::move(beside));
        }
        if (prepared_.around && !made.error)
            made.results[0] = std::make_shared<exec::ResultRows>(
                combine_neighbours(*made.results[0], *made.results[1], *prepared_.around));
        return made;
    });
    busy_bytes_ -= bytes_before;
    if (is_given_up_) co_return;
    if (finished.error) co_return stop(*std::move(finished.error));
    idle_.push_back(std::move(finished.state));
    results_ = std::move(finished.results);
    result_bytes_ = finished.bytes;
    beside_ = std::move(finished.beside);
}

async::Task<void> Job::finalise() {
    is_finishing_ = true;
    if (idle_.empty()) idle_.push_back(start_all(queries_));
    is_changed_ = true;
    if (!is_given_up_) co_await refresh();
    if (!keeps_state_) idle_.clear();
    prepared_.spill = nullptr;
    is_done_ = true;
    ended_ = loop_.now();
    if (failure_) ++counters_.jobs_stopped;
    if (!missing_.empty()) ++counters_.jobs_incomplete;
    done_changed_.notify();
}

Partials Job::take_state() {
    ASSERT(is_done_ && !failure_ && idle_.size() == 1);
    auto state = std::move(idle_.back());
    idle_.clear();
    return state;
}

bool Job::is_expired() const { return polls_ == 0 && loop_.now() - last_poll_ >= kJobExpiry; }

async::Task<bool> Job::wait_done(MonoTime deadline) {
    while (!is_done_)
        if (!co_await done_changed_.wait_until(deadline)) break;
    co_return is_done_;
}

async::Task<JobView> Job::view(const PollOptions& options) {
    auto keep = shared_from_this();
    ++polls_;
    bool wants_result = !options.only_heartbeat && !prepared_.hides_until_done;
    if (wants_result && has_plan() && is_last_pass()) wanted_ = running_;
    if (!is_done_) co_await wait_done(loop_.now() + kPollGrace);
    if (wants_result) co_await show_more(loop_.now() + kRefreshPatience);
    --polls_;
    last_poll_ = loop_.now();
    co_return snapshot(options);
}

/// Has a step make results of what was found so far, and waits for them.
async::Task<void> Job::show_more(MonoTime deadline) {
    if (is_done_ || !is_changed_ || !is_last_pass()) co_return;
    wants_refresh_ = true;
    auto before = refreshes_;
    while (!is_done_ && refreshes_ == before)
        if (!co_await done_changed_.wait_until(deadline)) break;
}

Progress Job::progress() const {
    auto progress = progress_;
    progress.bytes_read = stats_.bytes_read.load(std::memory_order_relaxed);
    progress.bytes_skipped = stats_.bytes_skipped.load(std::memory_order_relaxed);
    return progress;
}

JobView Job::snapshot(const PollOptions& options) const {
    JobView view;
    view.done = is_done_;
    view.cancelled = is_done_ && failure_.has_value();
    view.is_aggregate = !prepared_.query->gives_events() && !prepared_.around;
    view.result = results_[0];
    if (!options.only_heartbeat) view.page = page_of(*view.result, options);
    view.beside = beside_;
    view.has_more_events = !view.is_aggregate && progress_.matched > view.result->rows.size();
    view.warnings = view.result->warnings;
    std::ranges::copy(input_warnings_, std::back_inserter(view.warnings));
    if (beside_ && beside_->fields)
        std::ranges::copy(beside_->fields->warnings, std::back_inserter(view.warnings));
    if (view.cancelled) view.warnings.push_back({"QueryStopped", failure_->message});
    view.missing = missing_;
    view.progress = progress();
    view.interval = prepared_.interval;
    view.interval_zone = prepared_.interval_zone;
    view.filter = prepared_.filter;
    view.queued = (started_scanning_ ? *started_scanning_ : loop_.now()) - started_;
    view.plan_version = plan_version_;
    view.cuts = cuts_;
    view.elapsed = (is_done_ ? ended_ : loop_.now()) - started_;
    view.poll_after = is_done_ ? kPollAfterDone : kPollAfterRunning;
    return view;
}

}  // namespace logwood::search
