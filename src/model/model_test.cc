#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "model/batch_source.h"
#include "model/coordinates.h"
#include "model/event_batch.h"
#include "model/tag_set.h"

namespace logwood::model {
namespace {

TEST(EventBatchBuilder, KeepsShapesAndValues) {
    EventBatchBuilder builder;
    for (int i = 0; i < 3; ++i) {
        builder.add("@rawstring", "raw" + std::to_string(i));
        builder.add("a", std::to_string(i));
        if (i == 1) builder.add("b", "");
        builder.end_event(i);
    }
    auto batch = builder.finish();
    EXPECT_EQ(batch.rows(), 3U);
    EXPECT_EQ(batch.parts().shapes.size(), 2U);
    EXPECT_EQ(batch.value_of(2, "a"), "2");
    EXPECT_TRUE(is_missing(batch.value_of(0, "b")));
    EXPECT_FALSE(is_missing(batch.value_of(1, "b")));
    EXPECT_EQ(batch.raw_bytes(), 12U);
    auto column = batch.column("b", nullptr);
    EXPECT_TRUE(is_missing(column[0]));
    EXPECT_EQ(column[1], "");
    EXPECT_EQ(builder.rows(), 0U);
}

TEST(EventBatchBuilder, LastValueOfADuplicateWins) {
    EventBatchBuilder builder;
    for (auto* last : {"x", "y"}) {
        builder.add("a", "1");
        builder.add("b", "2");
        builder.add("a", last);
        builder.end_event(0);
    }
    auto batch = builder.finish();
    EXPECT_EQ(batch.value_of(0, "a"), "x");
    EXPECT_EQ(batch.value_of(1, "a"), "y");
    EXPECT_EQ(batch.value_of(1, "b"), "2");
    EXPECT_EQ(batch.shape(1).size(), 2U);
}

TEST(EventBatchBuilder, TakesManyNamesAndOrders) {
    EventBatchBuilder builder;
    constexpr int kFields = 8000;
    for (int event = 0; event < 4; ++event) {
        for (int i = 0; i < kFields; ++i)
            builder.add("f" + std::to_string(event % 2 ? i : kFields - 1 - i), std::to_string(i));
        if (event == 3) builder.add("f5", "again");
        builder.end_event(event);
    }
    auto batch = builder.finish();
    EXPECT_EQ(batch.parts().fields.size(), 8000U);
    EXPECT_EQ(batch.parts().shapes.size(), 2U);
    EXPECT_EQ(batch.value_of(0, "f0"), "7999");
    EXPECT_EQ(batch.value_of(2, "f7999"), "0");
    EXPECT_EQ(batch.value_of(3, "f5"), "again");
    EXPECT_EQ(batch.shape(3).size(), 8000U);
}

TEST(EventBatch, RefusesPartsThatDoNotFit) {
    EventBatch::Parts good{{"a"}, {{0}}, {0}, {7}, {1}, "x"};
    EXPECT_TRUE(EventBatch::make(good));
    auto broken = [&](auto change) {
        auto parts = good;
        change(parts);
        return !EventBatch::make(parts);
    };
    EXPECT_TRUE(broken([](auto& p) { p.shapes[0][0] = 1; }));
    EXPECT_TRUE(broken([](auto& p) { p.shapes[0] = {0, 0}; }));
    EXPECT_TRUE(broken([](auto& p) { p.row_shapes[0] = 1; }));
    EXPECT_TRUE(broken([](auto& p) { p.value_ends[0] = 2; }));
    EXPECT_TRUE(broken([](auto& p) { p.value_ends.clear(); }));
    EXPECT_TRUE(broken([](auto& p) { p.event_times.clear(); }));
}

TEST(BatchSource, ShowsTagsTimesAndCoordinates) {
    EventBatchBuilder builder;
    builder.add("a", "1");
    builder.end_event(5);
    builder.add("a", "2");
    builder.end_event(6);
    auto placed = std::make_shared<PlacedRecord>();
    placed->partition = PartitionId(3);
    placed->offset = LogOffset(9);
    placed->record.tags.set("#type", "json");
    placed->record.ingest_time = UtcTime{11};
    placed->record.events = builder.finish();
    auto source = make_row_source(placed);
    EXPECT_EQ(source->column("#type")->kind(), Column::Kind::kConstant);
    EXPECT_EQ((*source->column("#type"))[1], "json");
    EXPECT_EQ((*source->column("a"))[1], "2");
    EXPECT_EQ(source->column("zz")->kind(), Column::Kind::kMissing);
    EXPECT_EQ((*source->event_times())[1], 6);
    EXPECT_EQ((*source->ingest_times())[1], 11);
    EXPECT_EQ((*source->coordinates())[1].index, 1U);
    EXPECT_EQ(source->fields()->size(), 2U);
}

TEST(EventId, RoundTrips) {
    Coordinates at{Epoch(2), PartitionId(61), LogOffset(123456789), 7};
    RepoId repo(Id128{0xfedcba9876543210, 0x0123456789abcdef});
    auto text = event_id(repo, at, UtcTime::from_ms(1'585'145'569'394));
    EXPECT_TRUE(text.ends_with("_7_1585145569")) << text;
    EXPECT_EQ(text.find('_'), 24U);
    auto parsed = parse_event_id(text);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->repo, repo);
    EXPECT_EQ(parsed->at, at);
    for (auto* bad :
         {"", "abc", "!!!!!!!!!!!!!!!!!!!!!!!!_1_1_1", "000000000000000000000000_x_1_1"})
        EXPECT_FALSE(parse_event_id(bad)) << bad;
}

TEST(EventId, TextIsReusedForManyRows) {
    RepoId repo(Id128{0x0123456789abcdef, 0xfedcba9876543210});
    EventIdText text(repo);
    Coordinates big{Epoch(65535), PartitionId(3843), LogOffset((std::uint64_t{1} << 48) - 1),
                    0xFFFFFFFF};
    for (auto time : {UtcTime::max(), UtcTime{-1}, UtcTime{-1'000'000'000}, UtcTime{0}})
        for (auto& at : {big, Coordinates{}, big}) {
            EXPECT_EQ(text.render(at, time), event_id(repo, at, time));
            auto parsed = parse_event_id(text.render(at, time));
            ASSERT_TRUE(parsed);
            EXPECT_EQ(parsed->repo, repo);
            EXPECT_EQ(parsed->at, at);
        }
    EXPECT_TRUE(text.render(big, UtcTime{-1}).ends_with("_-1"));
    EXPECT_TRUE(text.render(big, UtcTime{-1'000'000'000}).ends_with("_-1"));
    EXPECT_TRUE(text.render(big, UtcTime{-1'000'000'001}).ends_with("_-2"));
}

TEST(TagSet, SortsReplacesAndHashes) {
    TagSet a;
    a.set("#z", "1");
    a.set("b", "2");
    a.set("z", "3");
    EXPECT_EQ(a.entries().size(), 2U);
    EXPECT_EQ(a.get("z"), "3");
    EXPECT_TRUE(is_missing(a.get("q")));
    TagSet b;
    b.set("z", "3");
    b.set("b", "2");
    EXPECT_EQ(a.hash(), b.hash());
    b.set("b", "");
    EXPECT_NE(a.hash(), b.hash());
}

}  // namespace
}  // namespace logwood::model
