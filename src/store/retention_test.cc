#include "store/retention.h"

#include <gtest/gtest.h>

#include "store/tag_summary.h"

namespace logwood::store {
namespace {

Retention::SegmentPtr segment(std::uint64_t id, std::int64_t newest_s, std::int64_t ingested_s,
                              std::uint64_t raw, std::uint64_t stored) {
    auto made = std::make_shared<global::Segment>();
    made->id = SegmentId(Id128{0, id});
    made->event_times = {0, newest_s * 1'000'000'000};
    made->ingest_times = {0, ingested_s * 1'000'000'000};
    made->raw_bytes = raw;
    made->stored_bytes = stored;
    return made;
}

TEST(BeyondRetention, TakesTheOldestWholeSegments) {
    const std::vector live{segment(1, 300, 300, 10, 1), segment(2, 100, 300, 10, 1),
                           segment(3, 200, 300, 10, 1),
                           segment(4, 9'000'000, 150, 10, 1)};  // from the future, but came early
    struct Case {
        const char* what;
        global::Retention limits;
        std::vector<std::uint64_t> expired;
    };
    for (auto& [what, limits, expired] :
         std::vector<Case>{{"no limit", {}, {}},
                           {"age, whichever of event and ingest is older", {.age = 220s}, {2, 4}},
                           {"original bytes", {.original_bytes = 25}, {2, 4}},
                           {"stored bytes", {.stored_bytes = 1}, {2, 4, 3}},
                           {"whichever comes first", {.age = 350s, .original_bytes = 35}, {2}},
                           {"nothing may stay", {.stored_bytes = 0}, {2, 4, 3, 1}}}) {
        std::vector<std::uint64_t> ids;
        for (auto& s : beyond_retention(live, limits, UtcTime{400'000'000'000}))
            ids.push_back(s->id.low);
        EXPECT_EQ(ids, expired) << what;
    }
}

TEST(TagSummary, KeepsWhatFitsAndIsComplete) {
    std::vector<segment::TagValues> tags{{"#host", {"a", "b"}, true},
                                         {"#long", {std::string(100, 'x')}, true},
                                         {"#open", {"a"}, false},
                                         {"#type", {"json"}, true}};
    auto packed = pack_tags(tags, 64);
    EXPECT_LE(packed.size(), 64U);
    auto unpacked = unpack_tags(packed);
    ASSERT_EQ(unpacked.size(), 2U);
    EXPECT_EQ(unpacked[0], tags[0]);
    EXPECT_EQ(unpacked[1], tags[3]);
    EXPECT_TRUE(unpack_tags("\x05"
                            "abc")
                    .empty());
}

}  // namespace
}  // namespace logwood::store
