#include "api/parser_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <string>
#include <utility>

namespace logwood::api {

namespace {

namespace json = boost::json;
using ingest::AssertionFailure;

void write_texts(JsonWriter& out, std::string_view key, const std::vector<std::string>& texts) {
    out.key(key);
    out.begin_array();
    for (auto& text : texts) out.value(text);
    out.end_array();
}

void write_assertion(JsonWriter& out, const global::OutputAssertion& assertion) {
    out.begin_object();
    out.member("outputEventIndex", assertion.output);
    out.key("assertions");
    out.begin_object();
    out.key("fieldsHaveValues");
    out.begin_array();
    for (auto& [field, value] : assertion.values) {
        out.begin_object();
        out.member("fieldName", field);
        out.member("expectedValue", value);
        out.end_object();
    }
    out.end_array();
    write_texts(out, "fieldsNotPresent", assertion.absent);
    out.end_object();
    out.end_object();
}

void write_test_case(JsonWriter& out, const global::ParserTestCase& test) {
    out.begin_object();
    out.key("event");
    out.begin_object();
    out.member("rawString", test.raw);
    out.end_object();
    out.key("outputAssertions");
    out.begin_array();
    for (auto& assertion : test.assertions) write_assertion(out, assertion);
    out.end_array();
    out.end_object();
}

/// The first of the keys that the object has.
std::string_view key_of(const JsonObject& object, std::initializer_list<std::string_view> keys) {
    for (auto key : keys)
        if (object.find(key)) return key;
    return *keys.begin();
}

/// A number, or its digits: templates know texts only.
Result<std::uint32_t> read_index(const JsonObject& object) {
    constexpr std::string_view kKey = "outputEventIndex";
    std::uint32_t index = 0;
    auto* value = object.find(kKey);
    if (!value) return index;
    if (value->is_string()) {
        std::string_view text(value->get_string());
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
        if (error == std::errc() && end == text.data() + text.size()) return index;
    } else if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= UINT32_MAX) {
        return static_cast<std::uint32_t>(value->get_int64());
    }
    return fail(malformed(fmt::format("{}: an integer of at least 0 is expected", kKey)));
}

/// `{field: value}`, or a list of `{fieldName, expectedValue}`.
Result<void> read_values(const JsonObject& object, global::OutputAssertion& into) {
    constexpr std::string_view kKey = "fieldsHaveValues";
    auto* value = object.find(kKey);
    if (!value) return {};
    if (value->is_object()) {
        for (auto& [field, expected] : value->get_object()) {
            std::string name(field.data(), field.size());
            if (!expected.is_string())
                return fail(malformed(
                    fmt::format("{}.{}: a string is expected", kKey, std::string_view(field))));
            into.values.emplace_back(field, std::string(expected.get_string()));
        }
        return {};
    }
    TRY(auto pairs, object.objects(kKey));
    for (auto& pair : pairs) {
        TRY(auto field, pair.text("fieldName"));
        TRY(auto expected, pair.text("expectedValue"));
        if (!field || !expected)
            return fail(
                malformed(fmt::format("{}: fieldName and expectedValue are required", kKey)));
        auto is_it = [&](auto& known) { return known.first == *field; };
        if (std::ranges::any_of(into.values, is_it))
            return fail(malformed(fmt::format("{}: {} is there twice", kKey, *field)));
        into.values.emplace_back(*std::move(field), *std::move(expected));
    }
    return {};
}

Result<global::OutputAssertion> read_assertion(const JsonObject& object) {
    global::OutputAssertion assertion;
    TRY(assertion.output, read_index(object));
    TRY(auto nested, object.object("assertions"));
    auto& inner = nested ? *nested : object;
    TRY_OK(read_values(inner, assertion));
    TRY(assertion.absent, inner.texts("fieldsNotPresent"));
    return assertion;
}

Result<global::ParserTestCase> read_test_case(const JsonObject& object) {
    global::ParserTestCase test;
    TRY(auto event, object.object("event"));
    if (!event) return fail(malformed("testCases: an event is required"));
    TRY(auto raw, event->text("rawString"));
    if (!raw) return fail(malformed("testCases: event.rawString is required"));
    test.raw = *std::move(raw);
    TRY(auto assertions, object.objects(key_of(object, {"outputAssertions", "assertions"})));
    for (auto& given : assertions) {
        TRY(auto assertion, read_assertion(given));
        test.assertions.push_back(std::move(assertion));
    }
    return test;
}

Result<void> read_tests(const JsonObject& object, global::Parser& into) {
    if (!object.find("testCases") && !object.find("tests") && !object.find("events")) return {};
    into.test_cases.clear();
    for (auto key : {"tests", "events"}) {
        TRY(auto raws, object.texts(key));
        for (auto& raw : raws) into.test_cases.push_back({.raw = std::move(raw), .assertions = {}});
    }
    TRY(auto cases, object.objects("testCases"));
    for (auto& given : cases) {
        TRY(auto test, read_test_case(given));
        into.test_cases.push_back(std::move(test));
    }
    return {};
}

std::string_view name_of(AssertionFailure::Kind kind) {
    switch (kind) {
        case AssertionFailure::Kind::kUnexpectedValue:
            return "FieldHadUnexpectedValue";
        case AssertionFailure::Kind::kUnexpectedlyThere:
            return "FieldUnexpectedlyPresent";
        case AssertionFailure::Kind::kConflicting:
            return "FieldHadConflictingAssertions";
        case AssertionFailure::Kind::kOrphaned:
            return "AssertionOnFieldWasOrphaned";
    }
    return "";
}

void write_failure(JsonWriter& out, const AssertionFailure& failure) {
    out.begin_object();
    out.member("type", name_of(failure.kind));
    out.member("fieldName", failure.field);
    if (failure.expected) out.member("expectedValue", *failure.expected);
    if (failure.kind == AssertionFailure::Kind::kUnexpectedValue && !failure.actual) {
        out.key("actualValue");
        out.null();
    }
    if (failure.actual) out.member("actualValue", *failure.actual);
    out.end_object();
}

void write_event(JsonWriter& out, const ingest::TrialEvent& event) {
    out.begin_object();
    for (auto& [field, value] : event.fields) out.member(field, value);
    out.end_object();
}

/// All failures of one output event; `index` may be one that is not there.
void write_output_failures(JsonWriter& out, const ingest::TrialResult& result,
                           std::uint32_t index) {
    auto* event = index < result.events.size() ? &result.events[index] : nullptr;
    out.begin_object();
    out.member("outputEventIndex", index);
    out.key("failures");
    out.begin_object();
    out.key("parsingErrors");
    out.begin_array();
    if (event && event->parsing_error) out.value(*event->parsing_error);
    out.end_array();
    out.key("assertionFailuresOnFields");
    out.begin_array();
    for (auto& [output, failure] : result.failures)
        if (output == index) write_failure(out, failure);
    out.end_array();
    out.key("arraysWithGaps");
    out.begin_array();
    if (event) {
        for (auto& gap : event->gaps) {
            out.begin_object();
            out.member("array", gap.array);
            write_texts(out, "gaps", gap.missing);
            out.end_object();
        }
    }
    out.end_array();
    out.end_object();
    out.end_object();
}

void write_result(JsonWriter& out, const global::ParserTestCase& test,
                  const ingest::TrialResult& result) {
    out.begin_object();
    out.member("rawString", test.raw);
    out.member("passed", result.has_passed());
    out.key("outputEvents");
    out.begin_array();
    for (auto& event : result.events) write_event(out, event);
    out.end_array();
    std::vector<std::uint32_t> failed;
    for (std::uint32_t i = 0; i < result.events.size(); ++i)
        if (result.events[i].parsing_error || !result.events[i].gaps.empty()) failed.push_back(i);
    for (auto& [output, failure] : result.failures) failed.push_back(output);
    std::ranges::sort(failed);
    failed.erase(std::unique(failed.begin(), failed.end()), failed.end());
    out.key("outputFailures");
    out.begin_array();
    for (auto index : failed) write_output_failures(out, result, index);
    out.end_array();
    out.end_object();
}

}  // namespace

