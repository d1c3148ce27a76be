#include "log/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "log/limits.h"

namespace logwood::log {
namespace {

using Event = std::pair<std::int64_t, std::vector<std::pair<std::string, std::string>>>;

model::Record record_of(const std::vector<Event>& events) {
    model::Record record;
    record.repo = RepoId(Id128{0x0123456789ABCDEF, 0xFEDCBA9876543210});
    record.tags.set("#type", "kv");
    record.tags.set("#host", "web-1");
    if (events.empty()) record.tags.set("##odd", "");
    record.ingest_time = UtcTime::from_ms(1'767'225'600'123);
    record.parser = ParserId(Id128{0x5AC3F10B77E29D48, 0x1B2E6F9384D0A75C});
    record.parser_version = 7;
    model::EventBatchBuilder builder;
    for (auto& [time, fields] : events) {
        for (auto& [name, value] : fields) builder.add(name, value);
        builder.end_event(time);
    }
    record.events = builder.finish();
    return record;
}

const std::vector<Event> kTwoEvents{{1'000'000'000, {{"@rawstring", "a=1 b=2"}, {"a", "1"}}},
                                    {-5, {{"@rawstring", ""}, {"user", "caf\xc3\xa9"}}}};

model::Record keyed(model::Record record) {
    record.request_key = Id128{0x1122334455667788, 0x99AABBCCDDEEFF00};
    return record;
}

void expect_same(const model::Record& got, const model::Record& want) {
    EXPECT_EQ(got.request_key, want.request_key);
    EXPECT_EQ(got.repo, want.repo);
    EXPECT_EQ(got.tags, want.tags);
    EXPECT_EQ(got.ingest_time, want.ingest_time);
    EXPECT_EQ(got.parser, want.parser);
    EXPECT_EQ(got.parser_version, want.parser_version);
    auto &g = got.events.parts(), &w = want.events.parts();
    EXPECT_EQ(g.fields, w.fields);
    EXPECT_EQ(g.shapes, w.shapes);
    EXPECT_EQ(g.row_shapes, w.row_shapes);
    EXPECT_EQ(g.event_times, w.event_times);
    EXPECT_EQ(g.value_ends, w.value_ends);
    EXPECT_EQ(g.bytes, w.bytes);
    EXPECT_EQ(got.events.raw_bytes(), want.events.raw_bytes());
}

/// Puts the checksum right after a change.
std::string sealed(std::string bytes) {
    auto checksum = checksum64(std::string_view(bytes).substr(0, bytes.size() - 8));
    std::memcpy(bytes.data() + bytes.size() - 8, &checksum, 8);
    return bytes;
}

std::string unhex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}
std::string hex(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        (text += kDigits[byte >> 4]) += kDigits[byte & 15];
    }
    return text;
}

TEST(Record, ComesBackAsItWas) {
    std::vector<Event> many;
    for (int i = 0; i < 3000; ++i)
        many.push_back({i * 1'000'000'007LL,
                        {{"@rawstring", std::string(static_cast<std::size_t>(i % 400), 'r')},
                         {"f" + std::to_string(i % 200), std::to_string(i)}}});
    const std::vector<std::vector<Event>> cases{
        {},
        kTwoEvents,
        {{INT64_MAX, {}}, {INT64_MIN, {}}, {0, {{"x", std::string(70'000, 'z')}}}},
        many,
    };
    for (auto& events : cases) {
        auto record = record_of(events);
        auto bytes = encode_record(record);
        ASSERT_TRUE(bytes);
        auto decoded = decode_record(*bytes);
        ASSERT_TRUE(decoded) << decoded.error().to_string();
        expect_same(*decoded, record);
        // The estimate is an upper bound, and close.
        std::uint32_t raw_size = 0;
        std::memcpy(&raw_size, bytes->data() + 8, 4);
        EXPECT_GE(record_raw_bytes(record), raw_size);
        EXPECT_LE(record_raw_bytes(record), raw_size * 2U + 1000);

        auto with_key = encode_record(keyed(record));
        ASSERT_TRUE(with_key);
        decoded = decode_record(*with_key);
        ASSERT_TRUE(decoded) << decoded.error().to_string();
        expect_same(*decoded, keyed(record));
    }
}

/// Version 2, the first with a request key.
TEST(Record, ReadsTheGoldenBytesOfVersion2) {
    const char* plain =
        "4c5752430200000088000000887766554433221100ffeeddccbbaa99efcdab896745230110325476"
        "98badcfec0d44ef551728618489de2770bf1c35a5ca7d084936f2e1b070000000204686f73740577"
        "65622d310474797065026b76030a40726177737472696e6701610475736572020200010200020200"
        "0180a8d6b90789a8d6b90707010005613d3120623d3231636166c3a9806d5bf96275b91b";
    auto record = keyed(record_of(kTwoEvents));
    auto decoded = decode_record(unhex(plain));
    ASSERT_TRUE(decoded) << decoded.error().to_string() << "\n" << hex(*encode_record(record));
    expect_same(*decoded, record);
    EXPECT_EQ(hex(*encode_record(record)), plain);
}

TEST(Record, AKeyOfNoneIsNotWrittenByUs) {
    auto bytes = *encode_record(keyed(record_of(kTwoEvents)));
    ASSERT_EQ(bytes[4], 2);
    ASSERT_EQ(bytes[5], 0) << "the body must be plain for this test";
    std::fill(bytes.begin() + 12, bytes.begin() + 28, '\0');
    EXPECT_EQ(decode_record(sealed(bytes)).error().code, Code::kCorrupt);
    bytes = *encode_record(record_of(kTwoEvents));
    EXPECT_EQ(bytes[4], 1) << "older programs read records without keys";
}

/// Written by the first version. Never change these: they lie in people's logs.
TEST(Record, ReadsTheGoldenBytes) {
    const char* plain =
        "4c5752430100000078000000efcdab89674523011032547698badcfec0d44ef551728618489de277"
        "0bf1c35a5ca7d084936f2e1b070000000204686f7374057765622d310474797065026b76030a4072"
        "6177737472696e67016104757365720202000102000202000180a8d6b90789a8d6b9070701000561"
        "3d3120623d3231636166c3a99783e703cc1dd6fb";
    auto decoded = decode_record(unhex(plain));
    ASSERT_TRUE(decoded) << decoded.error().to_string() << "\n"
                         << hex(*encode_record(record_of(kTwoEvents)));
    expect_same(*decoded, record_of(kTwoEvents));
    EXPECT_EQ(hex(*encode_record(record_of(kTwoEvents))), plain);

    const char* zstd =
        "4c575243010100004802000028b52ffd604801ed02005405efcdab89674523011032547698badcfe"
        "c0d44ef551728618489de2770bf1c35a5ca7d084936f2e1b070000000204686f7374057765622d31"
        "0474797065026b76010a40726177737472696e67010100010054f40361010015bc0aa20cf51edf3b"
        "eed87e";
    auto long_event = record_of({{42, {{"@rawstring", std::string(500, 'a')}}}});
    decoded = decode_record(unhex(zstd));
    ASSERT_TRUE(decoded) << decoded.error().to_string() << "\n" << hex(*encode_record(long_event));
    expect_same(*decoded, long_event);
}

TEST(Record, AnyBitFlipAndAnyTruncationIsDamage) {
    auto bytes = *encode_record(record_of(kTwoEvents));
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        auto decoded = decode_record(damaged);
        ASSERT_FALSE(decoded) << bit;
        ASSERT_EQ(decoded.error().code, Code::kCorrupt) << bit;
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
        ASSERT_EQ(decode_record(std::string_view(bytes).substr(0, size)).error().code,
                  Code::kCorrupt);
}

TEST(Record, NonsenseUnderARightChecksumIsRefusedOrRead) {
    auto bytes = *encode_record(record_of(kTwoEvents));
    ASSERT_EQ(bytes[5], 0) << "the body must be plain for this test";
    for (std::size_t at = 12; at + 8 < bytes.size(); ++at) {
        for (int value : {0, 1, 0x7F, 0x80, 0xFF}) {
            auto damaged = bytes;
            damaged[at] = static_cast<char>(value);
            auto decoded = decode_record(sealed(damaged));
            if (!decoded) ASSERT_EQ(decoded.error().code, Code::kCorrupt) << at;
        }
    }
}

TEST(Record, ANewerVersionOrCodecIsNotDamage) {
    auto bytes = *encode_record(record_of(kTwoEvents));
    for (std::size_t at : {4U, 5U, 6U}) {
        auto newer = bytes;
        newer[at] = 9;
        EXPECT_EQ(decode_record(sealed(newer)).error().code, Code::kUnsupported) << at;
    }
}

TEST(Record, KeepsItsLimits) {
    auto large = record_of({{0, {{"x", std::string(kRecordRawBytesMax, 'x')}}}});
    EXPECT_EQ(encode_record(large).error().code, Code::kTooLarge);
    auto fits = record_of({{0, {{"x", std::string(kRecordRawBytesMax - 1000, 'x')}}}});
    auto bytes = encode_record(fits);
    ASSERT_TRUE(bytes);
    EXPECT_LE(bytes->size(), kPayloadBytesMax);
    EXPECT_TRUE(decode_record(*bytes));
    for (std::uint32_t claimed : {0U, 100U, 9U << 20, 0xFFFFFFFFU}) {
        auto lying = *bytes;
        std::memcpy(lying.data() + 8, &claimed, 4);
        EXPECT_EQ(decode_record(sealed(lying)).error().code, Code::kCorrupt) << claimed;
    }
}

}  // namespace
}  // namespace logwood::log
