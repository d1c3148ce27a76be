#include "api/parser_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/sim_random.h"

namespace logwood::api {
namespace {

using ::testing::HasSubstr;

TEST(ParserYaml, ReadsAllVersions) {
    auto old = parser_from_yaml(
        "$schema: https://schemas.humio.com/parser/v0.1.0\n"
        "name: a\nscript: kvParse()\ntests:\n- one\n- 'two: 2'\n");
    ASSERT_TRUE(old) << old.error().message;
    EXPECT_EQ(old->name, "a");
    EXPECT_EQ(old->script, "kvParse()");
    ASSERT_EQ(old->test_cases.size(), 2U);
    EXPECT_EQ(old->test_cases[1].raw, "two: 2");
    auto nested = parser_from_yaml(R"(
script: "x"
tagFields: [a, b]
fieldsToBeRemovedBeforeParsing: [c]
tests: []
unknown: {is: ignored}
testCases:
- event: {rawString: r}
  outputAssertions:
  - outputEventIndex: 1
    assertions:
      fieldsHaveValues:
      - {fieldName: f, expectedValue: 7}
      fieldsNotPresent: [g]
  assertions:
)");
    ASSERT_TRUE(nested) << nested.error().message;
    EXPECT_EQ(nested->tag_fields, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(nested->fields_to_remove, std::vector<std::string>{"c"});
    ASSERT_EQ(nested->test_cases.size(), 1U);
    global::OutputAssertion expected{.output = 1, .values = {{"f", "7"}}, .absent = {"g"}};
    EXPECT_EQ(nested->test_cases[0].assertions, std::vector{expected});
}

TEST(ParserYaml, SaysWhatIsWrong) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        auto last = std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) bomb += (k > 0 ? ", *a" : "*a") + last;
        bomb += "]\n";
    }
    const std::pair<std::string, const char*> cases[] = {
        {"", "one YAML document"},
        {"a: 1\n---\nb: 2\n", "one YAML document"},
        {"- a", "an object is expected"},
        {"script: [a", "line "},
        {"name: x", "script: a text is required"},
        {"script: {a: b}", "script: a string is expected"},
        {"script: x\nscript: y", "the key script is there twice"},
        {"{a: b}: c", "a key must be a text"},
        {"$schema: https://schemas.humio.com/dashboard/v0.3.0\nscript: x", "is not known"},
        {"$schema: https://schemas.humio.com/parser/v9.0.0\nscript: x", "is not known"},
        {"script: x\ntests: word", "tests: an array of strings"},
        {"script: x\ntestCases: [{event: {}}]", "event.rawString is required"},
        {"script: x\ntestCases: [{event: {rawString: a}, assertions: [{outputEventIndex: -1}]}]",
         "an integer of at least 0"},
        {"script: *none", "line 1"},
        {"script: \xff", "not UTF-8"},
        {bomb + "script: x", "too many"},
        {std::string(5000, '['), "line"},
    };
    for (auto& [text, message] : cases) {
        auto parser = parser_from_yaml(text);
        ASSERT_FALSE(parser) << text.substr(0, 80);
        EXPECT_EQ(parser.error().code, Code::kInvalidArgument);
        EXPECT_THAT(parser.error().message, HasSubstr(message)) << text.substr(0, 80);
    }
}

TEST(ParserYaml, WritesScriptsForPeople) {
    auto yaml = parser_to_yaml({.name = "n", .script = "a\n\n| b := \"x\" // y: z"});
    EXPECT_EQ(yaml,
              "name: \"n\"\n$schema: https://schemas.humio.com/parser/v0.3.0\n"
              "script: |-\n  a\n\n  | b := \"x\" // y: z\n"
              "tagFields: []\nfieldsToBeRemovedBeforeParsing: []\ntestCases: []\n");
}

TEST(ParserYaml, WhatIsWrittenIsReadBack) {
    testing::SimRandom random(7);
    const std::vector<std::string> pieces = {
        "a", " ", "\n",           "\t", ":",    "#",    "-", "'",   "\"",  "\\", "|",
        "{", "é", "\xE2\x80\xA8", "\r", "\x01", "\x7F", "%", "---", "...", "&",  "*",
        "!", "~", "null",         "1",  "😀",   "  "};
    auto text = [&] {
        std::string out;
        for (auto i = random.below(12); i > 0; --i) out += pieces[random.below(pieces.size())];
        return out;
    };
    for (int i = 0; i < 5000; ++i) {
        global::Parser parser{.name = text(), .script = text(), .description = text()};
        for (auto k = random.below(3); k > 0; --k) parser.tag_fields.push_back(text());
        for (auto k = random.below(3); k > 0; --k) parser.fields_to_remove.push_back(text());
        for (auto k = random.below(3); k > 0; --k) {
            auto& test = parser.test_cases.emplace_back();
            test.raw = text();
            for (auto n = random.below(3); n > 0; --n) {
                global::OutputAssertion assertion{.output =
                                                      static_cast<std::uint32_t>(random.below(9))};
                assertion.values.emplace_back(text(), text());
                if (random.one_in(9))
                    assertion.values.emplace_back(std::string(1500, 'k') + text(), text());
                assertion.absent.push_back(text());
                test.assertions.push_back(std::move(assertion));
            }
        }
        auto yaml = parser_to_yaml(parser);
        auto back = parser_from_yaml(yaml);
        ASSERT_TRUE(back) << back.error().message << "\n" << yaml;
        ASSERT_EQ(*back, parser) << yaml;
    }
}

}  // namespace
}  // namespace logwood::api
