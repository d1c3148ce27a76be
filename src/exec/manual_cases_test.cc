// Worked examples of the language's manual: input rows, a query, and the rows it gives there.
//
// Rows are compared without their order, on the fields that the example shows; numbers within
// 0.5 %, since the manual rounds them. Examples that are written wrongly, as when a row is on its
// side, are run with what testdata/manual_repairs.jsonl puts right: a query, inputs or outputs,
// with the reason. Examples that are wrong all the same, or need what is not built, are listed
// below.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "exec/plan/registry.h"
#include "exec/query.h"
#include "exec/test_source.h"
#include "exec/text/number_text.h"
#include "exec/time/parsed_time.h"

namespace logwood::exec {
namespace {

using Row = std::map<std::string, std::string>;
using Element = simdjson::dom::element;

/// Examples that cannot be met, by title, with the reason.
const std::map<std::string, std::string> kExceptions = {
    {"Calculate Query Cost for All Users by Repository", "costs are keys: a user has several rows"},
    {"Calculate Query Costs by User and Repository in a Single Field",
     "prints single events instead of sums"},
    {"Correlate Inbound Email URLs with Subsequent Access Attempts",
     "the inputs of two repositories, and a difference of times that the query does not compute"},
    {"Correlate Two Scheduled Task Events", "#repo is a field, and times are dates in the result"},
    {"Count Characters Including Emojis in String", "the input is missing"},
    {"Detect Event A Happening X Times Before Event B",
     "the last rows of the input are mangled, and there is no _max"},
    {"Encode Search Query For URL Usage", "shows blanks as %20, other examples as +"},
    {"Find Minimum And Maximum Values of any Numerical Field in Session",
     "splits at 14 minutes although 15 are the default"},
    {"Find Top N Value of Series - Example 1",
     "the interval is not given, so neither are the buckets"},
    {"Group First Events by Log Level", "counts 12 events although head(10)"},
    {"Match Hashed Values in Specific Fields", "how values are hashed is not known"},
    {"Parse ISO8601 Timestamps", "the query writes newts, the table shows @timestamp"},
    {"Parse String as CSV", "the input is missing"},
    {"Remove ANSI Escape Codes From Text", "shows the message as it was before"},
};

std::string text_of(Element value) {
    std::string_view text;
    if (!value.get(text)) return std::string(text);
    return simdjson::minify(value);
}

std::vector<Row> rows_of(simdjson::dom::array table) {
    std::vector<Row> rows;
    for (auto row : table) {
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
            if (name != "@timestamp")
                event.fields.emplace_back(name, value);
            else if (!is_null(ms))
                event.time_ns = UtcTime::from_ms(static_cast<std::int64_t>(ms)).ns;
            else if (auto parsed = parse_iso_time(value))
                event.time_ns = parsed->time.ns;
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
                // Dates there, milliseconds here; zones and nanoseconds come of a parser there.
                if (name.starts_with("@timestamp") || name == "@timezone") continue;
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

/// What runs in place of the parts of an example that are written wrongly, by title.
std::map<std::string, std::string> repairs() {
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    std::ifstream file(std::string(root ? root : ".") + "/src/exec/testdata/manual_repairs.jsonl");
    std::map<std::string, std::string> lines;
    simdjson::dom::parser parser;
    for (std::string line; std::getline(file, line);) {
        Element repair = parser.parse(line);
        lines.emplace(repair["title"].get_string().value(), line);
    }
    return lines;
}

/// An example, as it is meant.
struct Example {
    std::string query;
    std::optional<std::vector<Row>> inputs;
    std::optional<std::vector<Row>> outputs;
};

std::optional<std::vector<Row>> table_of(Element test, std::string_view side) {
    Element first;
    if (test[side].at(0).get(first) || text_of(first["type"]) != "table") return std::nullopt;
    return rows_of(first["rows"].get_array().value());
}

Example example_of(Element test, const std::string& repair) {
    Example example{std::string(test["queries"].at(0).get_string().value()),
                    table_of(test, "inputs"), table_of(test, "outputs")};
    if (repair.empty()) return example;
    simdjson::dom::parser parser;
    Element right = parser.parse(repair);
    std::string_view query;
    simdjson::dom::array rows;
    if (!right["query"].get(query)) example.query = query;
    if (!right["inputs"].get(rows)) example.inputs = rows_of(rows);
    if (!right["outputs"].get(rows)) example.outputs = rows_of(rows);
    return example;
}

std::string run(const Example& example) {
    CompileOptions options;
    options.now = UtcTime::from_ms(1'700'000'100'000);
    options.may_have_inputs = true;
    auto query = Query::compile(example.query, options);
    if (!query) return "does not compile: " + query.error().message;
    TestSource source(events_of(*example.inputs), ColumnStyle::kMixed);
    auto scan = [&](const Query& one) -> Result<ResultRows> {
        auto partial = one.start();
        TRY_OK(one.scan(source, *partial));
        return one.finish(*partial);
    };
    for (auto& input : (*query)->inputs()) {
        auto rows = scan(*input.query);
        if (!rows) return input.name + ": " + rows.error().message;
        if (auto taken = input.take(*rows); !taken) return taken.error().message;
    }
    auto result = scan(**query);
    if (!result) return result.error().message;
    return difference(*example.outputs, *result);
}

TEST(ManualCases, GiveTheirRows) {
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    std::ifstream file(std::string(root ? root : ".") + "/../shared/corpora/manual-cases.jsonl");
    std::string line;
    if (!std::getline(file, line)) GTEST_SKIP() << "the corpora are not here";
    auto repaired = repairs();
    ASSERT_FALSE(repaired.empty());
    int right = 0;
    int skipped = 0;
    do {
        simdjson::dom::parser parser;
        Element test = parser.parse(line);
        auto title = std::string(test["title"].get_string().value());
        auto repair = repaired.find(title);
        auto example = example_of(test, repair == repaired.end() ? "" : repair->second);
        bool is_simple = test["simple"].get_bool().value() || repair != repaired.end();
        bool can_run = is_simple && example.inputs && example.outputs;
        for (auto function : test["functions"].get_array())
            can_run &= is_built(function.get_string().value());
        if (!can_run || kExceptions.contains(title)) {
            ++skipped;
            continue;
        }
        auto wrong = run(example);
        EXPECT_EQ(wrong, "") << title << "\n" << example.query;
        right += wrong.empty();
    } while (std::getline(file, line));
    RecordProperty("right", right);
    std::cout << right << " right, " << skipped << " left out\n";
}

}  // namespace
}  // namespace logwood::exec
