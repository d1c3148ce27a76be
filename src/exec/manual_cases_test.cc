// Worked examples of the language's manual: input rows, a query, and the rows it gives there.
//
// Rows are compared without their order, on the fields that the example shows; numbers within
// 0.5 %, since the manual rounds them. Examples that are wrong, or need what is not built, are
// listed with the reason.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "exec/number_text.h"
#include "exec/query.h"
#include "exec/registry.h"
#include "exec/test_source.h"

namespace logwood::exec {
namespace {

using Row = std::map<std::string, std::string>;
using Element = simdjson::dom::element;

/// Examples that cannot be met, by title, with the reason.
const std::map<std::string, std::string> kExceptions = {
    {"Annotate Events With Aggregation - Example 1", "the input has its first row as a header"},
    {"Calculate Query Cost for All Users by Repository", "costs are keys: a user has several rows"},
    {"Calculate Query Costs by User and Repository in a Single Field",
     "prints single events instead of sums"},
    {"Categorize Errors in Log Levels", "the table is mangled"},
    {"Concatenate Values of All Fields With Same Name in an Array",
     "the input has its first row as a header"},
    {"Count Characters Including Emojis in String", "the input is missing"},
    {"Differentiate Between Types of Log Levels", "the guard * is missing"},
    {"Decode Referrer URLs in Web Access Logs", "a spreadsheet made TRUE of true"},
    {"Drop Fields From Input Array", "the input is turned on its side"},
    {"Remove ANSI Escape Codes From Text", "pipes are missing"},
    {"Encode Search Query For URL Usage", "shows blanks as %20, other examples as +"},
    {"Extract Portion of Text From Message", "shows the field result in place of _string"},
    {"Find Top N Value of Series - Example 1",
     "the interval is not given, so neither are the buckets"},
    {"Find the First Values in a List of Fields", "the table is mangled"},
    {"Format Timestamp Using formatTime()", "the input's time is a date, not milliseconds"},
    {"Group First Events by Log Level", "counts 12 events although head(10)"},
    {"Parse ISO8601 Timestamps", "the query writes newts, the table shows @timestamp"},
    {"Parse String as CSV", "the input has its first row as a header"},
    {"Perform Case-Insensitive Match on Field", "the input has its first row as a header"},
    {"Search Fields Through a Given Pattern - Example 5", "the input is turned on its side"},
};

std::string text_of(Element value) {
    std::string_view text;
    if (!value.get(text)) return std::string(text);
    return simdjson::minify(value);
}

std::vector<Row> rows_of(Element table) {
    std::vector<Row> rows;
    for (auto row : table["rows"].get_array()) {
        Row out;
        for (auto [name, value] : row.get_object())
            if (!value.is_null()) out[std::string(name)] = text_of(value);
        rows.push_back(std::move(out));
    }
    return rows;
}

std::vector<TestEvent> events_of(const std::vector<Row>& rows) {
    std::vector<TestEvent> events;
    for (auto& row : rows) {
        TestEvent event;
        event.index = static_cast<std::uint32_t>(events.size());
        event.time_ns = UtcTime::from_ms(1'700'000'000'000 + 1000 * std::int64_t{event.index}).ns;
        for (auto& [name, value] : row) {
            auto ms = parse_number(value);
            if (name == "@timestamp" && !is_null(ms))
                event.time_ns = UtcTime::from_ms(static_cast<std::int64_t>(ms)).ns;
            else if (name != "@timestamp")
                event.fields.emplace_back(name, value);
        }
        events.push_back(std::move(event));
    }
    return events;
}

bool same_value(const std::string& expected, const std::string& actual) {
    if (expected == actual) return true;
    auto a = parse_number(expected);
    auto b = parse_number(actual);
    return !is_null(a) && !is_null(b) && std::fabs(a - b) <= 0.005 * std::fabs(a) + 1e-9;
}

/// Has the result a row of its own for each expected one?
std::string difference(const std::vector<Row>& expected, const ResultRows& result) {
    std::vector<Row> actual;
    for (auto& row : result.rows) {
        auto& out = actual.emplace_back();
        for (auto& [field, value] : row.values) out[result.fields[field]] = value;
    }
    if (actual.size() != expected.size())
        return std::to_string(actual.size()) + " rows instead of " +
               std::to_string(expected.size());
    for (auto& row : expected) {
        auto matches = [&](const Row& candidate) {
            for (auto& [name, value] : row) {
                if (name == "@timestamp") continue;  // Dates there, milliseconds here.
                auto found = candidate.find(name);
                if (found == candidate.end() ? !value.empty() : !same_value(value, found->second))
                    return false;
            }
            return true;
        };
        auto found = std::ranges::find_if(actual, matches);
        if (found == actual.end()) {
            std::string text = "no row";
            for (auto& [name, value] : row) text += " " + name + "=" + value;
            return text;
        }
        actual.erase(found);
    }
    return "";
}

std::string run(Element test) {
    CompileOptions options;
    options.now = UtcTime::from_ms(1'700'000'100'000);
    auto text = std::string(test["queries"].at(0).get_string().value());
    auto query = Query::compile(text, options);
    if (!query) return "does not compile: " + query.error().message;
    TestSource source(events_of(rows_of(test["inputs"].at(0))), ColumnStyle::kMixed);
    auto partial = (*query)->start();
    if (auto done = (*query)->scan(source, *partial); !done) return done.error().message;
    auto result = (*query)->finish(*partial);
    if (!result) return result.error().message;
    return difference(rows_of(test["outputs"].at(0)), *result);
}

TEST(ManualCases, GiveTheirRows) {
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    std::ifstream file(std::string(root ? root : ".") + "/../shared/corpora/manual-cases.jsonl");
    std::string line;
    if (!std::getline(file, line)) GTEST_SKIP() << "the corpora are not here";
    int right = 0;
    int skipped = 0;
    do {
        simdjson::dom::parser parser;
        Element test = parser.parse(line);
        auto title = std::string(test["title"].get_string().value());
        bool is_built = test["simple"].get_bool().value();
        for (auto* side : {"inputs", "outputs"}) {
            Element first;
            is_built &= !test[side].at(0).get(first) && text_of(first["type"]) == "table";
        }
        for (auto function : test["functions"].get_array())
            is_built &= find_function(function.get_string().value()) != nullptr;
        if (!is_built || kExceptions.contains(title)) {
            ++skipped;
            continue;
        }
        auto wrong = run(test);
        EXPECT_EQ(wrong, "") << title << "\n" << test["queries"].at(0).get_string().value();
        right += wrong.empty();
    } while (std::getline(file, line));
    RecordProperty("right", right);
    std::cout << right << " right, " << skipped << " left out\n";
}

}  // namespace
}  // namespace logwood::exec
