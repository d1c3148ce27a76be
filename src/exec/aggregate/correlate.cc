// correlate(): sets of events, one of each query, whose fields are equal where the queries say so.
// A pass before finds the values that occur on each side of a link, so that only events are kept
// that may belong to a set.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "exec/aggregate/correlate_state.h"
#include "exec/limits.h"
#include "exec/plan/inputs.h"
#include "exec/plan/registry_rows.h"

namespace logwood::exec {

namespace {

using lang::wrong;

void add_once(std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::optional<std::size_t> find_query(const std::vector<const lang::CorrelateQuery*>& queries,
                                      std::string_view name) {
    for (std::size_t i = 0; i < queries.size(); ++i)
        if (queries[i]->name.name == name) return i;
    return std::nullopt;
}

/// `QUERY.field`: the query, by the longest name that fits, and the field.
std::optional<std::pair<std::size_t, std::string>> split_field(
    const std::vector<const lang::CorrelateQuery*>& queries, std::string_view text) {
    for (auto dot = text.rfind('.'); dot != std::string_view::npos && dot > 0;
         dot = text.rfind('.', dot - 1))
        if (auto query = find_query(queries, text.substr(0, dot)))
            return std::pair(*query, std::string(text.substr(dot + 1)));
    return std::nullopt;
}

lang::Checked<CorrelateLink> link_of(const lang::Link& link, std::size_t query, lang::Span span,
                                     const std::vector<const lang::CorrelateQuery*>& queries) {
    const auto* own = &link.left;
    auto other = split_field(queries, link.right.name);
    if (!other || other->first == query) {
        own = &link.right;
        other = split_field(queries, link.left.name);
    }
    if (!other || other->first == query)
        return wrong(span,
                     "one side of `<=>` must be QUERY.field, of another query of this "
                     "correlate()");
    auto own_query = split_field(queries, own->name);
    auto field = own_query && own_query->first == query ? own_query->second : own->name;
    return CorrelateLink{query, std::move(field), other->first, std::move(other->second)};
}

/// Links are the last steps; the others are for the events of the query.
lang::Checked<lang::Pipeline> split_links(std::size_t number, CorrelateOptions& options,
                                          const std::vector<const lang::CorrelateQuery*>& queries) {
    lang::Pipeline events;
    bool has_links = false;
    for (const auto& step : queries[number]->pipeline->steps) {
        if (const auto* node = step.as<lang::Link>()) {
            LANG_TRY(auto link, link_of(*node, number, step.span, queries));
            options.rules.links.push_back(std::move(link));
            has_links = true;
        } else if (has_links) {
            return wrong(step.span, "links with `<=>` are the last steps of a query");
        } else {
            events.steps.push_back(step);
        }
    }
    return events;
}

std::vector<std::string> include_of(const lang::CorrelateQuery& query) {
    std::vector<std::string> names;
    if (!query.include) return names;
    if (const auto* one = query.include->as<lang::Literal>()) names.push_back(one->text);
    if (const auto* list = query.include->as<lang::Array>())
        for (const auto& item : list->items)
            if (const auto* one = item.as<lang::Literal>()) names.push_back(one->text);
    return names;
}

lang::Checked<void> read_rules(const lang::BoundCall& call, ConstellationRules& rules,
                               const std::vector<const lang::CorrelateQuery*>& queries) {
    rules.queries = queries.size();
    if (auto root = call.optional_text("root")) {
        auto found = find_query(queries, *root);
        if (!found) return wrong_argument(call, "root", fmt::format("no query is named {}", *root));
        rules.root = *found;
    }
    rules.is_sequence = call.boolean("sequence");
    rules.sequence_by = call.fields("sequenceBy");
    rules.uses_once = call.boolean("includeMatchesOnceOnly");
    constexpr std::int64_t kMsNs = 1'000'000;
    auto within = call.duration_ms("within");
    auto jitter = call.duration_ms("jitterTolerance");
    if (within) rules.within_ns = std::min(*within, INT64_MAX / kMsNs) * kMsNs;
    if (jitter) rules.jitter_ns = std::min(*jitter, INT64_MAX / kMsNs) * kMsNs;
    for (const auto* name : {"sequenceBy", "jitterTolerance"})
        if (call.has(name) && !rules.is_sequence)
            return wrong_argument(call, name, fmt::format("{} needs sequence=true", name));
    if (jitter && within && *jitter > *within)
        return wrong_argument(call, "jitterTolerance", "this is longer than `within`");
    auto per_root = call.number("maxPerRoot");
    if (!(per_root >= 1 && per_root <= double{kCorrelateRowsMax}))
        return wrong_argument(call, "maxPerRoot", "maxPerRoot must be at least 1");
    rules.per_root_max = static_cast<std::uint64_t>(per_root);
    auto iterations = call.number("iterationLimit");
    if (!(iterations >= 1 && iterations <= double{kCorrelateIterationsMax}))
        return wrong_argument(call, "iterationLimit", "iterationLimit must be from 1 to 10");
    if (call.has("aggregation"))
        return wrong_argument(call, "aggregation", "this parameter is not supported");
    for (const auto& field : call.fields("globalConstraints"))
        for (std::size_t query = 0; query < queries.size(); ++query)
            if (query != rules.root) rules.links.push_back({query, field, rules.root, field});
    return {};
}

/// What is kept and shown of the events of each query: fields of links, those included, views.
void choose_fields(CorrelateOptions& options, bool shows_links,
                   const std::vector<const lang::CorrelateQuery*>& queries) {
    for (std::size_t i = 0; i < queries.size(); ++i) {
        auto& query = options.queries[i];
        for (const auto& link : options.rules.links) {
            if (link.query == i) add_once(query.kept, link.field);
            if (link.other == i) add_once(query.kept, link.other_field);
        }
        if (shows_links) query.shown = query.kept;
        for (const auto& field : include_of(*queries[i])) {
            if (field == "*") {
                query.keeps_all = true;
                continue;
            }
            add_once(query.kept, field);
            add_once(query.shown, field);
        }
        for (const auto* view : {"@id", "@timestamp", "@ingesttimestamp"}) {
            add_once(query.kept, view);
            add_once(query.shown, view);
        }
        for (const auto& field : options.rules.sequence_by) add_once(query.kept, field);
    }
}

/// Adds the pass that finds the values of links. Links between the same queries are one key.
lang::Checked<void> add_reduction(const lang::BoundCall& call, Compiler& compiler,
                                  const std::vector<lang::Pipeline>& pipelines,
                                  CorrelateOptions& options) {
    std::vector<KeyPart> parts;
    for (std::size_t a = 0; a < pipelines.size(); ++a) {
        for (std::size_t b = a + 1; b < pipelines.size(); ++b) {
            std::vector<std::string> keys[2];
            for (const auto& link : options.rules.links) {
                bool is_straight = link.query == a && link.other == b;
                bool is_reversed = link.query == b && link.other == a;
                if (!is_straight && !is_reversed) continue;
                keys[0].push_back(is_straight ? link.field : link.other_field);
                keys[1].push_back(is_straight ? link.other_field : link.field);
            }
            if (keys[0].empty()) continue;
            options.reductions.push_back({a, keys[0], parts.size() + 1});
            options.reductions.push_back({b, keys[1], parts.size()});
            LANG_TRY(auto steps_a, compiler.steps(pipelines[a]));
            LANG_TRY(auto steps_b, compiler.steps(pipelines[b]));
            parts.push_back({std::move(steps_a), std::move(keys[0])});
            parts.push_back({std::move(steps_b), std::move(keys[1])});
        }
    }
    Plan plan;
    plan.stages.resize(2);
    LANG_TRY(plan.stages[0].steps, compiler.steps_before(call));
    if (parts.empty()) return {};
    auto keys = std::make_shared<FoundKeys>();
    auto take = [keys,
                 count = parts.size()](const ResultRows& rows) -> Result<std::vector<Warning>> {
        // What passes by mistake takes memory, but is in no set.
        TRY(auto warnings, keys->take("correlate", count, rows));
        warnings.clear();
        return warnings;
    };
    plan.stages[0].aggregate = key_sets_aggregate(std::move(parts));
    options.keys = keys;
    return compiler.inputs()->add_pass(call, keys.get(), keys, std::move(plan), take);
}

}  // namespace

lang::Checked<AggregatePtr> make_correlate(const lang::BoundCall& call, Compiler& compiler) {
    if (!compiler.inputs()) return wrong(call.span(), "correlate() cannot be used here");
    auto queries = call.queries("query");
    if (queries.size() < 2 || queries.size() > kCorrelateQueriesMax)
        return wrong_argument(
            call, "query", fmt::format("correlate() takes 2 to {} queries", kCorrelateQueriesMax));
    CorrelateOptions options;
    LANG_TRY_OK(read_rules(call, options.rules, queries));
    auto pipelines = std::make_shared<std::vector<lang::Pipeline>>();
    compiler.inputs()->keep(pipelines);
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if (find_query(queries, queries[i]->name.name) != i)
            return wrong(queries[i]->name.span, "two queries have this name");
        LANG_TRY(auto events, split_links(i, options, queries));
        auto& query = options.queries.emplace_back();
        query.name = queries[i]->name.name;
        LANG_TRY(query.steps, compiler.steps(events));
        pipelines->push_back(std::move(events));
    }
    choose_fields(options, call.boolean("includeConstraintValues", true), queries);
    LANG_TRY_OK(add_reduction(call, compiler, *pipelines, options));
    return correlate_aggregate(std::move(options));
}

}  // namespace logwood::exec
