// Streams in, messages out, however the stream is cut.
#include "ingest/listeners/frame_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logwood::ingest {
namespace {

constexpr std::size_t kMax = 20;

struct Split {
    std::vector<std::string> messages;
    bool is_good = true;
    std::uint64_t cut = 0;
    friend bool operator==(const Split&, const Split&) = default;
};

Split split(Framing framing, std::string_view stream, std::size_t step) {
    FrameSplitter splitter(framing, kMax);
    FramedMessages found;
    Split result;
    while (!stream.empty() && result.is_good) {
        result.is_good = splitter.feed(stream.substr(0, step), found);
        stream.remove_prefix(std::min(step, stream.size()));
    }
    if (result.is_good) splitter.finish(found);
    result.cut = splitter.cut();
    std::size_t begin = 0;
    for (auto end : found.ends) {
        result.messages.push_back(found.bytes.substr(begin, end - begin));
        begin = end;
    }
    return result;
}

TEST(FrameSplitter, KnowsWhatIsIncomplete) {
    FrameSplitter splitter(Framing::kSyslog, kMax);
    FramedMessages found;
    const std::pair<const char*, std::size_t> steps[] = {
        {"12", 2}, {" ", 3}, {"<1>a", 4}, {"b\n", 6}, {"<1>c", 10}, {"dd9 ", 0}, {"<1>", 3},
    };
    for (auto& [text, pending] : steps) {
        ASSERT_TRUE(splitter.feed(text, found)) << text;
        EXPECT_EQ(splitter.pending(), pending) << text;
    }
    splitter.finish(found);
    EXPECT_EQ(splitter.pending(), 0U);
    EXPECT_EQ(found.ends.size(), 2U);
}

TEST(FramedMessages, AreDroppedFromTheFront) {
    FramedMessages messages;
    for (auto* text : {"one", "second", "x"}) messages.add(text);
    messages.drop(0);
    EXPECT_EQ(messages.bytes, "onesecondx");
    messages.drop(1);
    EXPECT_EQ(messages.bytes, "secondx");
    EXPECT_EQ(messages.ends, (std::vector<std::size_t>{6, 7}));
    messages.drop(2);
    EXPECT_EQ(messages.bytes, "");
    EXPECT_TRUE(messages.ends.empty());
}

TEST(FrameSplitter, Splits) {
    struct Case {
        Framing framing;
        std::string stream;
        Split want;
    };
    using std::string_literals::operator""s;
    const auto kSyslog = Framing::kSyslog;
    const auto kNul = Framing::kNul;
    const std::vector<Case> cases = {
        {kSyslog, "", {}},
        {kSyslog, "<1>a\n<2>b\n", {{"<1>a", "<2>b"}}},
        {kSyslog, "<1>a\r\n\n\r\n<2>no end", {{"<1>a", "<2>no end"}}},
        {kSyslog, "<1>a\0\n<2>b\0"s, {{"<1>a", "<2>b"}}},
        {kSyslog, "5 <1>ab4 <2>c", {{"<1>ab", "<2>c"}}},
        {kSyslog, "7 <1>a\nb\n4 <2>c", {{"<1>a\nb", "<2>c"}}},
        {kSyslog, "4 <1>a\n4 <2>b\r\n", {{"<1>a", "<2>b"}}},
        {kSyslog, "9 <1>ab", {{"<1>ab"}}},
        // Lines that begin with numbers.
        {kSyslog, "404 not found\n5\n", {{"404 not found", "5"}}},
        {kSyslog, "2024-01-01 x\n", {{"2024-01-01 x"}}},
        {kSyslog, "12345678 <1>a\n", {{"12345678 <1>a"}}},
        {kSyslog, "012 <1>a\n", {{"012 <1>a"}}},
        {kSyslog, "12", {{"12"}}},
        {kSyslog, "12 ", {{"12 "}}},
        // Counts that lie.
        {kSyslog, "3 <1>a5 <2>b", {{"<1>"}, false}},
        {kSyslog, "4 <1>ax", {{"<1>a"}, false}},
        {kSyslog, "4 <1>a123456789 <1>a", {{"<1>a"}, false}},
        // Long ones.
        {kSyslog, "<1>345678901234567890zz\n<2>b\n", {{"<1>34567890123456789", "<2>b"}, true, 1}},
        {kSyslog,
         "26 <1>345678901234567890zzzzz4 <2>b",
         {{"<1>34567890123456789", "<2>b"}, true, 1}},
        {kNul, "{1}\0{2}\0\0{3}"s, {{"{1}", "{2}", "{3}"}}},
        {kNul, "5 <1>ab\n\0x\0"s, {{"5 <1>ab", "x"}}},
    };
    for (const auto& c : cases)
        for (std::size_t step : {1UL, 2UL, 3UL, 7UL, 1000UL})
            EXPECT_EQ(split(c.framing, c.stream, step), c.want)
                << c.stream << " by " << step << ": "
                << ::testing::PrintToString(split(c.framing, c.stream, step).messages);
}

}  // namespace
}  // namespace logwood::ingest
