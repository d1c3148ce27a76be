#include "ingest/parsers/parser_trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace logwood::ingest {
namespace {

using Kind = AssertionFailure::Kind;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TrialResult try_one(global::Parser parser, std::string raw,
                    std::vector<global::OutputAssertion> assertions = {}) {
    parser.name = "mine";
    parser.test_cases = {{.raw = std::move(raw), .assertions = std::move(assertions)}};
    auto results = try_parser(parser, {}, UtcTime::from_ms(1'700'000'000'000));
    EXPECT_TRUE(results) << results.error().rendered;
    EXPECT_THAT(*results, SizeIs(1));
    return results->at(0);
}

std::string value(const TrialEvent& event, std::string_view field) {
    for (auto& [name, text] : event.fields)
        if (name == field) return text;
    return "-";
}

TEST(ParserTrial, GivesEventsAsTheyAreStored) {
    auto result = try_one({.script = "kvParse() | #kind := \"k\" | parseTimestamp(field=t, "
                                     "format=\"millis\")",
                           .tag_fields = {"host"}},
                          "host=a n=1 t=1600000000123");
    ASSERT_THAT(result.events, SizeIs(1));
    auto& event = result.events[0];
    EXPECT_EQ(value(event, "#host"), "a");
    EXPECT_EQ(value(event, "host"), "-");
    EXPECT_EQ(value(event, "#kind"), "k");
    EXPECT_EQ(value(event, "#type"), "mine");
    EXPECT_EQ(value(event, "n"), "1");
    EXPECT_EQ(value(event, "@timestamp"), "1600000000123");
    EXPECT_TRUE(result.has_passed());
    EXPECT_THAT(try_one({.script = "n=nothing"}, "x").events, SizeIs(0)) << "a filter drops it";
    EXPECT_EQ(value(try_one({.script = ""}, "x").events.at(0), "@timestamp"), "1700000000000");
}

TEST(ParserTrial, ChecksAssertions) {
    global::Parser parser{.script = "kvParse()"};
    struct Case {
        global::OutputAssertion assertion;
        Kind kind;
        const char* actual;
    };
    for (auto& test : {
             Case{{0, {{"n", "2"}}, {}}, Kind::kUnexpectedValue, "1"},
             Case{{0, {{"m", "2"}}, {}}, Kind::kUnexpectedValue, nullptr},
             Case{{0, {}, {"n"}}, Kind::kUnexpectedlyThere, "1"},
             Case{{0, {{"n", "1"}}, {"n"}}, Kind::kConflicting, nullptr},
             Case{{1, {{"n", "1"}}, {}}, Kind::kOrphaned, nullptr},
             Case{{7, {}, {"n"}}, Kind::kOrphaned, nullptr},
         }) {
        auto result = try_one(parser, "n=1", {test.assertion});
        EXPECT_FALSE(result.has_passed());
        ASSERT_THAT(result.failures, SizeIs(1));
        auto& [output, failure] = result.failures[0];
        EXPECT_EQ(output, test.assertion.output);
        EXPECT_EQ(failure.kind, test.kind);
        EXPECT_EQ(failure.actual,
                  test.actual ? std::optional<std::string>(test.actual) : std::nullopt);
    }
    EXPECT_TRUE(try_one(parser, "n=1", {{0, {{"n", "1"}}, {"m"}}}).has_passed());
}

TEST(ParserTrial, NamesErrorsAndGaps) {
    auto result = try_one({.script = "parseJson()"}, "no json");
    ASSERT_THAT(result.events, SizeIs(1));
    EXPECT_TRUE(result.events[0].parsing_error);
    EXPECT_EQ(value(result.events[0], "#error"), "true");
    EXPECT_FALSE(result.has_passed());

    result = try_one({.script = "a[0] := 1 | a[3] := 2 | b[0].c[1] := 3"}, "x");
    ASSERT_THAT(result.events, SizeIs(1));
    auto& gaps = result.events[0].gaps;
    ASSERT_THAT(gaps, SizeIs(2));
    EXPECT_EQ(gaps[0].array, "a");
    EXPECT_THAT(gaps[0].missing, ElementsAre("a[1]", "a[2]"));
    EXPECT_EQ(gaps[1].array, "b[0].c");
    EXPECT_FALSE(result.has_passed());
}

TEST(ParserTrial, MakesSeveralEventsOfOne) {
    auto result =
        try_one({.script = "parseJson() | split(a) | drop(\"@rawstring\")"},
                R"({"a":[{"x":1},{"x":2}]})", {{0, {{"a.x", "1"}}, {}}, {1, {{"a.x", "2"}}, {}}});
    EXPECT_THAT(result.events, SizeIs(2));
    EXPECT_THAT(result.failures, SizeIs(0));
}

TEST(ParserTrial, AScriptMustCompile) {
    auto results = try_parser({.script = "count("}, {}, {});
    ASSERT_FALSE(results);
    EXPECT_NE(results.error().rendered.find("1:"), std::string::npos);
}

}  // namespace
}  // namespace logwood::ingest
