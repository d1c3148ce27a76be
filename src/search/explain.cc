// Explains a query by making its plan, and a second one over all times to tell what time alone
// leaves out.
#include "search/explain.h"

#include <utility>

#include "search/job.h"
#include "search/limits.h"
#include "search/prepare.h"
#include "search/scheduler.h"
#include "search/search.h"

namespace logwood::search {

namespace {

/// Counts what a plan looks at. Opens segments one after another, as long as there are not many.
async::Task<void> count_row_groups(const Plan& plan, const model::TimeRange& event_times,
                                   Explanation& explanation) {
    auto& groups = explanation.row_groups;
    std::size_t opened_count = 0;
    for (auto& segment : plan.segments) {
        if (opened_count == kExplainOpenMax) {
            ++groups.segments_not_opened;
            continue;
        }
        ++opened_count;
        auto opened = co_await segment->open();
        if (!opened) {
            ++groups.segments_not_opened;
            continue;
        }
        for (std::size_t i = 0; i < (*opened)->row_groups(); ++i) {
            ++groups.total;
            if (!(*opened)->bounds(i).overlaps(event_times)) {
                ++groups.pruned_by_time;
                continue;
            }
            ++groups.read;
            groups.raw_bytes += (*opened)->raw_bytes(i);
        }
    }
}

}  // namespace

async::Task<Result<Explanation>> Search::explain(std::string scope_name, QueryInput input,
                                                 bool runs) {
    if (stopping_) co_return fail(Code::kUnavailable, "The server stops.");
    CO_TRY(auto scope, data_.resolve(scope_name));
    CO_TRY(auto prepared, prepare_for(scope, input, Purpose::kJob));
    auto outline = exec::outline(prepared.full_text, prepared.options);
    if (!outline) co_return fail(Code::kInvalidArgument, describe(outline.error()));
    Explanation explanation{.outline = *std::move(outline)};
    explanation.event_times = prepared.event_times;
    explanation.ingest_times = prepared.query->ingest_times();
    auto query = prepared.query;
    CO_TRY(auto plans, co_await make_plans(scope, prepared));
    auto& plan = plans.query;
    auto everything = data_.plan(scope, {}, *query);
    auto& segments = explanation.segments;
    segments.read = plan.segments.size();
    segments.pruned_by_tags = everything.segments_pruned;
    segments.total = everything.segments.size() + everything.segments_pruned;
    auto kept = segments.read + segments.pruned_by_tags;
    segments.pruned_by_time = segments.total > kept ? segments.total - kept : 0;
    everything = {};
    explanation.records = {.pruned = plan.records_pruned, .read = plan.records.size()};
    explanation.missing = plan.missing;
    co_await count_row_groups(plan, prepared.event_times, explanation);
    if (!runs) co_return explanation;
    auto job =
        std::make_shared<Job>(runtime_.loop, std::move(scope), std::move(prepared), counters_);
    job->set_plans(std::move(plans));
    scheduler_->add(job);
    if (!co_await job->wait_done(runtime_.loop.now() + kExplainRunMax)) job->cancel();
    explanation.run = co_await job->view({});
    co_return explanation;
}

}  // namespace logwood::search
