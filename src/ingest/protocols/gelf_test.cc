// GELF: messages to events, chunks to messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <map>
#include <string>
#include <vector>

#include "http/content_coding.h"
#include "ingest/limits.h"
#include "ingest/protocols/gelf_chunks.h"
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {
namespace {

using ::testing::HasSubstr;
using Fields = std::map<std::string, std::string>;

/// Keeps what it is given.
class Collector final : public Intake {
 public:
    Result<void> take(const GroupHead& head, Draft& draft) override {
        auto& event = events.emplace_back();
        for (std::size_t i = 0; i < draft.size(); ++i)
            event[std::string(draft.name(i))] = draft.value(i);
        if (draft.time_ns) event["time"] = std::to_string(*draft.time_ns);
        for (auto& [name, value] : head.tags.entries()) event["#" + name] = value;
        return {};
    }
    std::vector<Fields> events;
};

std::string zlib_of(std::string_view text) {
    uLongf size = compressBound(text.size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &size,
             reinterpret_cast<const Bytef*>(text.data()), text.size());
    out.resize(size);
    return out;
}

TEST(Gelf, MapsMembersToFields) {
    struct Case {
        std::string body;
        Fields want;
    };
    const std::vector<Case> cases = {
        {R"({"version":"1.1","host":"h","short_message":"s","full_message":"f","level":3,)"
         R"("timestamp":1385053862.3072,"_user":"u","_n":1.50,"_ok":true,"_none":null})",
         {{"host", "h"},
          {"short_message", "s"},
          {"full_message", "f"},
          {"level", "3"},
          {"user", "u"},
          {"n", "1.50"},
          {"ok", "true"},
          {"time", "1385053862307200000"}}},
        {R"({"timestamp":1385053862307,"short_message":"ms"})",
         {{"short_message", "ms"}, {"time", "1385053862307000000"}}},
        {R"({"timestamp":"when","_host":"kept","host":"h","_":"x","_a":{"b":[1]}})",
         {{"timestamp", "when"}, {"_host", "kept"}, {"host", "h"}, {"_", "x"}, {"a.b[0]", "1"}}},
        {R"({"facility":"f","line":7,"_file":"x.py"})",
         {{"facility", "f"}, {"line", "7"}, {"file", "x.py"}}},
    };
    for (const auto& c : cases) {
        Collector collector;
        Incoming incoming{.body = c.body};
        auto done = decode_gelf(incoming, collector);
        ASSERT_TRUE(done) << c.body << done.error().message;
        auto want = c.want;
        want["@rawstring"] = c.body;
        ASSERT_EQ(collector.events.size(), 1U);
        EXPECT_EQ(collector.events[0], want) << c.body;
    }
}

TEST(Gelf, ABodyMayHoldSeveralAndIsRefusedWhole) {
    Collector collector;
    Incoming two{.body = "{\"a\":1}\n{\"a\":2}"};
    EXPECT_TRUE(decode_gelf(two, collector));
    EXPECT_EQ(collector.events.size(), 2U);
    for (std::string body : {"", " ", "x", "[]", "{", R"({"a":})", "{} x", R"({"a":1}{"a":)"}) {
        Incoming bad{.body = body};
        auto done = decode_gelf(bad, collector);
        ASSERT_FALSE(done) << body;
        EXPECT_EQ(done.error().code, Code::kInvalidArgument) << body;
    }
}

TEST(Gelf, MessagesOfListenersAreUnpackedOrKeptAsTheyAre) {
    const std::string json = R"({"short_message":"s"})";
    Collector collector;
    Incoming incoming;
    for (const std::string& message :
         {json, zlib_of(json), http::compress_gzip(json), std::string("no JSON"), json + "\n",
          zlib_of(std::string(3U << 20, ' ')), zlib_of(json).substr(0, 10)}) {
        incoming.body += message;
        incoming.message_ends.push_back(incoming.body.size());
    }
    incoming.tags.set("source", "t");
    ASSERT_TRUE(decode_gelf_messages(incoming, collector));
    ASSERT_EQ(collector.events.size(), 7U);
    Fields good{{"@rawstring", json}, {"short_message", "s"}, {"#source", "t"}};
    for (auto i : {0U, 1U, 2U, 4U}) EXPECT_EQ(collector.events[i], good) << i;
    EXPECT_EQ(collector.events[3]["@rawstring"], "no JSON");
    for (auto i : {3U, 5U, 6U}) {
        EXPECT_EQ(collector.events[i]["@error"], "true") << i;
        EXPECT_THAT(collector.events[i]["@error_msg"], HasSubstr("GELF"));
    }
}

std::string chunk(std::string id, int number, int count, std::string data) {
    id.resize(8, '.');
    return "\x1E\x0F" + id + static_cast<char>(number) + static_cast<char>(count) + data;
}

TEST(GelfMessages, ThatGrowAreTakenInParts) {
    auto packed = zlib_of("{\"a\":\"" + std::string(kMessageBytesMax - 100, 'x') + "\"}");
    EXPECT_LT(packed.size(), 5'000U);
    Incoming incoming;
    constexpr std::size_t kCount = 50;
    for (std::size_t i = 0; i < kCount; ++i) {
        incoming.body += packed;
        incoming.message_ends.push_back(incoming.body.size());
    }
    constexpr std::size_t kTaken = kUnpackedBytesAtOnce / kMessageBytesMax + 1;
    Collector first;
    EXPECT_TRUE(decode_gelf_messages(incoming, first));
    EXPECT_EQ(incoming.answer, std::to_string(kCount - kTaken));
    EXPECT_EQ(first.events.size(), kTaken);
    incoming.message_ends.resize(kTaken);
    incoming.answer.clear();
    Collector all;
    EXPECT_TRUE(decode_gelf_messages(incoming, all));
    EXPECT_EQ(incoming.answer, "");
    EXPECT_EQ(all.events.size(), kTaken);
}

TEST(GelfChunks, PutsMessagesTogether) {
    GelfChunks chunks;
    MonoTime now{0};
    EXPECT_EQ(chunks.take("p", "{}", now), "{}");
    EXPECT_EQ(chunks.take("p", chunk("1", 1, 3, "b"), now), std::nullopt);
    EXPECT_EQ(chunks.take("q", chunk("1", 0, 2, "x"), now), std::nullopt) << "another sender";
    EXPECT_EQ(chunks.take("p", chunk("1", 0, 3, "a"), now), std::nullopt);
    EXPECT_EQ(chunks.take("p", chunk("1", 0, 3, "a"), now), std::nullopt) << "doubled";
    EXPECT_EQ(chunks.take("p", chunk("1", 2, 3, "c"), now), "abc");
    EXPECT_EQ(chunks.take("q", chunk("1", 1, 2, "y"), now), "xy");
    EXPECT_EQ(chunks.take("p", chunk("2", 0, 1, "one"), now), "one");
    EXPECT_EQ(chunks.incomplete(), 0U);
    EXPECT_EQ(chunks.counters().malformed, 0U);
}

TEST(GelfChunks, RefusesWhatCannotBe) {
    GelfChunks chunks;
    MonoTime now{0};
    std::string all;
    for (int i = 0; i < 128; ++i) all += 'x';
    const std::vector<std::string> bad = {
        "\x1E\x0F",
        chunk("1", 0, 0, ""),
        chunk("1", 1, 1, ""),
        chunk("1", 0, 129, ""),
        chunk("1", 200, 3, ""),
        std::string("\x1E\x0F"
                    "12345678\0",
                    11),
    };
    for (auto& datagram : bad) EXPECT_EQ(chunks.take("p", datagram, now), std::nullopt);
    EXPECT_EQ(chunks.counters().malformed, bad.size());
    EXPECT_EQ(chunks.incomplete(), 0U);
    EXPECT_EQ(chunks.take("p", chunk("2", 0, 3, "a"), now), std::nullopt);
    EXPECT_EQ(chunks.take("p", chunk("2", 1, 2, "b"), now), std::nullopt) << "another count";
    EXPECT_EQ(chunks.counters().malformed, bad.size() + 1);
    std::optional<std::string> whole;
    for (int i = 0; i < 128; ++i) whole = chunks.take("p", chunk("3", i, 128, "x"), now);
    EXPECT_EQ(whole, all);
}

TEST(GelfChunks, AreBoundedInTimeAndNumberAndBytes) {
    GelfChunks chunks;
    MonoTime now{0};
    (void)chunks.take("p", chunk("1", 0, 2, "a"), now);
    EXPECT_EQ(chunks.take("p", chunk("1", 1, 2, "b"), now + kGelfChunkTimeout + 1ns), std::nullopt);
    EXPECT_EQ(chunks.counters().expired, 1U);
    for (std::size_t i = 0; i < 2 * kGelfPartialsMax; ++i)
        (void)chunks.take("p" + std::to_string(i), chunk("1", 0, 2, "a"), now + kGelfChunkTimeout);
    EXPECT_LE(chunks.incomplete(), kGelfPartialsMax);
    EXPECT_GE(chunks.counters().crowded_out, kGelfPartialsMax);
    for (int i = 0; i < 1200; ++i)
        (void)chunks.take("q" + std::to_string(i), chunk("1", 0, 2, std::string(60'000, 'x')),
                          now + kGelfChunkTimeout);
    EXPECT_LE(chunks.incomplete(), kGelfPartialBytesMax / 60'000 + 1);
}

}  // namespace
}  // namespace logwood::ingest
