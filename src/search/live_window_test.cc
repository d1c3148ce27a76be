#include "search/live_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/batch_source.h"
#include "search/held_rows.h"
#include "search/limits.h"
#include "search/live_query.h"
#include "testing/sim_random.h"

namespace logwood::search {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::size_t kNoLimit = 1U << 30;

struct Event {
    std::string host;
    std::int64_t second;
};

std::shared_ptr<const model::PlacedRecord> record(const std::vector<Event>& events,
                                                  std::uint64_t offset = 0) {
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->offset = model::LogOffset(offset);
    placed->record.tags.set("type", "t");
    placed->record.ingest_time = {7};
    model::EventBatchBuilder builder;
    for (auto& event : events) {
        builder.add("host", event.host);
        builder.add("@rawstring", "at " + std::to_string(event.second));
        builder.end_event(event.second * kSecondNs);
    }
    placed->record.events = builder.finish();
    return placed;
}

std::shared_ptr<const exec::Query> compile(const std::string& text, model::TimeRange interval,
                                           std::optional<Duration> live = 100s) {
    auto query = exec::Query::compile(text, {.interval = interval, .live_window = live});
    EXPECT_TRUE(query) << query.error().message;
    return *query;
}

std::vector<std::string> rows_of(const exec::Query& query, const exec::Partial& partial) {
    auto rows = query.finish(partial);
    EXPECT_TRUE(rows) << rows.error().message;
    std::vector<std::string> texts;
    for (auto& row : rows->rows) {
        std::string text;
        for (auto& [field, value] : row.values) text += rows->fields[field] + "=" + value + " ";
        texts.push_back(text);
    }
    return texts;
}

model::TimeRange seconds(std::int64_t start, std::int64_t end) {
    return {.start = {start * kSecondNs}, .end = {end * kSecondNs}};
}

/// Adds in any order, slides, becomes coarser, is merged: always what a plain query finds.
TEST(LiveWindow, EqualsAQueryOverItsEvents) {
    const std::string queries[] = {"count()",          "groupBy(host)",
                                   "tail(5)",          "head(5)",
                                   "bucket(span=10s)", "sort(host, limit=3, type=string)"};
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        testing::SimRandom random(seed);
        auto& text = queries[random.below(std::size(queries))];
        auto scanner = compile(text, {});
        std::int64_t now = 1000;
        LiveWindow window(scanner, 4s, {(now - 100) * kSecondNs}, kNoLimit);
        std::vector<std::shared_ptr<const model::PlacedRecord>> all;
        for (int step = 0; step < 60; ++step) {
            now += static_cast<std::int64_t>(random.below(12));
            window.slide({(now - 100) * kSecondNs});
            std::vector<Event> events(random.below(12));
            for (auto& [host, second] : events) {
                host = std::string(1, static_cast<char>('a' + random.below(5)));
                second =
                    now - static_cast<std::int64_t>(random.below(random.one_in(4) ? 120U : 4U));
            }
            auto placed = record(events, all.size());
            all.push_back(placed);
            auto source = model::make_row_source(placed);
            if (random.one_in(5)) {
                LiveWindow other(scanner, 4s, window.start(), kNoLimit);
                ASSERT_TRUE(other.add(*source, {}, {}));
                ASSERT_TRUE(window.merge(other));
            } else {
                ASSERT_TRUE(window.add(*source, {}, {}));
            }
            auto interval = model::TimeRange{window.start(), {(now + 1) * kSecondNs}};
            EXPECT_LE(window.start().ns, (now - 100) * kSecondNs);
            auto finisher = compile(text, interval);
            auto plain = compile(text, interval);
            auto expected = plain->start();
            for (auto& one : all) ASSERT_TRUE(plain->scan(*model::make_row_source(one), *expected));
            auto merged = window.merged(*finisher);
            ASSERT_TRUE(merged);
            ASSERT_EQ(rows_of(*finisher, **merged), rows_of(*plain, *expected))
                << text << " seed " << seed << " step " << step;
        }
    }
}