void write_parser(JsonWriter& out, const global::Parser& parser) {
    out.begin_object();
    out.member("id", parser.id.to_string());
    out.member("name", parser.name);
    out.member("description", parser.description);
    out.member("parser", parser.script);
    out.member("kind", "humio");
    write_texts(out, "tagFields", parser.tag_fields);
    write_texts(out, "fieldsToRemove", parser.fields_to_remove);
    out.key("testCases");
    out.begin_array();
    for (auto& test : parser.test_cases) write_test_case(out, test);
    out.end_array();
    out.end_object();
}

Result<void> read_parser(const JsonObject& object, global::Parser& into) {
    TRY(auto script, object.text(key_of(object, {"script", "parser"})));
    if (script) into.script = *std::move(script);
    TRY(auto description, object.text("description"));
    if (description) into.description = *std::move(description);
    auto read_names = [&](std::initializer_list<std::string_view> keys,
                          std::vector<std::string>& names) -> Result<void> {
        auto key = key_of(object, keys);
        if (!object.find(key)) return {};
        TRY(names, object.texts(key));
        return {};
    };
    TRY_OK(read_names({"tagFields", "fieldsToTag"}, into.tag_fields));
    TRY_OK(read_names({"fieldsToRemove", "fieldsToBeRemovedBeforeParsing"}, into.fields_to_remove));
    return read_tests(object, into);
}

void write_trial(JsonWriter& out, const global::Parser& parser,
                 const std::vector<ingest::TrialResult>& results) {
    auto passed = std::ranges::count_if(results, &ingest::TrialResult::has_passed);
    out.begin_object();
    out.member("passed", passed);
    out.member("failed", std::ssize(results) - passed);
    out.key("results");
    out.begin_array();
    for (std::size_t i = 0; i < results.size(); ++i)
        write_result(out, parser.test_cases[i], results[i]);
    out.end_array();
    out.end_object();
}

}  // namespace logwood::api
