// Sub-queries compile like queries, over an interval of their own, and what they find is taken by
// the functions that asked for them.
#include "exec/plan/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/aggregate/row_order.h"
#include "exec/limits.h"
#include "exec/lookup/made_table.h"
#include "exec/time/time_zone.h"
#include "lang/catalogue/signature.h"
#include "lang/relative_time.h"

namespace logwood::exec {

bool lists_events(const lang::Pipeline& pipeline) {
    const lang::Call* only = nullptr;
    for (const auto& step : pipeline.steps) {
        const auto* call = step.as<lang::Call>();
        if (!call || !call->signature->makes_rows()) continue;
        if (only) return false;
        only = call;
    }
    return !only || only->signature->name == "head" || only->signature->name == "tail";
}

Inputs::Inputs(CompileOptions options, std::uint64_t seed)
    : options_(std::move(options)), shared_(std::make_shared<Shared>(Shared{.seed = seed})) {
    options_.counts_by_time = options_.counts_fields = false;
}

Inputs::Inputs(CompileOptions options, std::shared_ptr<Shared> shared,
               std::optional<std::string> view)
    : options_(std::move(options)), shared_(std::move(shared)), view_(std::move(view)) {}

LookupFilePtr Inputs::table(std::string_view name) const {
    auto at = shared_->tables.find(name);
    return at == shared_->tables.end() ? nullptr : at->second;
}

std::shared_ptr<const void> Inputs::made(const void* part) const {
    auto at = shared_->made.find(part);
    return at == shared_->made.end() ? nullptr : at->second;
}

lang::Checked<void> Inputs::add(const lang::BoundCall& call, Input input) {
    if (shared_->list.size() >= kInputsMax)
        return lang::wrong(call.span(), fmt::format("more than {} sub-queries and other passes in "
                                                    "one query",
                                                    kInputsMax));
    shared_->list.push_back(std::move(input));
    return {};
}

/// Times are relative to the end of the outer query, which is also what `now` means.
lang::Checked<CompileOptions> Inputs::options_of(const lang::BoundCall& call,
                                                 const std::optional<std::string>& view) const {
    auto options = options_;
    auto zone = TimeZone::find(options.time_zone);
    auto offset = [&](UtcTime time) {
        return zone ? zone->offset_ns_at(time) / 1'000'000'000 : std::int64_t{0};
    };
    auto& interval = options.interval;
    auto end = interval.end == UtcTime::max() ? options.now : interval.end;
    for (auto [name, time] :
         {std::pair("start", &interval.start), std::pair("end", &interval.end)}) {
        auto text = call.optional_text(name);
        if (!text) continue;
        auto point = lang::parse_time_point(*text, end, offset);
        if (!point) return wrong_argument(call, name, point.error().message);
        *time = *point;
    }
    if (interval.end < interval.start)
        return wrong_argument(call, call.has("start") ? "start" : "end",
                              "the time interval ends before it starts");
    if (!view) return options;
    if (!options.view)
        return wrong_argument(call, "view", "other repositories cannot be searched here");
    auto found = options.view(*view);
    if (!found) return wrong_argument(call, "view", found.error().message);
    options.oldest = found->oldest;
    return options;
}

lang::Checked<LookupFilePtr> Inputs::add_table(const lang::BoundCall& call, TableRequest request) {
    const auto& pipeline = *call.pipeline("query");
    if (auto known = made(&pipeline)) return std::static_pointer_cast<const LookupFile>(known);
    auto view = call.has("view") ? call.optional_text("view") : view_;
    LANG_TRY(auto options, options_of(call, call.optional_text("view")));
    Inputs inner(options, shared_, view);
    LANG_TRY(auto plan, Compiler(inner.options_, lang::Context::kSearch, &inner).plan(pipeline));
    bool lists = lists_events(pipeline);
    if (!plan.has_aggregate()) {
        RowOrderOptions newest{RowOrderOptions::By::kNewest, {}, request.columns, 0, ""};
        newest.limit = std::min(request.events_max, request.rows_max);
        if (request.warns)
            newest.limit_warning = fmt::format(
                "{} finds more than {} events; the older ones are "
                "left out",
                request.name, newest.limit);
        plan.stages.front().aggregate = row_order_aggregate(std::move(newest));
        plan.stages.emplace_back();
    }
    auto table = std::make_shared<MadeTable>(MadeTableOptions{.name = request.name,
                                                              .columns = std::move(request.columns),
                                                              .rows_max = request.rows_max,
                                                              .warns = request.warns,
                                                              .is_newest_first = lists,
                                                              .filled = std::move(request.filled),
                                                              .bytes_before = shared_->bytes});
    Input input{.name = std::move(request.name),
                .query = query_of(std::move(plan), options, shared_->seed + shared_->list.size()),
                .view = std::move(view),
                .take = [table](const ResultRows& rows) { return table->take(rows); }};
    LANG_TRY_OK(add(call, std::move(input)));
    LookupFilePtr made_table = table;
    shared_->made[&pipeline] = made_table;
    return made_table;
}

lang::Checked<void> Inputs::define_table(const lang::BoundCall& call) {
    auto name = call.text("name");
    if (name.empty()) return wrong_argument(call, "name", "the table needs a name");
    if (table(name))
        return wrong_argument(call, "name", fmt::format("two tables are named `{}`", name));
    auto columns = call.texts("include");
    if (columns.empty()) return wrong_argument(call, "include", "at least one field is needed");
    if (std::ranges::find(columns, "*") != columns.end()) columns.clear();
    LANG_TRY(auto made, add_table(call, {.name = fmt::format("defineTable({})", name),
                                         .columns = std::move(columns),
                                         .events_max = kRowsMax,
                                         .rows_max = UINT64_MAX}));
    shared_->tables.emplace(std::move(name), std::move(made));
    return {};
}

lang::Checked<void> Inputs::add_pass(
    const lang::BoundCall& call, const void* part, std::shared_ptr<const void> made, Plan plan,
    std::function<Result<std::vector<Warning>>(const ResultRows&)> take) {
    Input input{.name = fmt::format("{}()", call.name()),
                .query = query_of(std::move(plan), options_, shared_->seed + shared_->list.size()),
                .view = view_,
                .take = std::move(take)};
    LANG_TRY_OK(add(call, std::move(input)));
    shared_->made[part] = std::move(made);
    return {};
}

}  // namespace logwood::exec