TEST(LiveWindow, StaysWithinItsMemory) {
    auto query = compile("groupBy(host, limit=max)", {});
    constexpr std::size_t kBytes = 400'000;
    LiveWindow window(query, 1s, {}, kBytes);
    std::vector<Event> events;
    for (int i = 0; i < 60; ++i)
        for (int host = 0; host < 100; ++host) events.push_back({"host" + std::to_string(host), i});
    ASSERT_TRUE(window.add(*model::make_row_source(record(events)), {}, {}));
    EXPECT_GT(window.bucket(), 1s) << "the same groups in each of 60 buckets are too many";
    EXPECT_LE(window.memory(), kBytes);
    auto finisher = compile("groupBy(host, limit=max) | count()", seconds(0, 60));
    EXPECT_THAT(rows_of(*finisher, **window.merged(*finisher)), ElementsAre("_count=100 "));
    std::vector<Event> hostile;
    for (int host = 0; host < 50'000; ++host) hostile.push_back({"h" + std::to_string(host), 5});
    auto added = window.add(*model::make_row_source(record(hostile)), {}, {});
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Code::kTooLarge);
    EXPECT_THAT(added.error().message, ::testing::HasSubstr("needs more than its limit"));
}

TEST(LiveWindow, KeepsNoMoreEventsThanItShows) {
    auto query = compile("*", {});
    LiveWindow window(query, 1s, {}, kNoLimit);
    for (int second = 0; second < 90; ++second) {
        std::vector<Event> events(50, {"h", second});
        ASSERT_TRUE(window.add(*model::make_row_source(record(events)), {}, {}));
    }
    EXPECT_EQ(window.matched(), 4500U);
    LiveWindow last(query, 1s, {}, kNoLimit);
    for (int second = 85; second < 90; ++second) {
        std::vector<Event> events(50, {"h", second});
        ASSERT_TRUE(last.add(*model::make_row_source(record(events)), {}, {}));
    }
    EXPECT_LE(window.memory(), last.memory());
}

