#include "exec/parser_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace logwood::exec {
namespace {

using Event = std::map<std::string, std::string>;

constexpr auto kNow = UtcTime::from_ms(1'700'000'000'000);

struct Parsed {
    std::vector<Event> events;
    std::vector<std::int64_t> times_ms;
    std::vector<std::uint32_t> origins;
};

Parsed parse(std::string_view script, const std::vector<Event>& events) {
    model::EventBatchBuilder builder;
    for (auto& event : events) {
        for (auto& [field, value] : event) builder.add(field, value);
        builder.end_event(UtcTime::from_ms(1000).ns);
    }
    model::TagSet tags;
    tags.set("type", "t");
    auto program = ParserProgram::compile(script);
    if (!program) {
        ADD_FAILURE() << program.error().rendered;
        return {};
    }
    auto output = (*program)->run(builder.finish(), tags, kNow);
    if (!output) {
        ADD_FAILURE() << output.error().message;
        return {};
    }
    Parsed parsed;
    parsed.origins = output->origins;
    for (std::size_t row = 0; row < output->events.rows(); ++row) {
        Event event;
        auto& shape = output->events.shape(row);
        for (std::size_t i = 0; i < shape.size(); ++i)
            event[output->events.parts().fields[shape[i]]] = output->events.value(row, i);
        parsed.events.push_back(std::move(event));
        parsed.times_ms.push_back(UtcTime{output->events.event_times()[row]}.ms());
    }
    return parsed;
}

struct Case {
    std::string script;
    std::vector<Event> in;
    std::vector<Event> out;
    std::vector<std::int64_t> times_ms;
};

TEST(ParserProgram, Table) {
    const std::vector<Case> cases = {
        {"", {{{"@rawstring", "a"}}}, {{{"@rawstring", "a"}}}, {1000}},
        {"a=1", {{{"a", "1"}}, {{"a", "2"}}}, {{{"a", "1"}}}, {1000}},
        // Tags are seen; only those that are set come out.
        {"#type=t | x := #type", {{{"a", "1"}}}, {{{"a", "1"}, {"x", "t"}}}, {1000}},
        {R"(#kind := "k")", {{{"a", "1"}}}, {{{"a", "1"}, {"#kind", "k"}}}, {1000}},
        {"@timestamp := 5000", {{{"a", "1"}}}, {{{"a", "1"}}}, {5000}},
        {"drop(@timestamp)", {{{"a", "1"}}}, {{{"a", "1"}}}, {kNow.ms()}},
        {"x := now()", {{{"a", "1"}}}, {{{"a", "1"}, {"x", "1700000000000"}}}, {1000}},
        // Free text sees the event as it is at that step.
        {R"(b := "new" | new)", {{{"b", "old"}}}, {{{"b", "new"}}}, {1000}},
        {"case { a=1 | dropEvent(); * }", {{{"a", "1"}}, {{"a", "2"}}}, {{{"a", "2"}}}, {1000}},
        {"case { a=1 | case { true | dropEvent() } ; * }",
         {{{"a", "1"}}, {{"a", "2"}}},
         {{{"a", "2"}}},
         {1000}},
        {R"(copyEvent("c") | case { #type=c | x := "copy"; * })",
         {{{"a", "1"}}},
         {{{"a", "1"}, {"#type", "t"}}, {{"a", "1"}, {"#type", "c"}, {"x", "copy"}}},
         {1000, 1000}},
        {R"(/(?<k>\w)=(?<@timestamp>\d+)/)",
         {{{"@rawstring", "z=77"}}},
         {{{"@rawstring", "z=77"}, {"k", "z"}}},
         {77}},
        {"", {}, {}, {}},
    };
    for (auto& test : cases) {
        SCOPED_TRACE(test.script);
        auto parsed = parse(test.script, test.in);
        EXPECT_THAT(parsed.events, testing::ElementsAreArray(test.out));
        EXPECT_EQ(parsed.times_ms, test.times_ms);
    }
}

TEST(ParserProgram, SaysWhereEventsCameFrom) {
    auto parsed = parse("case { a=1 | dropEvent(); a=2 | copyEvent(x); * }",
                        {{{"a", "1"}}, {{"a", "2"}}, {{"a", "3"}}});
    EXPECT_THAT(parsed.origins, testing::ElementsAre(1, 1, 2));
}

TEST(ParserProgram, RefusesAggregates) {
    auto program = ParserProgram::compile("a=1 | count()");
    ASSERT_FALSE(program.has_value());
    EXPECT_FALSE(program.error().message.empty());
    EXPECT_EQ(program.error().begin, 6U);
}

TEST(ParserProgram, MayUseSavedQueries) {
    auto saved = [](std::string_view name) -> std::optional<std::string> {
        if (name == "counts") return "count()";
        if (name == "sets") return "a := ?v";
        return std::nullopt;
    };
    EXPECT_TRUE(ParserProgram::compile("x=1 | $sets(v=\"2\")", {}, saved));
    for (auto* script : {"$sets()", "$counts()", "$none()"})
        EXPECT_FALSE(ParserProgram::compile(script, {}, saved)) << script;
    EXPECT_FALSE(ParserProgram::compile("$sets(v=\"2\")"));
}

TEST(ParserProgram, WithoutAFeedOfIndicatorsEventsStayAsTheyAre) {
    EXPECT_TRUE(ParserProgram::compile("ioc:lookup(field=a, type=domain)"));
    EXPECT_FALSE(ParserProgram::compile("ioc:lookup(field=a, type=domain, strict=true)"));
}

}  // namespace
}  // namespace logwood::exec
