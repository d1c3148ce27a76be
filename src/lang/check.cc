// The steps of a query: saved queries are spliced in, assignments of calls become calls, and what
// may follow what is enforced as the steps go by.
#include "lang/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "lang/check_state.h"
#include "lang/limits.h"
#include "lang/parser.h"

namespace logwood::lang {

Checked<CheckedQuery> check(Query query, const CheckOptions& options) {
    return Checker(options).run(std::move(query));
}

Checked<CheckedQuery> compile(std::string_view text, const CheckOptions& options) {
    LANG_TRY(auto query, parse(text));
    return check(std::move(query), options);
}

std::size_t preamble_end(std::string_view text) {
    std::size_t end = 0;
    auto query = parse(text);
    if (!query) return 0;
    for (const auto& step : query->pipeline.steps) {
        const auto* call = step.as<Call>();
        if (!call || call->signature->kind != FunctionKind::kPreamble) break;
        end = call->span.end;
    }
    return end;
}

Checked<CheckedQuery> Checker::run(Query query) {
    values_.given = options_.arguments;
    for (auto& use : query.parameters) {
        if (use.default_value) values_.defaults.try_emplace(use.name, *use.default_value);
    }
    Scope scope;
    scope.is_top = true;
    scope.may_aggregate = options_.context != Context::kParser;
    LANG_TRY_OK(pipeline(query.pipeline, scope));
    result_.pipeline = std::move(query.pipeline);
    result_.first_aggregate = first_aggregate(result_.pipeline);
    return std::move(result_);
}

std::size_t first_aggregate(const Pipeline& pipeline) {
    auto makes_rows = [](const Step& step) {
        const auto* call = step.as<Call>();
        return call && call->signature->makes_rows();
    };
    auto first = std::ranges::find_if(pipeline.steps, makes_rows);
    return static_cast<std::size_t>(first - pipeline.steps.begin());
}

Checked<void> Checker::pipeline(Pipeline& pipeline, Scope& scope) {
    std::vector<Step> out;
    out.reserve(pipeline.steps.size());
    LANG_TRY_OK(steps(out, std::move(pipeline.steps), scope));
    pipeline.steps = std::move(out);
    return {};
}

Checked<void> Checker::steps(std::vector<Step>& out, std::vector<Step> in, Scope& scope) {
    for (auto& next : in) LANG_TRY_OK(step(out, std::move(next), scope));
    return {};
}

Checked<void> Checker::step(std::vector<Step>& out, Step step, Scope& scope) {
    auto span = step.span;
    if (auto* node = step.as<Call>()) return call_step(out, std::move(*node), span, scope);
    if (auto* node = step.as<Assign>()) return assign_step(out, std::move(*node), span, scope);
    if (auto* node = step.as<SavedCall>()) return saved(out, *node, span, scope);
    if (auto* node = step.as<StatsShorthand>()) {
        Call stats;
        stats.name = "stats";
        stats.signature = find_function(stats.name);
        stats.span = stats.name_span = span;
        const auto* function = stats.signature->find("function");
        stats.arguments.push_back(
            {function->name, span, Expr{Array{std::move(node->elements)}, span}, function});
        return call_step(out, std::move(stats), span, scope);
    }
    if (auto* node = step.as<Filter>()) {
        LANG_TRY_OK(filter(*node, scope));
    } else if (auto* cases = step.as<Case>()) {
        LANG_TRY_OK(case_step(*cases, scope));
    } else if (auto* match = step.as<Match>()) {
        LANG_TRY_OK(match_step(*match, scope));
    } else if (!scope.may_link) {
        return wrong(span, "links with `<=>` stand only in the queries of correlate()");
    }
    out.push_back(std::move(step));
    return {};
}

Checked<void> Checker::call_step(std::vector<Step>& out, Call call, Span span, Scope& scope) {
    LANG_TRY_OK(bind(call, scope));
    if (call.signature->kind == FunctionKind::kPreamble) {
        return preamble(out, std::move(call), scope);
    }
    bool ends_event_phase =
        call.signature->starts_result_phase() || call.signature->kind == FunctionKind::kSource;
    scope.is_after_aggregate = scope.is_after_aggregate || ends_event_phase;
    out.push_back(Step{std::move(call), span});
    return {};
}

Checked<void> Checker::preamble(std::vector<Step>& out, Call call, Scope& scope) {
    auto name = call.signature->name;
    if (!scope.is_top || !out.empty()) {
        return wrong(call.name_span,
                     fmt::format("{}() must come first, before all other steps", name));
    }
    bool is_interval = name == "setTimeInterval";
    if (is_interval && !result_.preamble.empty()) {
        return wrong(call.name_span, "setTimeInterval() must be the first step, and only once");
    }
    auto tables = std::ranges::count_if(result_.preamble,
                                        [](const Call& c) { return c.name != "setTimeInterval"; });
    if (!is_interval && static_cast<std::size_t>(tables) >= kTablesMax) {
        return wrong(call.name_span, fmt::format("more than {} tables in one query", kTablesMax));
    }
    result_.preamble.push_back(std::move(call));
    return {};
}

/// `x := f()` is `f(as=x)` for every function that has `as`.
Checked<void> Checker::assign_step(std::vector<Step>& out, Assign assign, Span span, Scope& scope) {
    auto* boxed = assign.value.as<Box<Call>>();
    if (boxed && !assign.target_is_indirect) {
        auto& call = **boxed;
        bool has_output = call.signature->find("as") || call.signature->find("asArray");
        if (has_output || !call.signature->is_usable_as_filter()) {
            LANG_TRY_OK(output(call, std::move(assign.target)));
            return call_step(out, std::move(call), span, scope);
        }
    }
    LANG_TRY_OK(expression(assign.value, scope));
    out.push_back(Step{std::move(assign), span});
    return {};
}

namespace {

/// The scope inside a case or match: the same events, but nothing that ends a phase.
Scope clause_scope(const Scope& outer) {
    Scope inner;
    inner.is_after_aggregate = outer.is_after_aggregate;
    return inner;
}

}  // namespace

Checked<void> Checker::case_step(Case& node, const Scope& scope) {
    for (auto& clause : node.clauses) {
        auto inner = clause_scope(scope);
        LANG_TRY_OK(pipeline(clause, inner));
    }
    return {};
}

Checked<void> Checker::match_step(Match& node, const Scope& scope) {
    for (auto& arm : node.arms) {
        auto inner = clause_scope(scope);
        if (auto* literal = std::get_if<Literal>(&arm.guard)) {
            LANG_TRY_OK(substitute(*literal));
        } else if (auto* call = std::get_if<Box<Call>>(&arm.guard)) {
            (*call)->receiver = node.field;
            LANG_TRY_OK(filter_call(**call, inner));
        }
        LANG_TRY_OK(pipeline(*arm.pipeline, inner));
    }
    return {};
}

Checked<void> Checker::saved(std::vector<Step>& out, SavedCall& call, Span span, Scope& scope) {
    if (std::ranges::find(saved_open_, call.name) != saved_open_.end()) {
        return wrong(span, fmt::format("the saved query `{}` uses itself", call.name));
    }
    if (saved_open_.size() >= kSavedQueryDepthMax) {
        return wrong(span, fmt::format("more than {} saved queries inside one another",
                                       kSavedQueryDepthMax));
    }
    auto text = options_.saved_query ? options_.saved_query(call.name) : std::nullopt;
    if (!text) return wrong(span, fmt::format("there is no saved query `{}`", call.name));
    saved_bytes_ += text->size();
    if (saved_bytes_ > kSavedQueryBytesMax) return wrong(span, "the saved queries are too long");
    auto& used = result_.saved_queries;
    if (std::ranges::find(used, call.name) == used.end()) used.push_back(call.name);

    auto context = fmt::format("in the saved query `{}`: ", call.name);
    auto part = parse_as_part(*text, span);
    if (!part) {
        return wrong(span, context + render(part.error(), *text));
    }
    LANG_TRY(auto values, values_of(call));
    for (auto& use : part->parameters) {
        if (use.default_value) values.defaults.try_emplace(use.name, *use.default_value);
    }
    values.defaults.insert(values_.defaults.begin(), values_.defaults.end());
    std::swap(values_, values);
    saved_open_.push_back(call.name);
    auto done = steps(out, std::move(part->pipeline.steps), scope);
    saved_open_.pop_back();
    std::swap(values_, values);
    if (!done) {
        auto error = std::move(done).error();
        error.message = context + error.message;
        return std::unexpected(std::move(error));
    }
    return {};
}

/// What `?name` means inside the saved query: its arguments, then the request's, then a default of
/// its own, then one from outside. Arguments of a saved query do not reach into those it uses.
Checked<Checker::Values> Checker::values_of(SavedCall& call) {
    Values values;
    values.given = options_.arguments;
    for (auto& argument : call.arguments) {
        std::vector<Expr> items;
        if (auto* array = argument.value.as<Array>()) {
            items = std::move(array->items);
        } else {
            items.push_back(std::move(argument.value));
        }
        auto& texts = values.given[argument.name];
        texts.clear();
        for (auto& item : items) {
            auto* literal = item.as<Literal>();
            if (!literal) return wrong(item.span, "expected a text");
            if (literal->kind != LiteralKind::kParameter) {
                texts.push_back(std::move(literal->text));
                continue;
            }
            LANG_TRY(auto several, value_of(*literal));
            std::ranges::move(several, std::back_inserter(texts));
        }
    }
    return values;
}

}  // namespace logwood::lang
