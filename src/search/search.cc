// The service: finds jobs by id, makes their plans, lets them run and forgets them.
#include "search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <ranges>
#include <utility>

#include "search/export.h"
#include "search/job.h"
#include "search/limits.h"
#include "search/live_feed.h"
#include "search/live_job.h"
#include "search/prepare.h"
#include "search/scheduler.h"
#include "search/spill_file.h"

namespace logwood::search {

namespace {

std::unexpected<Error> no_such_job() {
    return fail(Code::kNotFound, "The query job does not exist or has expired.");
}

Error incomplete(const std::vector<Missing>& missing) {
    auto more = missing.size() > 1 ? fmt::format(" (and {} more)", missing.size() - 1) : "";
    return {Code::kUnavailable, missing[0].message + more};
}

std::vector<Missing> all_missing(const Plans& plans) {
    auto all = plans.query.missing;
    for (auto& plan : plans.inputs) std::ranges::copy(plan.missing, std::back_inserter(all));
    return all;
}

}  // namespace

Search::Search(async::Runtime& runtime, Data& data, SearchOptions options)
    : runtime_(runtime),
      data_(data),
      options_(std::move(options)),
      scheduler_(std::make_unique<Scheduler>(runtime.loop, options_.workers)),
      feed_(std::make_unique<LiveFeed>(runtime, data, *scheduler_, counters_)),
      exports_changed_(runtime.loop),
      gate_(runtime.loop) {}

Search::~Search() = default;

void Search::start() {
    scheduler_->start();
    feed_->start();
    gate_.spawn(expire_jobs());
    gate_.spawn(limit_memory());
}

async::Task<void> Search::stop() {
    stopping_ = true;
    for (auto& job : jobs_ | std::views::values) job->cancel();
    co_await feed_->stop();
    co_await scheduler_->stop();
    co_await gate_.close();
    while (exports() > 0) co_await exports_changed_.wait();
    jobs_.clear();
}

std::size_t Search::exports() const {
    auto counts = exports_ | std::views::values;
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::string Search::new_id() {
    static constexpr std::string_view kDigits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static constexpr std::size_t kIdDigits = 24;
    auto id = fmt::format("{}-", options_.host_number);
    for (std::size_t i = 0; i < kIdDigits; ++i)
        id += kDigits[runtime_.random.below(kDigits.size())];
    return id;
}

std::shared_ptr<AnyJob> Search::find(std::string_view scope_name, std::string_view id) const {
    auto at = jobs_.find(id);
    if (at == jobs_.end() || at->second->scope().name != scope_name) return nullptr;
    return at->second;
}

Result<PreparedQuery> Search::prepare_for(const Scope& scope, const QueryInput& input,
                                          Purpose purpose) {
    // Scans ask for names on other threads, so they are looked up now.
    auto names = std::make_shared<std::map<RepoId, std::string>>();
    auto now = runtime_.loop.utc_now();
    auto add_names = [this, names](const Scope& of) {
        for (auto repo : of.repos) (*names)[repo] = data_.repo_name(repo);
    };
    add_names(scope);
    exec::CompileOptions options;
    options.repo_name = [names](RepoId repo) {
        auto at = names->find(repo);
        return at == names->end() ? std::string() : at->second;
    };
    options.view = [this, add_names, now, may_search = input.may_search](
                       std::string_view name) -> Result<exec::OtherView> {
        if (may_search) TRY_OK(may_search(name));
        TRY(auto other, data_.resolve(name));
        add_names(other);
        if (!other.age_max) return exec::OtherView();
        return exec::OtherView{.oldest = now - *other.age_max};
    };
    options.saved_query = [this, scope](std::string_view name) {
        return data_.saved_query(scope, name);
    };
    options.lookups = data_.lookups(scope);
    std::shared_ptr<SpillFile> spill;
    if (!options_.spill_directory.empty() && !input.is_live)
        spill = std::make_shared<SpillFile>(runtime_.files, options_.spill_directory,
                                            std::to_string(++spill_files_));
    options.spill = spill;
    TRY(auto prepared, prepare(input, now, purpose, scope.age_max, std::move(options)));
    prepared.spill = std::move(spill);
    return prepared;
}

Result<CreatedJob> Search::create(std::string_view scope_name, QueryInput input) {
    auto refuse = [this](Error error) {
        ++counters_.jobs_refused;
        return fail(std::move(error));
    };
    if (stopping_) return refuse({Code::kUnavailable, "The server stops."});
    auto scope = data_.resolve(scope_name);
    if (!scope) return refuse(std::move(scope).error());
    if (jobs_.size() >= kJobsMax)
        return refuse(
            {Code::kUnavailable,
             fmt::format("This server runs {} query jobs, as many as it may.", kJobsMax)});
    if (input.is_live && live_jobs() >= kLiveJobsMax)
        return refuse(
            {Code::kUnavailable,
             fmt::format("This server runs {} live queries, as many as it may.", kLiveJobsMax)});
    auto prepared = prepare_for(*scope, input, Purpose::kJob);
    if (!prepared) return refuse(std::move(prepared).error());
    ++counters_.jobs_created;
    CreatedJob created{.id = new_id(), .query_on_view = prepared->text, .is_live = input.is_live};
    auto job = input.is_live
                   ? start_live_job(*std::move(scope), *std::move(prepared), std::move(input))
                   : start_job(*std::move(scope), *std::move(prepared));
    jobs_.emplace(created.id, std::move(job));
    return created;
}

std::shared_ptr<AnyJob> Search::start_job(Scope scope, PreparedQuery prepared) {
    auto job =
        std::make_shared<Job>(runtime_.loop, std::move(scope), std::move(prepared), counters_);
    gate_.spawn(plan_job(job));
    return job;
}

std::shared_ptr<AnyJob> Search::start_live_job(Scope scope, PreparedQuery prepared,
                                               QueryInput input) {
    ++counters_.live_jobs_created;
    LiveJob::Context context{.loop = runtime_.loop,
                             .data = data_,
                             .scheduler = *scheduler_,
                             .feed = *feed_,
                             .counters = counters_,
                             .expiry = options_.live_expiry};
    auto prepare = [this, input = std::move(input)](const Scope& current) {
        return prepare_for(current, input, Purpose::kJob);
    };
    auto job = std::make_shared<LiveJob>(context, std::move(scope), std::move(prepared),
                                         std::move(prepare));
    scheduler_->add(job);
    feed_->add(job);
    return job;
}

std::size_t Search::live_jobs() const {
    auto is_live = [](auto& entry) {
        return dynamic_cast<LiveJob*>(entry.second.get()) != nullptr;
    };
    return static_cast<std::size_t>(std::ranges::count_if(jobs_, is_live));
}

Result<Plans> Search::try_plans(const Scope& scope, const PreparedQuery& prepared) {
    Plans plans{.query = data_.plan(scope, prepared.event_times, *prepared.query), .inputs = {}};
    for (auto& input : prepared.inputs) {
        auto looked_at = scope;
        if (input.view) {
            TRY(looked_at, data_.resolve(*input.view));
        }
        plans.inputs.push_back(data_.plan(looked_at, input.query->event_times(), *input.query));
    }
    return plans;
}

async::Task<Result<Plans>> Search::make_plans(Scope scope, PreparedQuery prepared) {
    auto deadline = runtime_.loop.now() + kCutPatience;
    auto behind = co_await data_.catch_up(deadline);
    for (;;) {
        CO_TRY(auto plans, try_plans(scope, prepared));
        bool may_improve =
            plans.query.may_improve || std::ranges::any_of(plans.inputs, &Plan::may_improve);
        if (!may_improve || stopping_ || runtime_.loop.now() >= deadline) {
            std::ranges::move(behind, std::back_inserter(plans.query.missing));
            co_return plans;
        }
        ++counters_.replans;
        co_await gate_.pause_for(kReplanEvery);
    }
}

async::Task<void> Search::plan_job(std::shared_ptr<Job> job) {
    auto plans = co_await make_plans(job->scope(), job->prepared());
    if (!plans) {
        job->abort(std::move(plans).error());
        co_return;
    }
    job->set_plans(*std::move(plans));
    scheduler_->add(std::move(job));
}

async::Task<Result<JobView>> Search::poll(std::string scope_name, std::string id,
                                          PollOptions options) {
    auto job = find(scope_name, id);
    if (!job) co_return no_such_job();
    auto view = co_await job->view(options);
    view.host_number = options_.host_number;
    co_return view;
}

Result<void> Search::remove(std::string_view scope_name, std::string_view id) {
    auto job = find(scope_name, id);
    if (!job) return no_such_job();
    job->give_up({Code::kCancelled, "The query was cancelled."});
    jobs_.erase(jobs_.find(id));
    return {};
}

async::Task<void> Search::limit_memory() {
    while (!gate_.closing()) {
        while (end_largest()) ++counters_.jobs_too_large;
        co_await gate_.pause_for(kHeldCheckEvery);
    }
}

/// When all queries hold too much: stops the one that holds most, or forgets its result.
bool Search::end_largest() {
    std::size_t held = 0;
    std::size_t most = 0;
    std::shared_ptr<Work> largest;
    auto note = [&](const std::shared_ptr<Work>& work) {
        auto bytes = work->held_bytes();
        held += bytes;
        if (bytes <= most) return;
        most = bytes;
        largest = work;
    };
    for (auto& work : scheduler_->unfinished()) note(work);
    for (auto& job : jobs_ | std::views::values)
        if (job->is_done()) note(job);
    if (held <= options_.held_bytes_max || !largest) return false;
    std::erase_if(jobs_,
                  [&](auto& entry) { return entry.second == largest && largest->is_done(); });
    largest->give_up({Code::kTooLarge,
                      "All queries of this server together need too much memory, and this one "
                      "needs most of it: narrow it by filters, fewer groups or a smaller limit."});
    return true;
}

async::Task<void> Search::expire_jobs() {
    while (!gate_.closing()) {
        counters_.jobs_expired += std::erase_if(jobs_, [&](auto& entry) {
            auto& job = *entry.second;
            if (!job.is_expired()) return false;
            job.give_up({Code::kCancelled, "Nobody asks for the query any more."});
            return true;
        });
        co_await gate_.pause_for(kExpirySweep);
    }
}

/// Counts an export for as long as the result lives.
std::shared_ptr<const void> Search::lease_export(std::string scope_name) {
    ++exports_[scope_name];
    ++counters_.exports_started;
    return {nullptr, [this, scope_name = std::move(scope_name)](const void*) {
                auto at = exports_.find(scope_name);
                if (--at->second == 0) exports_.erase(at);
                exports_changed_.notify();
            }};
}

async::Task<Result<std::unique_ptr<Export>>> Search::start_export(std::string scope_name,
                                                                  QueryInput input) {
    if (stopping_) co_return fail(Code::kUnavailable, "The server stops.");
    CO_TRY(auto scope, data_.resolve(scope_name));
    CO_TRY(auto prepared, prepare_for(scope, input, Purpose::kExport));
    auto running = exports_.find(scope_name);
    if (running != exports_.end() && running->second >= kExportsPerScopeMax)
        co_return fail(Code::kUnavailable, fmt::format("{} exports of {} run, as many as may.",
                                                       kExportsPerScopeMax, scope_name));
    auto lease = lease_export(scope_name);
    auto made = co_await make_export(std::move(scope), std::move(prepared));
    if (made)
        (*made)->adopt("IQ-" + new_id(), std::move(lease));
    else
        ++counters_.exports_failed;
    co_return made;
}

async::Task<Result<std::unique_ptr<Export>>> Search::make_export(Scope scope,
                                                                 PreparedQuery prepared) {
    auto& loop = runtime_.loop;
    auto query = prepared.query;
    auto interval = prepared.event_times;
    CO_TRY(auto plans, co_await make_plans(scope, prepared));
    if (auto missing = all_missing(plans); !missing.empty()) co_return fail(incomplete(missing));
    ExportContext context{loop, *scheduler_, counters_, stopping_, scope};
    if (!query->is_aggregate() && !prepared.inputs.empty()) {
        // Alone first: only with their rows is it known what the query does to a row.
        auto inputs = std::make_shared<Job>(loop, scope, prepared, counters_);
        Plans alone{.query = {}, .inputs = std::exchange(plans.inputs, {})};
        CO_TRY_OK(co_await complete_result(std::move(inputs), std::move(alone)));
        prepared.inputs.clear();
    }
    if (is_exportable(*query))
        co_return std::make_unique<Export>(context, query, std::move(plans.query), interval);
    auto job = std::make_shared<Job>(loop, std::move(scope), std::move(prepared), counters_);
    CO_TRY(auto result, co_await complete_result(std::move(job), std::move(plans)));
    co_return std::make_unique<Export>(context, query, std::move(result));
}

async::Task<Result<std::shared_ptr<const exec::ResultRows>>> Search::complete_result(
    std::shared_ptr<Job> job, Plans plans) {
    plans.query.lost.clear();
    for (auto& plan : plans.inputs) plan.lost.clear();
    job->set_plans(std::move(plans));
    scheduler_->add(job);
    co_await job->wait_done(MonoTime::never());
    if (job->failure()) co_return fail(*job->failure());
    if (!job->missing().empty()) co_return fail(incomplete(job->missing()));
    co_return job->result();
}

}  // namespace logwood::search
