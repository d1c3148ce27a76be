#include "cli/row_output.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logwood::cli {
namespace {

using Strings = std::vector<std::string>;

exec::ResultRows events() {
    exec::ResultRows rows;
    rows.fields = {"@rawstring", "@timestamp", "level", "@id"};
    rows.rows.push_back({.values = {{0, "first, \"one\""}, {1, "1700000000123"}, {2, "INFO"}}});
    rows.rows.push_back({.values = {{0, "second\tline\nmore"}, {1, "1700000001000"}, {3, "x"}}});
    return rows;
}

exec::ResultRows counts() {
    exec::ResultRows rows;
    rows.fields = {"_count", "service"};
    rows.field_order = {"service", "_count"};
    rows.rows.push_back({.values = {{0, "7"}, {1, "web"}}});
    rows.rows.push_back({.values = {{0, "1234"}, {1, "a very long name"}}});
    return rows;
}

std::string render(const exec::ResultRows& rows, RowOutputOptions options) {
    auto output = make_row_output(std::move(options));
    std::string out;
    auto done = output->append(rows, out);
    if (!done) return "error: " + done.error().message;
    output->finish(out);
    return out;
}

TEST(RowOutput, Text) {
    EXPECT_EQ(render(events(), {.format = Format::kText}), "first, \"one\"\nsecond\tline\nmore\n");
    EXPECT_EQ(render(counts(), {.format = Format::kText}),
              "_count->7, service->web\n_count->1234, service->a very long name\n");
    EXPECT_EQ(render(events(), {.format = Format::kText, .columns = {"level", "@timestamp"}}),
              "INFO\t1700000000123\n\t1700000001000\n");
}

TEST(RowOutput, ColoursLevelsAndHeaders) {
    auto rows = events();
    rows.rows[0].values[2].second = "ERROR";
    EXPECT_EQ(render(rows, {.format = Format::kText, .is_coloured = true}),
              "\x1b[31mfirst, \"one\"\x1b[0m\nsecond\tline\nmore\n");
    auto plain = render(counts(), {.format = Format::kTable});
    auto header = plain.substr(0, plain.find('\n'));
    EXPECT_EQ(render(counts(), {.format = Format::kTable, .is_coloured = true}),
              "\x1b[1m" + header + "\x1b[0m" + plain.substr(header.size()));
}

TEST(RowOutput, Json) {
    EXPECT_EQ(render(counts(), {.format = Format::kJson}),
              "{\"_count\":\"7\",\"service\":\"web\"}\n"
              "{\"_count\":\"1234\",\"service\":\"a very long name\"}\n");
    EXPECT_EQ(render(events(), {.format = Format::kJson, .columns = {"level", "@timestamp"}}),
              "{\"level\":\"INFO\",\"@timestamp\":1700000000123}\n"
              "{\"@timestamp\":1700000001000}\n");
}

TEST(RowOutput, CsvAndTsv) {
    EXPECT_EQ(render(counts(), {.format = Format::kCsv}),
              "service,_count\r\nweb,7\r\na very long name,1234\r\n");
    EXPECT_EQ(render(events(), {.format = Format::kCsv, .columns = {"@rawstring", "level"}}),
              "@rawstring,level\r\n\"first, \"\"one\"\"\",INFO\r\n\"second\tline\nmore\",\r\n");
    EXPECT_EQ(render(events(), {.format = Format::kTsv, .columns = {"@rawstring"}}),
              "@rawstring\nfirst, \"one\"\nsecond\\tline\\nmore\n");
    EXPECT_TRUE(render(events(), {.format = Format::kCsv, .is_stream = true})
                    .starts_with("error: csv and tsv need columns"));
}

TEST(RowOutput, TableAlignsNumbersToTheRight) {
    EXPECT_EQ(render(counts(), {.format = Format::kTable}),
              "service           _count\n"
              "web                    7\n"
              "a very long name    1234\n");
}

TEST(RowOutput, TableOfEventsShowsTimesAndIsTame) {
    EXPECT_EQ(render(events(), {.format = Format::kTable}),
              "@timestamp               level  @rawstring\n"
              "2023-11-14 22:13:20.123  INFO   first, \"one\"\n"
              "2023-11-14 22:13:21.000         second line more\n");
}

TEST(RowOutput, TableFitsTheTerminal) {
    EXPECT_EQ(render(counts(), {.format = Format::kTable, .width = 16}),
              "service   _count\n"
              "web            7\n"
              "a very …    1234\n");
    // Narrower than that is not cut: a terminal wraps.
    EXPECT_EQ(render(counts(), {.format = Format::kTable, .width = 3}),
              "servi…  _count\n"
              "web          7\n"
              "a ver…    1234\n");
}

TEST(RowOutput, TableGoesOnAfterWhatWasMeasured) {
    auto output = make_row_output({.format = Format::kTable});
    exec::ResultRows rows;
    rows.fields = {"n"};
    for (int i = 0; i < 1000; ++i) rows.rows.push_back({.values = {{0, "1"}}});
    std::string out;
    ASSERT_TRUE(output->append(rows, out));
    EXPECT_EQ(out.substr(0, 6), "n\n1\n1\n");
    out.clear();
    rows.rows.resize(1);
    rows.rows[0].values[0].second = "é2";
    ASSERT_TRUE(output->append(rows, out));
    EXPECT_EQ(out, "…\n");
    out.clear();
    output->finish(out);
    EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace logwood::cli
