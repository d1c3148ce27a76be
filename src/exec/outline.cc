// Two looks at a query. Its tree tells the fields that it names; a run over one made-up row tells
// what steps and the aggregate read without naming it (`@rawstring`, whole events).
#include "exec/outline.h"

#include <algorithm>
#include <set>
#include <utility>

#include "exec/columns/field_names.h"
#include "exec/plan/compiler.h"
#include "exec/plan/inputs.h"
#include "lang/format.h"

namespace logwood::exec {
namespace {

/// One row that has every field, and notes which of them are read.
class Witness final : public model::RowSource {
 public:
    std::size_t rows() const override { return 1; }
    RepoId repo() const override { return {}; }
    Result<model::Column> column(std::string_view field) const override {
        read_.emplace(field);
        return model::Column::constant("1", 1);
    }
    Result<std::vector<std::string_view>> fields() const override {
        reads_all_ = true;
        return std::vector<std::string_view>();
    }
    Result<std::span<const std::int64_t>> event_times() const override {
        read_.emplace("@timestamp");
        return time_;
    }
    Result<std::span<const std::int64_t>> ingest_times() const override {
        read_.emplace("@ingesttimestamp");
        return time_;
    }
    Result<std::span<const model::Coordinates>> coordinates() const override {
        return coordinates_;
    }

    const std::set<std::string, std::less<>>& read() const { return read_; }
    bool reads_all() const { return reads_all_; }

 private:
    mutable std::set<std::string, std::less<>> read_;
    mutable bool reads_all_ = false;
    std::vector<std::int64_t> time_ = {0};
    std::vector<model::Coordinates> coordinates_ = {{}};
};

/// Runs all that is no filter over the witness. A step that fails on the row, or drops it, is
/// left out: what it read until then is known.
void run_over(const Witness& witness, const Plan& plan, const CompileOptions& options) {
    ScanContext context{nullptr, &options.repo_name};
    auto read = Batch::read(witness, {}, context);
    if (!read) return;
    auto batch = *std::move(read);
    for (auto& step : plan.stages.front().steps) {
        if (step->filter()) continue;
        auto next = batch.fork();
        if (step->run(next) && next.rows() > 0) batch = std::move(next);
    }
    auto& aggregate = plan.stages.front().aggregate;
    if (aggregate) (void)aggregate->start()->add(batch, Groups{});
}

/// True when tags alone decide the filter.
bool looks_at_tags_only(const lang::Filter& filter) {
    FieldNames names;
    names.add(filter);
    if (names.reads_all || names.read.empty()) return false;
    return std::ranges::all_of(names.read, [](auto& name) { return name.starts_with('#'); });
}

void add_tag_filters(const lang::Step& step, std::vector<std::string>& out) {
    auto* filter = step.as<lang::Filter>();
    if (!filter) return;
    auto add = [&](const lang::Filter& one) {
        if (looks_at_tags_only(one)) out.push_back(lang::format(one));
    };
    auto* all = filter->as<lang::And>();
    if (!all) return add(*filter);
    for (auto& operand : all->operands) add(operand);
}

/// The text of a step. Steps of a saved query share the text of its call.
void add_text(std::string_view text, lang::Span span, std::vector<std::string>& out) {
    auto part = text.substr(span.begin, span.end - span.begin);
    if (out.empty() || out.back() != part) out.emplace_back(part);
}

void add_steps(std::string_view text, const lang::CheckedQuery& checked, QueryOutline& out) {
    auto& steps = checked.pipeline.steps;
    bool may_prune = true;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto& step = steps[i];
        if (i > checked.first_aggregate) {
            add_text(text, step.span, out.result_steps);
        } else if (i == checked.first_aggregate) {
            out.aggregate = text.substr(step.span.begin, step.span.end - step.span.begin);
        } else {
            may_prune &= step.as<lang::Filter>() != nullptr;
            if (may_prune) add_tag_filters(step, out.tag_filters);
            add_text(text, step.span, out.scan_steps);
        }
    }
}

void add_fields(const lang::CheckedQuery& checked, const Witness& witness, QueryOutline& out) {
    FieldNames names;
    auto& steps = checked.pipeline.steps;
    auto end = std::min(checked.first_aggregate + 1, steps.size());
    for (std::size_t i = 0; i < end; ++i) names.add(steps[i]);
    for (auto& field : witness.read())
        if (!names.made.contains(field)) names.read.insert(field);
    out.fields.assign(names.read.begin(), names.read.end());
    out.reads_all_fields = names.reads_all || witness.reads_all() || !checked.is_aggregate();
}

lang::Checked<QueryOutline> outline_checked(std::string_view text, const CompileOptions& options) {
    lang::CheckOptions check;
    for (auto& [name, value] : options.arguments) check.arguments[name] = {value};
    check.allow_missing_arguments = options.allow_missing_arguments;
    LANG_TRY(auto checked, lang::compile(text, check));
    Inputs inputs(options, 0);
    for (auto& call : checked.preamble)
        if (call.name == "defineTable") LANG_TRY_OK(inputs.define_table(lang::BoundCall(call)));
    Compiler compiler(options, lang::Context::kSearch, &inputs);
    LANG_TRY(auto plan, compiler.plan(checked.pipeline));
    QueryOutline out;
    LANG_TRY(out.canonical, lang::format_text(text));
    out.is_aggregate = checked.is_aggregate();
    add_steps(text, checked, out);
    Witness witness;
    run_over(witness, plan, options);
    add_fields(checked, witness, out);
    return out;
}

std::unexpected<CompileError> failed(const lang::Diagnostic& error, std::string_view text) {
    return std::unexpected(
        CompileError{error.message, error.span.begin, error.span.end, lang::render(error, text)});
}

}  // namespace

std::expected<QueryOutline, CompileError> outline(std::string_view text,
                                                  const CompileOptions& options) {
    auto query = Query::compile(text, options);
    if (!query) return std::unexpected(std::move(query).error());
    auto made = outline_checked(text, options);
    if (!made) return failed(made.error(), text);
    made->interval = (*query)->interval();
    for (auto& input : (*query)->inputs())
        made->inputs.push_back({input.name, input.view, input.query->interval()});
    return *std::move(made);
}

std::expected<std::string, CompileError> format(std::string_view text) {
    auto made = lang::format_text(text);
    if (!made) return failed(made.error(), text);
    return *std::move(made);
}

std::expected<void, CompileError> lint(std::string_view text, UtcTime now) {
    CompileOptions options{.interval = {.start = now - 24h, .end = now}, .now = now};
    options.allow_missing_arguments = true;
    options.may_have_inputs = true;
    options.view = [](std::string_view) { return OtherView(); };
    auto query = Query::compile(text, options);
    if (!query) return std::unexpected(std::move(query).error());
    return {};
}

}  // namespace logwood::exec
