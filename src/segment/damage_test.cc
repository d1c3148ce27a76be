// No damage goes unseen: every flipped bit, every length, every block in a wrong place.
#include <gmock/gmock.h>

#include <random>

#include "segment/columns/chunk.h"
#include "segment/limits.h"
#include "segment/tail.h"
#include "segment/test_rows.h"

namespace logwood::segment {
namespace {

using testing::HasSubstr;

/// Small, but with packed columns, own chunks, dictionaries and shapes.
WrittenSegment small_segment() {
    std::mt19937_64 random(5);
    model::EventBatchBuilder events;
    for (int row = 0; row < 40; ++row) {
        events.add("level", row % 3 == 0 ? "WARN" : "INFO");
        events.add("id", fmt::format("{}", random()));
        if (row % 4 != 0) events.add("text", fmt::format("some {} text", random() % 100));
        events.add("@rawstring", fmt::format("{}", random()));
        events.end_event(row * 1'000'000);
    }
    auto placed = std::make_shared<model::PlacedRecord>();
    placed->record.repo = kTestRepo;
    placed->record.tags.set("type", "json");
    placed->record.events = events.finish();
    return *write_segment({Level::kMerged, kTestId, kTestRepo}, Records{placed});
}

TEST(Damage, EveryFlippedBitIsSeen) {
    auto written = small_segment();
    ASSERT_TRUE(read_rows(written.bytes));
    for (std::size_t bit = 0; bit < written.bytes.size() * 8; ++bit) {
        auto bytes = written.bytes;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(read_rows(std::move(bytes))) << "bit " << bit;
    }
}

TEST(Damage, EveryOtherLengthIsSeen) {
    auto written = small_segment();
    for (std::size_t size = 0; size < written.bytes.size(); ++size)
        EXPECT_FALSE(read_rows(written.bytes.substr(0, size))) << "size " << size;
    EXPECT_FALSE(read_rows(written.bytes + '\0'));
    EXPECT_FALSE(read_rows(written.bytes + written.bytes));
}

TEST(Damage, AnotherSegmentIsSeen) {
    auto written = small_segment();
    auto source = make_memory_source(written.bytes);
    EXPECT_TRUE(Reader::open(source, {.expected_id = kTestId}));
    EXPECT_FALSE(Reader::open(source, {.expected_id = SegmentId(Id128{1, 1})}));
    EXPECT_TRUE(Reader::open(source, {.tail_offset = written.summary.tail_offset}));
    EXPECT_TRUE(Reader::open(source, {.tail_offset = 1})) << "a wrong hint does no harm";
}

TEST(Damage, MisplacedChunksAreSeen) {
    std::string bytes;
    ChunkWriter writer(kTestId, Level::kMini, [&](std::string_view piece) -> Result<void> {
        bytes += piece;
        return {};
    });
    auto first = *writer.write(ChunkKind::kPack, "payload");
    auto second = *writer.write(ChunkKind::kPack, "payload");
    auto chunk = std::string_view(bytes).substr(second.offset, second.bytes);
    EXPECT_EQ(*open_chunk(kTestId, second.offset, ChunkKind::kPack, chunk), "payload");
    auto expect = [&](SegmentId id, std::uint64_t offset, ChunkKind kind, const char* message) {
        auto opened = open_chunk(id, offset, kind, chunk);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, Code::kCorrupt);
        EXPECT_THAT(opened.error().message, HasSubstr(message));
    };
    expect(kTestId, first.offset, ChunkKind::kPack, "another place");
    expect(SegmentId(), second.offset, ChunkKind::kPack, "another segment");
    expect(kTestId, second.offset, ChunkKind::kColumn, "another kind");
}

Tail sample_tail() {
    Tail tail;
    tail.summary.repo = kTestRepo;
    tail.summary.level = Level::kMerged;
    tail.summary.rows = 3;
    tail.summary.offsets = {
        {model::Epoch(1), model::PartitionId(2), model::LogOffset(3), model::LogOffset(9)}};
    tail.summary.days = {{-1, 3, 100}};
    tail.sections = {{1, 1, 52, 10}, {77, 0, 62, 5}};
    tail.fields = {
        {.name = "a",
         .rows = 3,
         .integers = std::pair(-1, 5),
         .dictionary_values = 2,
         .listed = {"x", ""},
         .counts = {1, 2}},
        {.name = "b", .is_coded = false, .dictionary_values = 7, .dictionary = Piece{0, 0, 9}}};
    tail.shapes = {{}, {0}, {0, 1}};
    tail.tag_sets.resize(2);
    tail.tag_sets[1].set("type", "json");
    TailGroup group{.rows = 3, .raw_bytes = 100, .value_bytes = 7, .chunk_bytes = {44, 45}};
    group.frames[0] = {0, 0, 5};
    group.frames[1] = {0, 5, 6};
    group.frames[2] = {0, 11, 7};
    group.columns = {{.field = 0, .encoding = Encoding::kConstant, .constant_code = 1},
                     {.field = 1, .encoding = static_cast<Encoding>(99), .piece = {1, 0, 0}}};
    tail.groups = {group};
    tail.dictionary_chunk_bytes = {60};
    return tail;
}

TEST(Tail, RoundTripsWithWhatItDoesNotKnow) {
    auto tail = sample_tail();
    auto read = read_tail(write_tail(tail));
    ASSERT_TRUE(read) << read.error().to_string();
    EXPECT_EQ(*read, tail);
}

TEST(Tail, SurvivesAnyDamage) {
    auto bytes = write_tail(sample_tail());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(read_tail(std::string_view(bytes).substr(0, size))) << size;
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int value : {0, 1, 127, 128, 255}) {
            auto changed = bytes;
            changed[at] = static_cast<char>(value);
            (void)read_tail(changed);  // Any answer, but an answer.
        }
}

}  // namespace
}  // namespace logwood::segment
