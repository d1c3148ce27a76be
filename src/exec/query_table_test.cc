// Runs the tables of testdata/: events, queries, and the rows they must give.
//
// A file is a list of blocks. `events` is followed by one JSON object a line (flat, of texts); the
// events of a file hold for the queries below, until the next `events`. Event i happened i seconds
// after 2023-11-14T22:13:20Z, unless it has `@timestamp` (ms). `interval A B` (ms) limits queries.
// `query` is followed by its text up to `----`, then the rows, one JSON object a line. The views
// (`@timestamp`, `@id`, ...) are compared only where expected. Instead of rows: `error PART` for a
// query that does not compile or run. `file NAME` is followed by the lines of a lookup file, up to
// `endfile`. After rows: `extra KEY=VALUE`, `order a,b`, `warning CODE`.
//
// Each query runs on plain columns, on dictionaries, and on random splits whose partials merge in
// random order after a trip through bytes: all must agree with the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include "exec/lookup/test_lookups.h"
#include "exec/query.h"
#include "exec/test_source.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kFirstEventMs = 1'700'000'000'000;
using Row = std::map<std::string, std::string>;

/// One flat object of texts or bare numbers; fails the test on anything else.
Row parse_object(const std::string& line) {
    Row row;
    std::size_t at = 0;
    auto skip = [&] {
        while (at < line.size() && std::strchr(" ,:{", line[at])) ++at;
    };
    auto text = [&]() -> std::string {
        std::string out;
        if (line[at] != '"') {
            while (at < line.size() && !std::strchr(",} ", line[at])) out += line[at++];
            return out;
        }
        for (++at; at < line.size() && line[at] != '"'; ++at) {
            if (line[at] != '\\') {
                out += line[at];
            } else {
                ++at;
                out += line[at] == 'n' ? '\n' : line[at] == 't' ? '\t' : line[at];
            }
        }
        ++at;
        return out;
    };
    for (skip(); at < line.size() && line[at] != '}'; skip()) {
        auto name = text();
        skip();
        row[name] = text();
    }
    return row;
}

struct Case {
    std::string where;
    std::vector<TestEvent> events;
    CompileOptions options;
    TestFiles files;
    std::string query;
    std::vector<Row> rows;
    std::string error;
    std::map<std::string, std::string> extra;
    std::string order;
    std::vector<std::string> warnings;
};

TestEvent event_of(const Row& row, std::uint32_t index) {
    TestEvent event;
    event.index = index;
    event.time_ns = UtcTime::from_ms(kFirstEventMs + 1000 * std::int64_t{index}).ns;
    for (auto& [name, value] : row) {
        if (name == "@timestamp")
            event.time_ns = UtcTime::from_ms(std::stoll(value)).ns;
        else
            event.fields.emplace_back(name, value);
    }
    return event;
}

std::vector<Case> read_cases(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<Case> cases;
    Case base;
    enum { kNone, kEvents, kQuery, kRows, kFile } state = kNone;
    std::string file_name;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.starts_with("#") && state != kQuery && state != kFile) continue;
        auto rest = [&](std::size_t size) { return line.substr(std::min(size, line.size())); };
        if (state == kFile && line != "endfile") {
            base.files[file_name] += line + "\n";
        } else if (line == "endfile") {
            state = kNone;
        } else if (line.starts_with("file ")) {
            state = kFile;
            file_name = rest(5);
        } else if (line == "events") {
            state = kEvents;
            base.events.clear();
            base.options.interval = {};
        } else if (line.starts_with("interval ")) {
            std::istringstream numbers(rest(9));
            std::int64_t start = 0;
            std::int64_t end = 0;
            numbers >> start >> end;
            base.options.interval = {UtcTime::from_ms(start), UtcTime::from_ms(end)};
        } else if (line == "query") {
            state = kQuery;
            cases.push_back(base);
            cases.back().where = path.filename().string() + ":" + std::to_string(number);
        } else if (line == "----") {
            state = kRows;
        } else if (state == kEvents && !line.empty()) {
            base.events.push_back(event_of(parse_object(line), std::uint32_t(base.events.size())));
        } else if (state == kQuery) {
            cases.back().query += line + "\n";
        } else if (state == kRows && line.starts_with("error")) {
            cases.back().error = rest(6);
        } else if (state == kRows && line.starts_with("order ")) {
            cases.back().order = rest(6);
        } else if (state == kRows && line.starts_with("warning ")) {
            cases.back().warnings.push_back(rest(8));
        } else if (state == kRows && line.starts_with("extra ")) {
            auto equals = line.find('=');
            cases.back().extra[line.substr(6, equals - 6)] = line.substr(equals + 1);
        } else if (state == kRows && !line.empty()) {
            cases.back().rows.push_back(parse_object(line));
        }
    }
    return cases;
}

