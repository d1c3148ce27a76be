#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "global/change_codec.h"
#include "global/entity_codec.h"
#include "global/limits.h"
#include "global/sample_test.h"

namespace logwood::global {
namespace {

SectionInfo full_section() {
    auto info = section(5, 1, 2);
    info.file_offset = 9;
    info.redacted_up_to = 44;
    info.tag_summary = std::string("\x00\xff\x80", 3);
    return info;
}

Segment full_segment() {
    return {.id = segment_id(1),
            .version = 1'000'000'000,
            .repo = repo_id(2),
            .kind = SegmentKind::kSection,
            .state = SegmentState::kReplaced,
            .epoch = model::Epoch(3),
            .ranges = {{partition_id(23), at(1ULL << 40), at((1ULL << 40) + 1000)}},
            .event_times = {INT64_MIN, INT64_MAX - 1},
            .ingest_times = {-5, 1'767'225'600'000'000'000},
            .rows = 1 << 30,
            .raw_bytes = 1ULL << 40,
            .stored_bytes = 1ULL << 38,
            .checksum = UINT64_MAX,
            .tail_offset = 1ULL << 37,
            .checkpoint_term = 1000,
            .file_offset = 1ULL << 33,
            .holders = {},
            .replaced_by = segment_id(77),
            .state_since = UtcTime{1'767'225'600'000'000'000},
            .redacted_up_to = 1'000'000,
            .tag_summary = std::string(kTagSummaryBytesMax, '\xee')};
}

File full_file() {
    return {.repo = repo_id(1),
            .name = "users.csv",
            .version = 2,
            .content = FileContentId(Id128{5, 6}),
            .bytes = 1ULL << 40,
            .checksum = UINT64_MAX,
            .rows = 7,
            .columns = {"id", "", "é"},
            .is_keyed = true,
            .uploaded = UtcTime{-8}};
}

IngestListener full_listener() {
    return {.id = ListenerId(Id128{0, 9}),
            .version = 0,
            .repo = repo_id(1),
            .name = "n",
            .protocol = ListenerProtocol::kGelfUdp,
            .port = 65535,
            .bind = "::1",
            .parser = "syslog",
            .tags = {{"a", ""}, {"b", "c"}}};
}

std::vector<Body> every_kind() {
    Retention retention{.age = 5h, .original_bytes = 6, .stored_bytes = UINT64_MAX};
    Parser parser{.id = parser_id(1), .repo = repo_id(1), .name = "é", .script = "x\ny"};
    parser.tag_fields = {"a", "b"};
    parser.fields_to_remove = {"c"};
    parser.description = "d";
    parser.test_cases = {{.raw = "x", .assertions = {{1, {{"f", ""}, {"#g", "2"}}, {"h"}}, {}}},
                         {}};
    parser.saved_queries = {{"s/p:q", "x=1"}, {"r", ""}};
    return {
        Genesis{ClusterId(Id128{1, 2}), model::Epoch(3), model::Epoch(2), at(4), 5, 6, 7},
        HostStarted{"h", "z", 3},
        CreateRepository{repo_id(1), "n", "d", retention, UtcTime{-4}},
        UpdateRepository{repo_id(1), 5, "n", "d", retention},
        DeleteRepository{repo_id(1), 5},
        PutParser{parser, 9},
        DeleteParser{parser_id(1), 5},
        PutIngestToken{{.repo = repo_id(1), .name = "n", .token = "t", .parser = ""}, 5},
        DeleteIngestToken{repo_id(1), "n", 5},
        InitPartitions{24},
        ClaimPartition{partition_id(7), 5},
        RegisterCheckpoint{partition_id(7),
                           model::Epoch(1),
                           2,
                           at(3),
                           at(4),
                           5,
                           6,
                           {full_section(), section(6, 2)}},
        ReplaceCheckpoint{{model::Epoch(1), partition_id(2), at(3)}, 4, 5, 6, {full_section()}},
        MergeSegments{{{segment_id(1), 2}, {segment_id(3), 4}}, {full_section()}, 5, UtcTime{6}},
        SetSegmentState{{{segment_id(1), 2}}, SegmentState::kGone, UtcTime{6}},
        SetTrimWatermark{partition_id(1), model::Epoch(2), at(3)},
        RecordGap{{model::Epoch(1), {partition_id(2), at(3), at(4)}, 5, "rot", UtcTime{6}}},
        RaiseFeatureLevel{2},
        StateHashCheck{1000, UINT64_MAX},
        PutFile{full_file(), 5},
        DeleteFile{repo_id(1), "users.csv", 5},
        PutSavedQuery{{.repo = repo_id(1), .name = "q", .query = "a\n| b"}, 5},
        DeleteSavedQuery{repo_id(1), "q", 5},
        PutIngestListener{full_listener(), 5},
        DeleteIngestListener{full_listener().id, 5},
    };
}

TEST(ChangeCodecTest, EveryKindComesBack) {
    auto bodies = every_kind();
    ASSERT_EQ(bodies.size(), std::variant_size_v<Body>);
    for (std::size_t kind = 0; kind < bodies.size(); ++kind) {
        ASSERT_EQ(bodies[kind].index(), kind);
        for (auto id : {ProposalId{host_id(1), 2, 3}, ProposalId{}}) {
            Change change{id, bodies[kind]};
            auto decoded = decode_entry(encode_change(change));
            ASSERT_TRUE(decoded) << kind << decoded.error().to_string();
            EXPECT_EQ(decoded->kind, Entry::Kind::kChange);
            EXPECT_EQ(decoded->change, change) << kind;
        }
    }
}

TEST(ChangeCodecTest, DamagedBytesAreGarbage) {
    auto good = encode_change({{host_id(1), 1, 1}, every_kind()[2]});
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_EQ(decode_entry(good.substr(0, size))->kind, Entry::Kind::kGarbage) << size;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        auto bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_EQ(decode_entry(bad)->kind, Entry::Kind::kGarbage) << bit;
    }
}

std::string envelope(std::uint8_t version, std::string_view message) {
    std::string out;
    ByteWriter writer(out);
    writer.put_raw("LWGE");
    writer.put(version);
    writer.put(checksum64(message, version));
    writer.put_raw(message);
    return out;
}

TEST(ChangeCodecTest, WholeButUnknownEntriesStopTheNode) {
    const std::pair<const char*, std::string> cases[] = {
        {"version 2", envelope(2, "")},
        {"no body", envelope(1, "")},
        {"kind of the future", envelope(1, std::string("\xfa\x3f\x00", 3))},
        {"not a message", envelope(1, "\xff\xff\xff")},
        {"id of three bytes", envelope(1, std::string("\x0a\x03"
                                                      "abc\x5a\x00",
                                                      7))},
        {"name that is not UTF-8",
         encode_change({{}, CreateRepository{repo_id(1), "\xff\xfe", "", {}, {}}})},
        {"no such state", encode_change({{}, SetSegmentState{{}, SegmentState(9), {}}})},
    };
    for (const auto& [what, bytes] : cases) {
        auto decoded = decode_entry(bytes);
        ASSERT_FALSE(decoded) << what;
        EXPECT_EQ(decoded.error().code, Code::kUnsupported) << what;
    }
}

TEST(EntityCodecTest, ASegmentIsSmall) {
    EXPECT_LE(encoded_bytes(full_segment()), kSegmentEncodedBytesMax + 64);
    Sample sample;
    sample.set_up();
    auto info = section(1, 1);
    info.tag_summary = std::string(kTagSummaryBytesMax, 't');
    info.raw_bytes = 1ULL << 40;
    info.event_times = {1'767'225'600'000'000'000, 1'767'225'700'000'000'000};
    sample.must(sample.checkpoint(0, 1 << 20, {info}));
    EXPECT_LE(encoded_bytes(*sample.state.segment(segment_id(1))), kSegmentEncodedBytesMax);
}

TEST(EntityCodecTest, JsonComesBack) {
    auto no_events = full_segment();
    no_events.event_times = {};
    const AnyEntity entities[] = {
        full_segment(),
        no_events,
        Cluster{ClusterId(Id128{1, 2}), 3, model::Epoch(4), 5, 6},
        Repository{repo_id(1), 2, "a \"b\" \n é", "", {.stored_bytes = 7}, UtcTime{-1}, true},
        Repository{},
        Parser{parser_id(1), 2, repo_id(3), "n", std::string("s\0s", 3), {"a"}, {"b", "c"}, 4},
        Parser{.name = "tested",
               .description = "d",
               .test_cases = {{.raw = "a=1", .assertions = {{1, {{"a", "1"}}, {"b"}}, {}}}, {}}},
        IngestToken{repo_id(1), "n", 2, "t", std::nullopt},
        IngestToken{repo_id(1), "n", 2, "t", ""},
        Host{host_id(1), 2, "n", "z", 3, UINT64_MAX, 5},
        Partition{partition_id(1),
                  2,
                  model::Epoch(3),
                  {host_id(4), host_id(5)},
                  host_id(6),
                  7,
                  8,
                  at(9),
                  at(10)},
        CheckpointFile{{model::Epoch(1), partition_id(2), at(3)},
                       4,
                       at(5),
                       6,
                       7,
                       8,
                       {segment_id(1), segment_id(2)},
                       {host_id(1)}},
        Gap{model::Epoch(1), {partition_id(2), at(3), at(4)}, 5, "rot", UtcTime{6}},
        full_file(),
        File{},
        SavedQuery{repo_id(1), "q", 2, "a\n| b"},
        full_listener(),
    };
    for (const auto& entity : entities) {
        auto line = entity_to_json(entity);
        EXPECT_EQ(line.find('\n'), line.npos);
        auto back = entity_from_json(line);
        ASSERT_TRUE(back) << line << back.error().to_string();
        EXPECT_EQ(*back, entity) << line;
    }
    EXPECT_EQ(entity_to_json(Gap{{}, {partition_id(0), at(3), at(4)}, 5, "rot", UtcTime{6}}),
              R"({"gap":{"range":{"from":3,"to":4},"version":5,"reason":"rot","found_ns":6}})");
    EXPECT_EQ(entity_to_json(File{.repo = repo_id(1),
                                  .name = "a.csv",
                                  .version = 2,
                                  .content = FileContentId(Id128{5, 6}),
                                  .bytes = 3,
                                  .checksum = 4,
                                  .rows = 5,
                                  .columns = {"x"},
                                  .is_keyed = true,
                                  .uploaded = UtcTime{7}}),
              R"({"file":{"repo":"00000000000000010000000000000001","name":"a.csv","version":2,)"
              R"("content":"00000000000000050000000000000006","bytes":3,"checksum":4,"rows":5,)"
              R"("columns":["x"],"uploaded_ns":7,"is_keyed":true}})");
    EXPECT_EQ(entity_to_json(SavedQuery{repo_id(1), "q", 2, "a"}),
              R"({"saved_query":{"repo":"00000000000000010000000000000001","name":"q","version":2,)"
              R"("query":"a"}})");
}

TEST(EntityCodecTest, BadJsonIsRefused) {
    const std::pair<const char*, Code> cases[] = {
        {"", Code::kCorrupt},
        {"{", Code::kCorrupt},
        {"[]", Code::kCorrupt},
        {"{}", Code::kUnsupported},
        {R"({"dashboard":{}})", Code::kUnsupported},
        {R"({"host":{"colour":1}})", Code::kUnsupported},
        {R"({"host":7})", Code::kCorrupt},
        {R"({"host":{"version":"7"}})", Code::kCorrupt},
        {R"({"host":{"version":-7}})", Code::kCorrupt},
        {R"({"host":{"version":7.5}})", Code::kCorrupt},
        {R"({"host":{"feature_level":4294967296}})", Code::kCorrupt},
        {R"({"host":{"id":"0"}})", Code::kCorrupt},
        {R"({"host":{"id":"0g"}})", Code::kCorrupt},
        {R"({"host":{"id":"00ff"}})", Code::kCorrupt},
        {R"({"host":{"name":3}})", Code::kCorrupt},
        {R"({"repository":{"deleted":1}})", Code::kCorrupt},
        {R"({"parser":{"tag_fields":"a"}})", Code::kCorrupt},
        {R"({"parser":{"tag_fields":[1]}})", Code::kCorrupt},
        {R"({"ingest_listener":{"protocol":5}})", Code::kCorrupt},
        {R"({"ingest_listener":{"protocol":1,"port":65536}})", Code::kCorrupt},
        {R"({"segment":{}})", Code::kCorrupt},
        {R"({"segment":{"kind":1,"state":1}})", Code::kCorrupt},
        {R"({"segment":{"kind":1,"state":1,"ranges":[{"from":2,"to":2}]}})", Code::kCorrupt},
        {R"({"segment":{"kind":3,"state":1,"ranges":[{"from":2,"to":3}]}})", Code::kCorrupt},
    };
    for (const auto& [line, code] : cases) {
        auto entity = entity_from_json(line);
        ASSERT_FALSE(entity) << line;
        EXPECT_EQ(entity.error().code, code) << line << entity.error().message;
    }
}

TEST(EntityCodecTest, HashSeesEveryField) {
    auto base = entity_hash(full_segment());
    auto differs = [&](auto edit) {
        auto copy = full_segment();
        edit(copy);
        return entity_hash(copy) != base;
    };
    EXPECT_TRUE(differs([](Segment& s) { ++s.version; }));
    EXPECT_TRUE(differs([](Segment& s) { s.state = SegmentState::kLive; }));
    EXPECT_TRUE(differs([](Segment& s) { s.event_times.min_ns++; }));
    EXPECT_TRUE(differs([](Segment& s) { s.holders.push_back(host_id(1)); }));
    EXPECT_TRUE(differs([](Segment& s) { s.tag_summary.pop_back(); }));
    // A known value: the hash is a format, every version must compute the same.
    EXPECT_EQ(entity_hash(Host{host_id(1), 2, "n", "z", 3, 4, 5}), 18422809303020937675U);
    EXPECT_NE(entity_hash(File{}), entity_hash(SavedQuery{}));
}

}  // namespace
}  // namespace logwood::global
