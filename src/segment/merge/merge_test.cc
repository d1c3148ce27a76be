// The merge against a plain twin: all rows of the inputs, cut by day, sorted.
#include "segment/merge/merge.h"

#include <gmock/gmock.h>

#include <random>

#include "segment/day.h"
#include "segment/limits.h"
#include "segment/test_rows.h"

namespace logwood::segment {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::shared_ptr<const Reader> open(const Records& records, Level level, std::uint64_t id) {
    auto written = write_segment({level, SegmentId(Id128{1, id}), kTestRepo}, records);
    EXPECT_TRUE(written);
    auto reader = Reader::open(make_memory_source(written->bytes));
    EXPECT_TRUE(reader);
    return *reader;
}

Result<std::vector<WrittenSegment>> merge_all(
    const std::vector<std::shared_ptr<const Reader>>& inputs, std::span<const Output> outputs) {
    std::vector<WrittenSegment> written(outputs.size());
    auto target = [&](std::size_t index) -> Result<OutputTarget> {
        return OutputTarget{SegmentId(Id128{2, index}),
                            [&, index](std::string_view bytes) -> Result<void> {
                                written[index].bytes += bytes;
                                return {};
                            }};
    };
    TRY(auto summaries, merge(inputs, outputs, target));
    for (std::size_t i = 0; i < written.size(); ++i) written[i].summary = summaries[i];
    return written;
}

Records on_days(Records records, std::span<const std::int32_t> days) {
    for (auto& placed : records) {
        auto changed = std::make_shared<model::PlacedRecord>(*placed);
        auto parts = placed->record.events.parts();
        for (std::size_t row = 0; row < parts.event_times.size(); ++row)
            parts.event_times[row] = days[row % days.size()] * 86'400'000'000'000 +
                                     parts.event_times[row] % 86'400'000'000'000;
        changed->record.events = *model::EventBatch::make(std::move(parts));
        placed = changed;
    }
    return records;
}

TEST(Merge, GivesAllRowsInOrder) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        std::mt19937_64 random(seed);
        Records all;
        std::vector<std::shared_ptr<const Reader>> inputs;
        for (std::uint64_t i = 0; i < 1 + seed % 4; ++i) {
            auto records = random_records(random, 1 + random() % 4, 200);
            all.insert(all.end(), records.begin(), records.end());
            inputs.push_back(open(records, i == 2 ? Level::kMerged : Level::kMini, i));
        }
        auto written = merge_all(inputs, cut_outputs(inputs));
        ASSERT_TRUE(written) << written.error().to_string();
        std::vector<std::string> rows;
        for (auto& segment : *written) {
            auto some = read_rows(segment.bytes);
            ASSERT_TRUE(some) << some.error().to_string();
            rows.insert(rows.end(), some->begin(), some->end());
        }
        auto expected = plain_rows(all);
        // Inputs may repeat coordinates; rows that are equal in the order are told apart by text.
        if (written->size() > 1) {
            std::ranges::sort(rows);
            std::ranges::sort(expected);
        }
        EXPECT_EQ(rows, expected) << "seed " << seed;
        auto again = merge_all(inputs, cut_outputs(inputs));
        ASSERT_TRUE(again);
        for (std::size_t i = 0; i < again->size(); ++i)
            EXPECT_EQ((*again)[i].bytes, (*written)[i].bytes) << "not repeatable";
    }
}

TEST(Merge, RoutesRowsByDay) {
    std::mt19937_64 random(1);
    std::int32_t days[] = {19'000, 19'001, 19'040, -3, 30'000, 30'400};
    auto records = on_days(random_records(random, 3, 300), days);
    std::vector inputs{open(records, Level::kMini, 1)};
    auto outputs = cut_outputs(inputs);
    ASSERT_THAT(outputs, SizeIs(4));
    EXPECT_THAT(outputs[0].days, ElementsAre(-3));
    EXPECT_THAT(outputs[1].days, ElementsAre(19'000, 19'001));
    EXPECT_THAT(outputs[2].days, ElementsAre(19'040));
    EXPECT_THAT(outputs[3].days, ElementsAre(30'000, 30'400)) << "far future is kept apart";
    auto written = merge_all(inputs, outputs);
    ASSERT_TRUE(written) << written.error().to_string();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        auto& summary = (*written)[i].summary;
        EXPECT_EQ(summary.rows, outputs[i].rows);
        EXPECT_EQ(summary.raw_bytes, outputs[i].raw_bytes);
        EXPECT_EQ(day_of(summary.event_times.min_ns), outputs[i].days.front());
        EXPECT_EQ(day_of(summary.event_times.max_ns), outputs[i].days.back());
        EXPECT_TRUE(read_rows((*written)[i].bytes));
    }
}

TEST(Merge, TakesAFieldOfItsOwnForEachEvent) {
    constexpr std::size_t kRows = 20'000;
    Records records;
    for (std::uint64_t r = 0; r < 2; ++r) {
        model::EventBatch::Parts parts;
        for (std::uint32_t row = 0; row < kRows; ++row) {
            parts.fields.push_back(fmt::format("id{}", r * kRows / 2 + row));
            parts.shapes.push_back({row});
            parts.row_shapes.push_back(row);
            parts.event_times.push_back(row);
            parts.value_ends.push_back(row + 1);
            parts.bytes += 'x';
        }
        auto placed = std::make_shared<model::PlacedRecord>();
        placed->offset = model::LogOffset(r);
        placed->record.repo = kTestRepo;
        placed->record.events = *model::EventBatch::make(std::move(parts));
        records.push_back(std::move(placed));
    }
    std::vector inputs{open({records[0]}, Level::kMini, 1), open({records[1]}, Level::kMini, 2)};
    auto written = merge_all(inputs, cut_outputs(inputs));
    ASSERT_TRUE(written) << written.error().to_string();
    auto reader = *Reader::open(make_memory_source(written->front().bytes));
    EXPECT_EQ(reader->fields().size(), kRows * 3 / 2);
    EXPECT_EQ(reader->find("id10000")->rows, 2U);
    EXPECT_EQ(reader->find("@rawstring"), nullptr);
    auto column = reader->row_group(0)->column("id10000");
    EXPECT_EQ((*column)[1], "x") << "row 0 of the second input";
    EXPECT_EQ((*column)[2 * 10'000], "x") << "row 10,000 of the first";
}

TEST(Merge, RefusesOutputsThatLoseRows) {
    std::mt19937_64 random(1);
    std::vector inputs{open(random_records(random, 2, 50), Level::kMini, 1)};
    auto outputs = cut_outputs(inputs);
    auto twice = outputs;
    twice.push_back(outputs.front());
    EXPECT_EQ(merge_all(inputs, {}).error().code, Code::kInvalidArgument);
    EXPECT_EQ(merge_all(inputs, twice).error().code, Code::kInvalidArgument);
    EXPECT_EQ(merge_all({}, outputs).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace logwood::segment