TEST(LiveWindow, TailKnowsHowMuchItHolds) {
    auto query = compile("tail(7)", {});
    auto partial = query->start();
    testing::SimRandom random(5);
    for (int i = 0; i < 2000; ++i) {
        std::vector<Event> events(20);
        for (auto& [host, second] : events) {
            host = std::string(random.below(60), 'h');
            second = static_cast<std::int64_t>(random.below(100'000));
        }
        ASSERT_TRUE(query->scan(*model::make_row_source(record(events)), *partial));
        ASSERT_LT(partial->memory(), 20'000U) << i;
    }
}

TEST(HeldRows, GivesEachRowOnceWhenItsTimeComes) {
    HeldRows held(kNoLimit);
    auto placed = record({{"a", 5}, {"b", 30}, {"c", 20}, {"d", 10}}, 9);
    ASSERT_TRUE(held.hold(*model::make_row_source(placed), {10 * kSecondNs}, 3));
    auto hosts = [&](std::int64_t start, std::int64_t end) {
        std::string found;
        auto query = compile("tail(9)", {});
        for (auto& [batch, sequence] : held.release(seconds(start, end))) {
            EXPECT_EQ(sequence, 3U);
            LiveWindow window(query, 1s, {}, kNoLimit);
            EXPECT_TRUE(window.add(*batch->source(), batch->times(), {}));
            auto rows = query->finish(**window.merged(*query));
            for (auto& row : rows->rows) {
                EXPECT_EQ(row.order->at.offset, model::LogOffset(9));
                for (auto& [field, value] : row.values) {
                    if (rows->fields[field] == "host") found += value;
                    if (rows->fields[field] == "#type") EXPECT_EQ(value, "t");
                    if (rows->fields[field] == "@ingesttimestamp") EXPECT_EQ(value, "0");
                }
            }
        }
        return found;
    };
    EXPECT_EQ(hosts(10, 10), "");
    EXPECT_EQ(hosts(10, 15), "d");
    EXPECT_EQ(hosts(15, 16), "");
    EXPECT_GT(held.memory(), 0U);
    EXPECT_EQ(hosts(16, 100), "bc");
    EXPECT_EQ(held.memory(), 0U);
    HeldRows small(1);
    ASSERT_TRUE(small.hold(*model::make_row_source(placed), {10 * kSecondNs}, 3));
    EXPECT_EQ(small.left_out(), 3U);
    EXPECT_THAT(small.release(seconds(0, 100)), SizeIs(0));
}

TEST(MicroBatch, IsItsRecords) {
    auto first = record({{"a", 1}, {"b", 2}}, 4);
    auto other = std::make_shared<model::PlacedRecord>();
    other->offset = model::LogOffset(5);
    other->record.tags.set("type", "u");
    other->record.tags.set("zone", "z");
    model::EventBatchBuilder builder;
    builder.add("x", "1");
    builder.end_event(3 * kSecondNs);
    other->record.events = builder.finish();
    auto batch = std::make_shared<const MicroBatch>(
        std::vector<MicroBatch::Part>{{first, {}}, {other, {}}}, model::TimeRange{});
    auto source = batch->source();
    EXPECT_EQ(source->rows(), 3U);
    EXPECT_EQ(source->time_bounds()->max_ns, 3 * kSecondNs);
    EXPECT_EQ((*source->coordinates())[1].index, 1U);
    EXPECT_EQ((*source->coordinates())[2].offset, model::LogOffset(5));
    auto column = [&](std::string_view field) {
        std::vector<std::string> values;
        auto made = *source->column(field);
        for (std::size_t row = 0; row < 3; ++row)
            values.emplace_back(model::is_missing(made[row]) ? "-" : made[row]);
        return values;
    };
    EXPECT_THAT(column("host"), ElementsAre("a", "b", "-"));
    EXPECT_THAT(column("x"), ElementsAre("-", "-", "1"));
    EXPECT_THAT(column("#type"), ElementsAre("t", "t", "u"));
    EXPECT_THAT(column("#zone"), ElementsAre("-", "-", "z"));
    EXPECT_THAT(column("none"), ElementsAre("-", "-", "-"));
    EXPECT_THAT(*source->fields(),
                ::testing::UnorderedElementsAre("host", "@rawstring", "x", "#type", "#zone"));
    EXPECT_TRUE(batch->may_match(*compile("#type=u", {})));
    EXPECT_FALSE(batch->may_match(*compile("#type=v", {})));
}

TEST(MicroBatch, TellsFewTextsFromMany) {
    std::vector<std::string> many;
    for (int i = 0; i < 2000; ++i) many.push_back(std::to_string(i));
    std::vector<std::string_view> distinct(many.begin(), many.end());
    auto repeated = distinct;
    for (std::size_t i = 0; i < repeated.size(); ++i)
        repeated[i] = i % 100 == 7 ? model::kMissing : distinct[i % 13];
    auto plain = encode_texts(distinct, nullptr);
    auto coded = encode_texts(repeated, nullptr);
    EXPECT_EQ(plain.kind(), model::Column::Kind::kPlain);
    EXPECT_EQ(coded.kind(), model::Column::Kind::kDictionary);
    EXPECT_THAT(coded.values(), SizeIs(13));
    for (std::size_t i = 0; i < repeated.size(); ++i) {
        EXPECT_EQ(plain[i], distinct[i]);
        EXPECT_EQ(coded[i], repeated[i]);
        EXPECT_EQ(model::is_missing(coded[i]), model::is_missing(repeated[i]));
    }
    EXPECT_EQ(encode_texts({"x", "x"}, nullptr).kind(), model::Column::Kind::kConstant);
    EXPECT_EQ(encode_texts({model::kMissing}, nullptr).kind(), model::Column::Kind::kMissing);
}

}  // namespace
}  // namespace logwood::search
