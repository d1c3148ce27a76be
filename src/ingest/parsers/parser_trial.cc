#include "ingest/parsers/parser_trial.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "exec/parser_program.h"
#include "ingest/draft.h"
#include "ingest/event_rules.h"
#include "ingest/limits.h"
#include "ingest/parsers/script_compiler.h"

namespace logwood::ingest {

namespace {

using global::OutputAssertion;
using Kind = AssertionFailure::Kind;

/// The places of each array: `a[0].b[2]` is an element of `a` and one of `a[0].b`.
std::vector<ArrayGap> gaps_of(const TrialEvent& event) {
    std::map<std::string, std::set<std::uint64_t>> arrays;
    for (auto& [name, value] : event.fields) {
        for (auto open = name.find('['); open != name.npos; open = name.find('[', open + 1)) {
            std::uint64_t index = 0;
            auto begin = name.data() + open + 1;
            auto [end, error] = std::from_chars(begin, name.data() + name.size(), index);
            bool is_element =
                error == std::errc() && end != name.data() + name.size() && *end == ']';
            if (is_element) arrays[name.substr(0, open)].insert(index);
        }
    }
    std::vector<ArrayGap> gaps;
    for (auto& [array, indices] : arrays) {
        ArrayGap gap{.array = array, .missing = {}};
        std::uint64_t next = 0;
        for (auto index : indices) {
            for (; next < index && gap.missing.size() < kGapsShownMax; ++next)
                gap.missing.push_back(array + "[" + std::to_string(next) + "]");
            next = index + 1;
        }
        if (!gap.missing.empty()) gaps.push_back(std::move(gap));
    }
    return gaps;
}

const std::string* find(const TrialEvent& event, std::string_view field) {
    for (auto& [name, value] : event.fields)
        if (name == field) return &value;
    return nullptr;
}

/// One output of the script, after all rules of ingest.
TrialEvent event_of(const global::Parser& parser, const exec::ParserProgram::Output& output,
                    std::size_t row, UtcTime now) {
    Draft draft;
    auto& events = output.events;
    auto& shape = events.shape(row);
    for (std::size_t i = 0; i < shape.size(); ++i)
        draft.field(events.parts().fields[shape[i]], events.value(row, i));
    draft.time_ns = events.event_times()[row];
    model::TagSet tags;
    tags.set("type", parser.name);
    collect_tags(draft, parser.tag_fields, tags);
    model::EventBatchBuilder builder;
    add_to_batch(draft, now, builder);
    auto stored = builder.finish();
    TrialEvent event;
    for (auto& [name, value] : tags.entries()) event.fields.emplace_back("#" + name, value);
    auto& stored_shape = stored.shape(0);
    for (std::size_t i = 0; i < stored_shape.size(); ++i)
        event.fields.emplace_back(stored.parts().fields[stored_shape[i]], stored.value(0, i));
    UtcTime time{stored.event_times()[0]};
    event.fields.emplace_back("@timestamp", std::to_string(time.ms()));
    event.fields.emplace_back("@timestamp.nanos", std::to_string(time.sub_ms_ns()));
    std::ranges::sort(event.fields);
    auto* error = find(event, "@error");
    auto* message = find(event, "@error_msg");
    if (error && *error == "true") event.parsing_error = message ? *message : "The script failed.";
    event.gaps = gaps_of(event);
    return event;
}

/// Fields of which the assertions demand two things at once.
std::set<std::string> conflicts_of(const OutputAssertion& assertion) {
    std::map<std::string_view, std::string_view> values;
    std::set<std::string> conflicts;
    for (auto& [field, value] : assertion.values) {
        auto [at, is_new] = values.emplace(field, value);
        if (!is_new && at->second != value) conflicts.insert(field);
    }
    for (auto& field : assertion.absent)
        if (values.contains(field)) conflicts.insert(field);
    return conflicts;
}

void check(const OutputAssertion& assertion, TrialResult& result) {
    auto note = [&](AssertionFailure failure) {
        result.failures.push_back({assertion.output, std::move(failure)});
    };
    bool is_there = assertion.output < result.events.size();
    auto conflicts = conflicts_of(assertion);
    for (auto& field : conflicts)
        note({.kind = Kind::kConflicting, .field = field, .expected = {}, .actual = {}});
    for (auto& [field, value] : assertion.values) {
        if (conflicts.contains(field)) continue;
        auto* actual = is_there ? find(result.events[assertion.output], field) : nullptr;
        if (!is_there)
            note({.kind = Kind::kOrphaned, .field = field, .expected = value, .actual = {}});
        else if (!actual || *actual != value)
            note({.kind = Kind::kUnexpectedValue,
                  .field = field,
                  .expected = value,
                  .actual = actual ? std::optional(*actual) : std::nullopt});
    }
    for (auto& field : assertion.absent) {
        if (conflicts.contains(field)) continue;
        auto* actual = is_there ? find(result.events[assertion.output], field) : nullptr;
        if (!is_there)
            note({.kind = Kind::kOrphaned, .field = field, .expected = {}, .actual = {}});
        else if (actual)
            note({.kind = Kind::kUnexpectedlyThere,
                  .field = field,
                  .expected = {},
                  .actual = *actual});
    }
}

TrialResult try_case(const global::Parser& parser, const exec::ParserProgram& program,
                     const global::ParserTestCase& test, UtcTime now) {
    model::EventBatchBuilder builder;
    auto& removed = parser.fields_to_remove;
    if (std::ranges::find(removed, "@rawstring") == removed.end())
        builder.add("@rawstring", test.raw);
    builder.end_event(now.ns);
    model::TagSet tags;
    tags.set("type", parser.name);
    TrialResult result;
    auto output = program.run(builder.finish(), tags, now);
    if (!output) {
        result.events.push_back({.fields = {{"@rawstring", test.raw}},
                                 .parsing_error = output.error().message,
                                 .gaps = {}});
    } else {
        for (std::size_t row = 0; row < output->events.rows(); ++row)
            result.events.push_back(event_of(parser, *output, row, now));
    }
    for (auto& assertion : test.assertions) check(assertion, result);
    return result;
}

}  // namespace

bool TrialResult::has_passed() const {
    return failures.empty() && std::ranges::all_of(events, [](auto& event) {
               return !event.parsing_error && event.gaps.empty();
           });
}

std::expected<std::vector<TrialResult>, exec::CompileError> try_parser(const global::Parser& parser,
                                                                       const exec::Lookups& lookups,
                                                                       UtcTime now) {
    auto program = compile_parser(parser, lookups);
    if (!program) return std::unexpected(std::move(program).error());
    std::vector<TrialResult> results;
    for (auto& test : parser.test_cases) results.push_back(try_case(parser, **program, test, now));
    return results;
}

}  // namespace logwood::ingest