/// The result's rows as maps; views that the table does not name are left out.
std::vector<Row> rows_of(const ResultRows& result, const std::vector<Row>& expected) {
    static const std::vector<std::string> kViews = {"@timestamp", "@timestamp.nanos",
                                                    "@ingesttimestamp", "@id", "#repo"};
    std::vector<Row> rows;
    for (std::size_t i = 0; i < result.rows.size(); ++i) {
        Row row;
        for (auto& [field, value] : result.rows[i].values) {
            auto& name = result.fields[field];
            bool is_view = std::ranges::find(kViews, name) != kViews.end();
            bool is_expected = i < expected.size() && expected[i].contains(name);
            if (!is_view || is_expected) row[name] = value;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<ResultRows> run_whole(const Query& query, const Case& test, ColumnStyle style) {
    TestSource source(test.events, style);
    auto partial = query.start();
    TRY_OK(query.scan(source, *partial));
    return query.finish(*partial);
}

/// Cuts the events into sources at random, spreads these over partials, merges at random.
Result<ResultRows> run_split(const Query& query, const Case& test, unsigned seed) {
    std::mt19937 random(seed);
    auto events = test.events;
    std::ranges::shuffle(events, random);
    std::vector<std::unique_ptr<Partial>> partials;
    for (int i = 0; i < 3; ++i) partials.push_back(query.start());
    while (!events.empty()) {
        auto size = std::min<std::size_t>(events.size(), 1 + random() % 4);
        std::vector<TestEvent> some(events.end() - std::ptrdiff_t(size), events.end());
        events.resize(events.size() - size);
        TestSource source(std::move(some), static_cast<ColumnStyle>(random() % 3));
        TRY_OK(query.scan(source, *partials[random() % partials.size()]));
    }
    std::ranges::shuffle(partials, random);
    for (auto& partial : partials) {
        TRY(partial, query.deserialise(query.serialise(*partial)));
    }
    for (std::size_t i = 1; i < partials.size(); ++i)
        TRY_OK(query.merge(*partials[0], *partials[i]));
    return query.finish(*partials[0]);
}

void check(const Case& test, const Result<ResultRows>& result, const std::string& how) {
    SCOPED_TRACE(test.where + " (" + how + "): " + test.query);
    if (!test.error.empty()) {
        ASSERT_FALSE(result.has_value()) << "no error";
        EXPECT_THAT(result.error().message, testing::HasSubstr(test.error));
        return;
    }
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_THAT(rows_of(*result, test.rows), testing::ElementsAreArray(test.rows));
    for (auto& [key, value] : test.extra) {
        auto found = result->extra_data.find(key);
        EXPECT_EQ(found == result->extra_data.end() ? "(none)" : found->second, value) << key;
    }
    if (!test.order.empty()) {
        std::string order;
        for (auto& field : result->field_order) order += (order.empty() ? "" : ",") + field;
        EXPECT_EQ(order, test.order);
    }
    std::vector<std::string> warnings;
    for (auto& warning : result->warnings) warnings.push_back(warning.code);
    EXPECT_THAT(warnings, testing::ElementsAreArray(test.warnings));
}

class QueryTable : public testing::TestWithParam<std::filesystem::path> {};

/// Runs the inputs of a query before it, in the same way.
template <typename Run>
Result<ResultRows> run_all_passes(const std::string& text, const CompileOptions& options, Run run) {
    // Inputs take what they get once.
    auto query = Query::compile(text, options);
    if (!query) return fail(Code::kInvalidArgument, query.error().message);
    std::vector<Warning> warnings;
    for (auto& input : (*query)->inputs()) {
        TRY(auto rows, run(*input.query));
        TRY(auto more, input.take(rows));
        std::ranges::move(more, std::back_inserter(warnings));
    }
    TRY(auto rows, run(**query));
    std::ranges::move(warnings, std::back_inserter(rows.warnings));
    return rows;
}

TEST_P(QueryTable, GivesTheExpectedRows) {
    for (auto& test : read_cases(GetParam())) {
        auto options = test.options;
        options.may_have_inputs = true;
        options.now = UtcTime::from_ms(1'700'000'100'000);
        options.repo_name = [](RepoId) { return std::string("test"); };
        options.lookups = lookups_of(test.files);
        auto query = Query::compile(test.query, options);
        if (!query) {
            SCOPED_TRACE(test.where + ": " + test.query);
            EXPECT_FALSE(test.error.empty()) << query.error().rendered;
            EXPECT_THAT(query.error().message, testing::HasSubstr(test.error));
            continue;
        }
        auto run = [&](const std::string& how, auto once) {
            check(test, run_all_passes(test.query, options, once), how);
        };
        for (auto style : {ColumnStyle::kPlain, ColumnStyle::kDictionary})
            run(style == ColumnStyle::kPlain ? "plain" : "dictionary",
                [&](const Query& one) { return run_whole(one, test, style); });
        for (unsigned seed = 0; seed < 5; ++seed)
            run("split " + std::to_string(seed),
                [&](const Query& one) { return run_split(one, test, seed); });
    }
}

std::vector<std::filesystem::path> tables() {
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    std::vector<std::filesystem::path> paths;
    auto folder = std::filesystem::path(root ? root : ".") / "src/exec/testdata";
    if (!std::filesystem::exists(folder)) return paths;
    for (auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".txt") paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

INSTANTIATE_TEST_SUITE_P(Tables, QueryTable, testing::ValuesIn(tables()),
                         [](auto& info) { return info.param.stem().string(); });

TEST(QueryTableFiles, AreThere) { EXPECT_FALSE(tables().empty()); }

}  // namespace
}  // namespace logwood::exec
