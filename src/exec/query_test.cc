#include "exec/query.h"

#include <gtest/gtest.h>

#include <map>

#include "exec/test_source.h"

namespace logwood::exec {
namespace {

std::shared_ptr<const Query> compile(std::string_view text, CompileOptions options = {}) {
    auto query = Query::compile(text, options);
    if (!query) ADD_FAILURE() << query.error().rendered;
    return query ? *query : nullptr;
}

TestSource source_of(std::size_t rows, std::int64_t first_ns = 0) {
    std::vector<TestEvent> events;
    for (std::uint32_t i = 0; i < rows; ++i)
        events.push_back({{{"n", std::to_string(i)}, {"#type", "a"}}, first_ns + i, i});
    return TestSource(std::move(events), ColumnStyle::kDictionary);
}

TEST(Query, KnowsItsShape) {
    struct Case {
        const char* text;
        bool is_aggregate;
        bool gives_events;
        const char* filter_text;
    };
    for (auto& test :
         {Case{"", false, true, "*"}, Case{"a=1 | b=2", false, true, "a=1 | b=2"},
          Case{" a=1 | count() | x=1", true, false, "a=1"}, Case{"count()", true, false, "*"},
          Case{"a=1 | tail(3)", true, true, "a=1"}, Case{"a=1 | head() | b=2", true, true, "a=1"},
          Case{"tail(9) | count()", true, false, "*"},
          Case{"groupBy(a) | tail(9)", true, false, "*"}, Case{"sort(a)", true, false, "*"}}) {
        auto query = compile(test.text);
        EXPECT_EQ(query->is_aggregate(), test.is_aggregate) << test.text;
        EXPECT_EQ(query->gives_events(), test.gives_events) << test.text;
        EXPECT_EQ(query->filter_text(), test.filter_text) << test.text;
    }
}

TEST(Query, SeesNothingBeforeTheOldest) {
    struct Case {
        const char* text;
        std::int64_t oldest_ns;
        model::TimeRange interval;
    };
    const UtcTime day{86'400'000'000'000};
    for (auto& test :
         {Case{"*", 5, {.start = {5}, .end = {9}}}, Case{"*", 1, {.start = {2}, .end = {9}}},
          Case{"*", 20, {.start = {9}, .end = {9}}},
          Case{"setTimeInterval(start=1d)", 5, {.start = {5}, .end = day}}}) {
        auto query = compile(test.text, {.interval = {.start = {2}, .end = {9}},
                                         .oldest = UtcTime{test.oldest_ns},
                                         .now = day});
        EXPECT_EQ(query->interval(), test.interval) << test.text << ' ' << test.oldest_ns;
        auto partial = query->start();
        ASSERT_TRUE(query->scan(source_of(9), *partial));
        auto end = std::min<std::int64_t>(9, test.interval.end.ns);
        EXPECT_EQ(partial->matched(), static_cast<std::uint64_t>(
                                          std::max<std::int64_t>(end - test.interval.start.ns, 0)))
            << test.text << ' ' << test.oldest_ns;
    }
}

TEST(Query, SearchesByArrival) {
    // Arrival is a second after the event's time.
    constexpr std::int64_t kSecondNs = 1'000'000'000;
    struct Case {
        CompileOptions options;
        std::uint64_t matched;
        model::TimeRange events;
        model::TimeRange arrival;
    };
    model::TimeRange window{.start = {kSecondNs + 2}, .end = {kSecondNs + 5}};
    for (auto& test : {
             Case{{.interval = window, .by_ingest_time = true}, 3, {}, window},
             Case{{.interval = window, .by_ingest_time = true, .oldest = UtcTime{4}},
                  1,
                  {.start = {4}},
                  window},
             Case{{.arrival = window}, 3, {}, window},
             Case{{.interval = {.start = {3}, .end = {9}}, .arrival = window},
                  2,
                  {.start = {3}, .end = {9}},
                  window},
             Case{{.interval = window,
                   .by_ingest_time = true,
                   .arrival = {.start = {kSecondNs + 4}}},
                  1,
                  {},
                  {.start = {kSecondNs + 4}, .end = {kSecondNs + 5}}},
         }) {
        auto query = compile("count()", test.options);
        auto partial = query->start();
        ASSERT_TRUE(query->scan(source_of(9), *partial));
        EXPECT_EQ(partial->matched(), test.matched);
        EXPECT_EQ(query->event_times(), test.events);
        EXPECT_EQ(query->ingest_times(), test.arrival);
        EXPECT_EQ(query->interval(), test.options.interval);
    }
}

TEST(Query, CountsBesideItsResult) {
    CompileOptions options{.interval = {.start = {0}, .end = UtcTime::from_ms(4000)},
                           .counts_by_time = true,
                           .counts_fields = true};
    auto query = compile("n=/[0-4]/ | tail(1) | drop(n)", options);
    std::vector<std::unique_ptr<Partial>> partials;
    for (std::int64_t second : {0, 1, 3}) {
        partials.push_back(query->start());
        ASSERT_TRUE(query->scan(source_of(20, second * 1'000'000'000), *partials.back()));
        // Twice over the wire: nothing is lost, nothing is added.
        auto back = query->deserialise(query->serialise(*partials.back()));
        ASSERT_TRUE(back) << back.error().message;
        partials.back() = *std::move(back);
    }
    for (std::size_t i = 1; i < 3; ++i) ASSERT_TRUE(query->merge(*partials[0], *partials[i]));
    EXPECT_EQ(query->finish(*partials[0])->rows.size(), 1U);
    EXPECT_FALSE(query->is_settled_before(*partials[0], 0)) << "the counts need all events";
    auto beside = query->finish_beside(*partials[0]);
    ASSERT_TRUE(beside && beside->by_time && beside->fields);
    auto value = [](const ResultRows& rows, const ResultRow& row, std::string_view name) {
        for (auto& [field, text] : row.values)
            if (rows.fields[field] == name) return text;
        return std::string("-");
    };
    // Of 0 to 19 these have a digit below 5: all but 5 to 9.
    std::uint64_t counted = 0;
    for (auto& row : beside->by_time->rows)
        counted += std::stoull(value(*beside->by_time, row, "_count"));
    EXPECT_EQ(counted, 45U);
    EXPECT_EQ(beside->by_time->extra_data.count("bucket_span_millis"), 1U);
    std::vector<std::string> found;
    auto& fields = *beside->fields;
    for (auto& row : fields.rows)
        found.push_back(value(fields, row, "field") + " " + value(fields, row, "value") + " " +
                        value(fields, row, "_count") + " " + value(fields, row, "distinct"));
    ASSERT_EQ(found.size(), 2U + 2U + 1U + 15U) << "#repo, #type and n";
    EXPECT_EQ(found[2], "#type - 45 1");
    EXPECT_EQ(found[3], "- a 45 -");
    EXPECT_EQ(found[4], "n - 45 15");
    EXPECT_EQ(found[5], "- 0 3 -");
    EXPECT_FALSE(compile("*")->finish_beside(*compile("*")->start())->by_time);
}

TEST(Query, KeepsTheCommonestValues) {
    // 3000 values once, ten of them often: these are found, and counted nearly.
    CompileOptions options{.counts_fields = true};
    auto query = compile("count()", options);
    auto partial = query->start();
    std::map<std::string, std::uint64_t> exact;
    for (std::uint32_t part = 0; part < 10; ++part) {
        std::vector<TestEvent> events;
        for (std::uint32_t i = 0; i < 1300; ++i) {
            auto text = i % 13 < 10 ? "often" + std::to_string(i % 13)
                                    : "once" + std::to_string(part * 1300 + i);
            ++exact[text];
            events.push_back({{{"n", text}}, i, i});
        }
        auto style = part % 2 == 0 ? ColumnStyle::kPlain : ColumnStyle::kDictionary;
        ASSERT_TRUE(query->scan(TestSource(std::move(events), style), *partial));
    }
    auto beside = query->finish_beside(*partial);
    ASSERT_TRUE(beside && beside->fields);
    std::map<std::string, std::uint64_t> counts;
    for (auto& row : beside->fields->rows) {
        std::map<std::string, std::string> at;
        for (auto& [field, text] : row.values) at[beside->fields->fields[field]] = text;
        if (at.contains("value") && at["value"].starts_with("often"))
            counts[at["value"]] = std::stoull(at["_count"]);
    }
    ASSERT_EQ(counts.size(), 10U);
    for (auto& [text, count] : counts) {
        EXPECT_LE(count, exact[text]);
        EXPECT_GE(count + 13'000 / 256, exact[text]);
    }
    EXPECT_LT(partial->memory(), 200'000U);
}

TEST(Query, RulesOutTags) {
    struct Case {
        const char* text;
        bool may_match;  ///< `#type` = `web`.
    };
    for (auto& test :
         {Case{"*", true}, Case{"#type=web", true}, Case{"#type=api", false},
          Case{"#type=w* foo", true}, Case{"#type!=web", false}, Case{"not #type=web", false},
          Case{"#type=api or #type=web", true}, Case{"#type=api or #type=db", false},
          Case{"#type=api or x=1", true}, Case{"#other=1", true}, Case{"#type=/^ap/", false},
          Case{"in(\"#type\", values=[a, b])", false}, Case{"a=1 | #type=api | count()", false},
          Case{"#type := x | #type=api", true}, Case{"#type=* #type=api", false}})
        EXPECT_EQ(compile(test.text)->may_match_tag("type", "web"), test.may_match) << test.text;
}

TEST(Query, CountsWithoutDecoding) {
    auto source = source_of(10);
    auto query = compile("count()");
    auto partial = query->start();
    ASSERT_TRUE(query->scan(source, *partial));
    EXPECT_EQ(partial->matched(), 10U);
    EXPECT_EQ(source.columns_decoded, 0U);
}

TEST(Query, AFullTailIsSettled) {
    auto query = compile("*");
    auto partial = query->start();
    auto newer = source_of(199, 1000);
    ASSERT_TRUE(query->scan(newer, *partial));
    EXPECT_FALSE(query->is_settled_before(*partial, 500));
    auto one_more = source_of(1, 900);
    ASSERT_TRUE(query->scan(one_more, *partial));
    EXPECT_TRUE(query->is_settled_before(*partial, 900));
    EXPECT_FALSE(query->is_settled_before(*partial, 901));
    auto aggregate = compile("count()");
    EXPECT_FALSE(aggregate->is_settled_before(*aggregate->start(), 0));
}

TEST(Query, AFullHeadIsSettled) {
    auto query = compile("* | head(200)");
    EXPECT_TRUE(query->wants_oldest_first());
    EXPECT_FALSE(compile("*")->wants_oldest_first());
    auto partial = query->start();
    ASSERT_TRUE(query->scan(source_of(199, 100), *partial));
    EXPECT_FALSE(query->is_settled_after(*partial, 5000));
    ASSERT_TRUE(query->scan(source_of(1, 900), *partial));
    EXPECT_FALSE(query->is_settled_after(*partial, 900)) << "events of one time have an order";
    EXPECT_TRUE(query->is_settled_after(*partial, 901));
}

TEST(Query, ExportsAllRowsInOrder) {
    auto source = source_of(300);
    auto rows = compile("n>=10 | select(n)")->export_rows(source);
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->rows.size(), 290U);
    EXPECT_EQ(rows->rows[0].values[0].second, "10");
    ASSERT_TRUE(rows->rows[0].order.has_value());
    EXPECT_EQ(rows->rows[0].order->time_ns, 10);
}

TEST(Query, StopsAtItsMemoryLimit) {
    CompileOptions options;
    options.memory_bytes_max = 10'000;
    auto query = compile("groupBy(n)", options);
    auto partial = query->start();
    auto source = source_of(2000);
    auto scanned = query->scan(source, *partial);
    ASSERT_FALSE(scanned.has_value());
    EXPECT_EQ(scanned.error().code, Code::kTooLarge);
}

TEST(Query, StopsWhenStepsMakeTextWithoutEnd) {
    std::string text = "a := format(\"%s%s%s%s\", field=[n, n, n, n])";
    for (auto step : {"b := format(\"%s%s%s%s%s%s%s%s\", field=[a, a, a, a, a, a, a, a])",
                      "c := format(\"%s%s%s%s%s%s%s%s\", field=[b, b, b, b, b, b, b, b])",
                      "d := format(\"%s%s%s%s%s%s%s%s\", field=[c, c, c, c, c, c, c, c])",
                      "e := format(\"%s%s%s%s%s%s%s%s\", field=[d, d, d, d, d, d, d, d])"})
        text += std::string(" | ") + step;
    auto query = compile(text + " | count(e, distinct=true)");
    auto few = query->start();
    EXPECT_TRUE(query->scan(source_of(10), *few));
    auto many = query->start();
    auto scanned = query->scan(source_of(20'000), *many);
    ASSERT_FALSE(scanned.has_value());
    EXPECT_EQ(scanned.error().code, Code::kTooLarge);
}

TEST(Query, RefusesBytesOfOthers) {
    auto count = compile("count()");
    auto sum = compile("sum(n)");
    auto bytes = count->serialise(*count->start());
    EXPECT_TRUE(count->deserialise(bytes).has_value());
    EXPECT_FALSE(sum->deserialise(bytes).has_value());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        EXPECT_FALSE(count->deserialise(damaged).has_value()) << i;
        EXPECT_FALSE(count->deserialise(bytes.substr(0, i)).has_value()) << i;
    }
}

TEST(Query, SaysWhereItDoesNotCompile) {
    auto query = Query::compile("a=1 | nosuch()", {});
    ASSERT_FALSE(query.has_value());
    EXPECT_EQ(query.error().begin, 6U);
    EXPECT_NE(query.error().rendered.find("1:7"), std::string::npos);
}

TEST(Query, TakesSavedQueriesAndSeveralValues) {
    CompileOptions options;
    options.arguments["ns"] = {"1", "12", "99"};
    options.saved_query = [](std::string_view name) -> std::optional<std::string> {
        if (name == "some") return "in(n, values=?values)";
        if (name == "own") return "in(n, values=[?ns])";
        if (name == "loop") return "$loop()";
        return std::nullopt;
    };
    for (auto& [text, matched] : std::vector<std::pair<std::string, std::uint64_t>>{
             {"$some(values=[\"3\", \"4\"]) | count()", 2},
             {"$own() | count()", 2},
             {"in(n, values=[?ns, \"5\"]) | count()", 3}}) {
        auto query = compile(text, options);
        auto partial = query->start();
        auto source = source_of(20);
        ASSERT_TRUE(query->scan(source, *partial));
        EXPECT_EQ(partial->matched(), matched) << text;
    }
    for (auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
             {"$none()", "there is no saved query `none`"},
             {"$loop()", "the saved query `loop` uses itself"},
             {"n=?ns", "has 3 values"}}) {
        auto query = Query::compile(text, options);
        ASSERT_FALSE(query) << text;
        EXPECT_NE(query.error().message.find(part), std::string::npos) << query.error().message;
    }
    // Other values or texts make another query.
    auto bytes_of = [](const CompileOptions& given) {
        auto query = compile("$own() | count()", given);
        return query->serialise(*query->start());
    };
    auto before = bytes_of(options);
    options.arguments["ns"] = {"1", "12"};
    EXPECT_NE(bytes_of(options), before);
}

TEST(Query, TakesArguments) {
    CompileOptions options;
    options.arguments["x"] = {"1*"};
    auto query = compile("n=?x | count()", options);
    auto partial = query->start();
    auto source = source_of(20);
    ASSERT_TRUE(query->scan(source, *partial));
    EXPECT_EQ(partial->matched(), 11U);
}

}  // namespace
}  // namespace logwood::exec
