#include "api/export_format.h"

#include <gtest/gtest.h>

namespace logwood::api {
namespace {

exec::ResultRows two_rows() {
    exec::ResultRows rows{.fields = {"@timestamp", "@rawstring", "b", "a"}};
    rows.rows.push_back({.values = {{0, "5"}, {1, "raw \"text\""}, {2, "x"}}});
    rows.rows.push_back({.values = {{3, "hello"}, {2, "wor,ld"}}});
    return rows;
}

/// The whole body, the rows given twice, as two batches.
std::string render(std::string_view accept, const exec::ResultRows& rows) {
    auto format = choose_export_format(accept);
    auto is_csv = accept == "text/csv";
    EXPECT_EQ(format->needs_columns(rows), is_csv && rows.field_order.empty());
    auto out = format->begin(&rows, {"@rawstring", "@timestamp", "a", "b"});
    for (int i = 0; i < 2; ++i) format->append(out, rows, 0, rows.rows.size());
    return out + format->end();
}

TEST(ExportFormat, FollowsTheAcceptHeader) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "text/plain; charset=UTF-8"},
        {"*/*", "text/plain; charset=UTF-8"},
        {"text/plain", "text/plain; charset=UTF-8"},
        {"application/json", "application/json"},
        {"application/x-ndjson", "application/x-ndjson"},
        {"text/csv; charset=utf-8", "text/csv; charset=UTF-8"},
        {"application/x-ndjson, */*", "application/x-ndjson"},
    };
    for (auto& [accept, type] : cases)
        EXPECT_EQ(choose_export_format(accept)->content_type(), type) << accept;
}

TEST(ExportFormat, WritesRows) {
    auto rows = two_rows();
    constexpr std::string_view kFirst = R"({"@timestamp":5,"@rawstring":"raw \"text\"","b":"x"})";
    constexpr std::string_view kSecond = R"({"a":"hello","b":"wor,ld"})";
    std::string first(kFirst);
    std::string second(kSecond);
    EXPECT_EQ(render("application/json", rows),
              "[" + first + ",\n" + second + ",\n" + first + ",\n" + second + "]");
    auto lines = first + "\n" + second + "\n";
    EXPECT_EQ(render("application/x-ndjson", rows), lines + lines);
    std::string text = "raw \"text\"\na->hello, b->wor,ld\n";
    EXPECT_EQ(render("*/*", rows), text + text);
    std::string csv = "\"raw \"\"text\"\"\",5,,x\r\n,,hello,\"wor,ld\"\r\n";
    EXPECT_EQ(render("text/csv", rows), "@rawstring,@timestamp,a,b\r\n" + csv + csv);
    rows.field_order = {"b", "none"};
    csv = "x,\r\n\"wor,ld\",\r\n";
    EXPECT_EQ(render("text/csv", rows), "b,none\r\n" + csv + csv);
}

TEST(ExportFormat, OfNothing) {
    const std::pair<std::string_view, std::string_view> cases[] = {{"text/plain", ""},
                                                                   {"application/json", "[]"},
                                                                   {"application/x-ndjson", ""},
                                                                   {"text/csv", ""}};
    for (auto& [accept, body] : cases) {
        auto format = choose_export_format(accept);
        EXPECT_EQ(format->begin(nullptr, {}) + format->end(), body);
    }
}

}  // namespace
}  // namespace logwood::api
