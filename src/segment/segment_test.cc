// Writer and reader against a plain twin: the rows, sorted by the format's order, value by value.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <random>

#include "base/bytes.h"
#include "segment/limits.h"
#include "segment/test_rows.h"

namespace logwood::segment {
namespace {

using testing::ElementsAre;

std::shared_ptr<model::PlacedRecord> place(model::EventBatchBuilder& events,
                                           std::uint64_t offset = 1) {
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->offset = model::LogOffset(offset);
    placed->record.repo = kTestRepo;
    placed->record.events = events.finish();
    return placed;
}

std::shared_ptr<const Reader> open(const WrittenSegment& written, const OpenOptions& options = {}) {
    auto reader = Reader::open(make_memory_source(written.bytes), options);
    EXPECT_TRUE(reader);
    return *reader;
}

TEST(Segment, ReadsWhatWasWritten) {
    for (auto level : {Level::kMini, Level::kMerged}) {
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            std::mt19937_64 random(seed);
            auto records = random_records(random, 1 + seed % 7, 200);
            auto written = write_segment({level, kTestId, kTestRepo}, records);
            ASSERT_TRUE(written) << written.error().to_string();
            auto rows = read_rows(written->bytes);
            ASSERT_TRUE(rows) << rows.error().to_string();
            EXPECT_EQ(*rows, plain_rows(records)) << "seed " << seed;

            auto summary = open(*written)->summary();
            summary.checksum = written->summary.checksum;
            EXPECT_EQ(summary, written->summary);
            EXPECT_EQ(checksum64(written->bytes), written->summary.checksum);

            std::ranges::shuffle(records, random);
            EXPECT_EQ(write_segment({level, kTestId, kTestRepo}, records)->bytes, written->bytes)
                << "depends on the order of add()";
        }
    }
}

TEST(Segment, MayBeEmpty) {
    auto written = write_segment({Level::kMini, kTestId, kTestRepo}, {});
    ASSERT_TRUE(written);
    EXPECT_THAT(*read_rows(written->bytes), ElementsAre());
}

TEST(Segment, CutsRowGroupsByRowsAndBytes) {
    struct Case {
        std::size_t rows, raw_bytes;
        std::vector<std::uint32_t> expected;
    };
    const Case cases[] = {{kRowGroupRowsMax + 5, 0, {kRowGroupRowsMax, 5}},
                          {5, 7 << 20, {2, 2, 1}},
                          {3, 17 << 20, {1, 1, 1}}};
    for (auto& test : cases) {
        model::EventBatchBuilder events;
        std::string raw(test.raw_bytes, 'r');
        for (std::size_t row = 0; row < test.rows; ++row) {
            if (!raw.empty()) events.add("@rawstring", raw);
            events.end_event(static_cast<std::int64_t>(row));
        }
        auto written = write_segment({Level::kMini, kTestId, kTestRepo}, Records{place(events)});
        ASSERT_TRUE(written) << written.error().to_string();
        auto reader = open(*written);
        std::vector<std::uint32_t> rows;
        for (auto& group : reader->row_groups()) rows.push_back(group.rows);
        EXPECT_EQ(rows, test.expected);
        EXPECT_EQ(reader->summary().raw_bytes, test.rows * test.raw_bytes);
        EXPECT_TRUE(reader->verify());
    }
}

TEST(Segment, KnowsItsFieldsFromTheTail) {
    model::EventBatchBuilder events;
    for (int row = 0; row < 100; ++row) {
        events.add("status", row % 10 == 0 ? "500" : "200");
        events.add("size", fmt::format("{}", row * 37 - 100));
        if (row == 7) events.add("note", "");
        events.end_event(row);
    }
    auto written = write_segment({Level::kMerged, kTestId, kTestRepo}, Records{place(events)});
    auto reader = open(*written);
    auto* status = reader->find("status");
    ASSERT_TRUE(status);
    EXPECT_EQ(status->rows, 100U);
    EXPECT_THAT(status->values, ElementsAre("500", "200"));
    EXPECT_THAT(status->counts, ElementsAre(10, 90));
    EXPECT_EQ(status->integers, std::pair(std::int64_t{200}, std::int64_t{500}));
    auto* size = reader->find("size");
    ASSERT_TRUE(size);
    EXPECT_TRUE(size->values.empty());
    EXPECT_EQ(size->integers, std::pair(std::int64_t{-100}, std::int64_t{99 * 37 - 100}));
    EXPECT_EQ(reader->find("note")->rows, 1U);
    EXPECT_EQ(reader->find("absent"), nullptr);

    EXPECT_THAT(**reader->dictionary("status"), ElementsAre("500", "200"));
    EXPECT_EQ(*reader->dictionary("size"), std::nullopt);
    auto group = reader->row_group(0);
    EXPECT_EQ(group->column("absent")->kind(), model::Column::Kind::kMissing);
    EXPECT_EQ(group->column("status")->kind(), model::Column::Kind::kDictionary);
    EXPECT_EQ(group->column("status")->values().data(), (*group->dictionary("status"))->data());
    EXPECT_EQ((*group->column("note"))[7].data() == nullptr, false) << "empty is not missing";
    EXPECT_EQ((*group->column("note"))[8].data(), nullptr);
}

TEST(Segment, ReadsOnlyWhatIsAskedFor) {
    model::EventBatchBuilder events;
    std::mt19937_64 random(1);
    for (int row = 0; row < 5000; ++row) {
        events.add("level", random() % 2 == 0 ? "INFO" : "WARN");
        events.add("@rawstring", fmt::format("{} {} {}", random(), random(), random()));
        events.end_event(row);
    }
    auto written = write_segment({Level::kMerged, kTestId, kTestRepo}, Records{place(events)});
    ReadStats opening;
    auto reader = open(*written, {.tail_offset = written->summary.tail_offset, .stats = &opening});
    EXPECT_EQ(opening.bytes_read, written->summary.stored_bytes - written->summary.tail_offset);
    ReadStats stats;
    reader->row_group(0, &stats)->column("level").value();
    EXPECT_EQ(stats.chunks_read, 1U);
    EXPECT_EQ(stats.chunks_read + stats.chunks_skipped, reader->row_groups()[0].chunks);
    EXPECT_EQ(stats.bytes_read + stats.bytes_skipped, reader->row_groups()[0].stored_bytes);
    EXPECT_LT(stats.bytes_read, 5000U);
    EXPECT_GT(stats.bytes_skipped, 50'000U);
}

TEST(Segment, KnowsTheTimesOfARowGroupWithoutReadingIt) {
    std::mt19937_64 random(5);
    auto records = random_records(random, 3, 200);
    auto written = write_segment({Level::kMini, kTestId, kTestRepo}, records);
    ASSERT_TRUE(written);
    auto reader = open(*written);
    ReadStats stats;
    auto group = reader->row_group(0, &stats);
    auto bounds = group->time_bounds();
    ASSERT_TRUE(bounds);
    EXPECT_EQ(stats.chunks_read, 0U);
    model::TimeBounds exact;
    for (auto ns : group->event_times().value()) exact.add(ns);
    EXPECT_EQ(*bounds, exact);
}

TEST(Segment, CoordinatesCostLittle) {
    constexpr std::int64_t kRecords = 60;
    constexpr std::int64_t kRows = 1000;
    auto stored_bytes = [&](bool is_interleaved) {
        Records records;
        for (std::int64_t r = 0; r < kRecords; ++r) {
            model::EventBatchBuilder events;
            for (std::int64_t row = 0; row < kRows; ++row)
                events.end_event((is_interleaved ? row * kRecords + r : r * kRows + row) *
                                 1'000'000);
            auto placed = place(events, static_cast<std::uint64_t>(r));
            placed->record.ingest_time.ns = 1'700'000'000'123'456'789 + r * 5'000'111;
            records.push_back(std::move(placed));
        }
        return static_cast<std::int64_t>(
            write_segment({Level::kMerged, kTestId, kTestRepo}, records)->bytes.size());
    };
    EXPECT_LT(stored_bytes(false), kRecords * kRows / 10);
    EXPECT_LT(stored_bytes(true), kRecords * kRows * 3 / 2);
}

TEST(Segment, RefusesRecordsOfAnotherRepository) {
    model::EventBatchBuilder events;
    events.end_event(1);
    auto placed = place(events);
    auto written = write_segment({Level::kMini, kTestId, RepoId()}, Records{placed});
    EXPECT_EQ(written.error().code, Code::kInvalidArgument);
}

/// A segment that version 1 wrote must be read forever. To make a new one for a new version, write
/// golden_records() with SEGMENT_GOLDEN=path.
Records golden_records() {
    Records records;
    for (int r = 0; r < 2; ++r) {
        model::EventBatchBuilder events;
        for (int row = 0; row < 30; ++row) {
            auto n = static_cast<std::uint64_t>(r * 30 + row);
            events.add("constant", "GET");
            events.add("few", fmt::format("user{}", n % 4));
            events.add("runs", fmt::format("run{}", row / 20));
            events.add("integer", fmt::format("{}", n * n * 7919));
            events.add("decimal", fmt::format("{}.{:02}", n, n * 31 % 100));
            events.add("time", fmt::format("2024-02-29T12:{:02}:{:02}.5Z", row, n % 60));
            events.add("address", fmt::format("10.0.{}.{}", n, 255 - n));
            events.add("hex", fmt::format("{:016x}", n * 0x9E3779B97F4A7C15));
            if (row % 3 != 0) events.add("text", fmt::format("text {} \xC3\xBC", n));
            if (row % 7 == 0) events.add("empty", "");
            events.add("@rawstring", fmt::format("raw text of event {}", n));
            events.end_event(1'709'208'000'000'000'000 + static_cast<std::int64_t>(n) * 1'000);
        }
        auto placed = place(events, static_cast<std::uint64_t>(10 + r));
        placed->epoch = model::Epoch(1);
        placed->partition = model::PartitionId(3);
        placed->record.ingest_time.ns = 1'709'208'001'000'000'000 + r;
        if (r == 1) placed->record.tags.set("type", "json");
        records.push_back(std::move(placed));
    }
    return records;
}

TEST(Segment, ReadsTheGoldenFile) {
    auto records = golden_records();
    if (auto* path = std::getenv("SEGMENT_GOLDEN"))
        std::ofstream(path, std::ios::binary)
            << write_segment({Level::kMerged, kTestId, kTestRepo}, records)->bytes;
    auto* root = std::getenv("LOGWOOD_SOURCE_DIR");
    if (root == nullptr) GTEST_SKIP() << "LOGWOOD_SOURCE_DIR is not set";
    std::ifstream file(std::string(root) + "/src/segment/testdata/version1.segment",
                       std::ios::binary);
    ASSERT_TRUE(file);
    auto rows = read_rows(std::string(std::istreambuf_iterator(file), {}));
    ASSERT_TRUE(rows) << rows.error().to_string();
    EXPECT_EQ(*rows, plain_rows(records));
}

}  // namespace
}  // namespace logwood::segment
