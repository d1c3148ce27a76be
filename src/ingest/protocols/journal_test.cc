// systemd's journal export format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "ingest/limits.h"
#include "ingest/protocols/journal_entries.h"
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {
namespace {

using Fields = std::map<std::string, std::string>;

class Collector final : public Intake {
 public:
    Result<void> take(const GroupHead&, Draft& draft) override {
        auto& event = events.emplace_back();
        for (std::size_t i = 0; i < draft.size(); ++i)
            event[std::string(draft.name(i))] = draft.value(i);
        if (draft.time_ns) event["time"] = std::to_string(*draft.time_ns);
        return {};
    }
    std::vector<Fields> events;
};

std::string binary(std::string name, std::string_view data) {
    std::string out = name + "\n";
    ByteWriter writer(out);
    writer.put(std::uint64_t{data.size()});
    return out + std::string(data) + "\n";
}

TEST(Journal, EntriesBecomeEvents) {
    std::string head =
        "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1423944916375353\n__MONOTONIC_TIMESTAMP=5\n"
        "_BOOT_ID=ec25\nPRIORITY=4\n_SYSTEMD_UNIT=a.service\n";
    Fields common{{"_BOOT_ID", "ec25"},
                  {"PRIORITY", "4"},
                  {"level", "warning"},
                  {"_SYSTEMD_UNIT", "a.service"},
                  {"time", "1423944916375353000"}};
    auto with = [&](Fields more) {
        more.insert(common.begin(), common.end());
        return more;
    };
    struct Case {
        std::string body;
        std::vector<Fields> want;
    };
    const std::vector<Case> cases = {
        {"", {}},
        {"\n\n\n", {}},
        {head + "MESSAGE=hello=world\n\n", {with({{"@rawstring", "hello=world"}})}},
        {head + "MESSAGE=no empty line at the end\n",
         {with({{"@rawstring", "no empty line at the end"}})}},
        {head + binary("MESSAGE", "two\nlines\n") + "\n", {with({{"@rawstring", "two\nlines\n"}})}},
        {head + binary("DATA", std::string("\0\xff\n", 3)) + "MESSAGE=\n\n",
         {with({{"@rawstring", ""}, {"DATA", std::string("\0\xff\n", 3)}})}},
        {head + "\n" + head + "MESSAGE=b\n\n",
         {with({{"@rawstring", ""}}), with({{"@rawstring", "b"}})}},
        {"PRIORITY=9\nMESSAGE=x\n\n", {{{"PRIORITY", "9"}, {"@rawstring", "x"}}}},
        {"__CURSOR=x\n\n", {}},
    };
    for (const auto& c : cases) {
        Collector collector;
        Incoming incoming{.body = c.body};
        auto done = decode_journal(incoming, collector);
        ASSERT_TRUE(done) << c.body << done.error().message;
        EXPECT_EQ(collector.events, c.want) << c.body;
    }
}

TEST(Journal, BadBytesAreRefused) {
    for (const std::string& body :
         {std::string("MESSAGE=cut"), std::string("=x\n"), std::string("A B=x\n"),
          std::string("MESSAGE\n\x05\0\0\0", 12), binary("A", "abc").substr(0, 10),
          "A\n" + std::string("\1\0\0\0\0\0\0\0ab\n", 11), std::string(1000, 'x')}) {
        Collector collector;
        Incoming incoming{.body = body};
        auto done = decode_journal(incoming, collector);
        ASSERT_FALSE(done) << body;
        EXPECT_EQ(done.error().code, Code::kInvalidArgument) << body;
    }
    Collector collector;
    Incoming huge{.body = "A\n" + std::string("\0\0\0\0\0\0\0\x7F", 8)};
    EXPECT_EQ(decode_journal(huge, collector).error().code, Code::kTooLarge);
}

TEST(JournalScanner, FindsTheSamePiecesHoweverTheBytesCome) {
    std::string stream;
    std::vector<std::size_t> ends;
    for (int i = 0; stream.size() < 3 * kJournalPieceBytes; ++i) {
        stream +=
            "A=" + std::to_string(i) + "\n" + binary("MESSAGE", std::string(9'000, '\n')) + "\n";
        ends.push_back(stream.size());
    }
    std::vector<std::size_t> first;
    for (std::size_t step : {1'001UL, 64UL << 10, stream.size()}) {
        JournalScanner scanner;
        std::string bytes;
        std::vector<std::size_t> pieces;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            bytes += stream.substr(at, step);
            while (true) {
                ASSERT_TRUE(scanner.scan(bytes));
                if (scanner.complete() < kJournalPieceBytes) break;
                pieces.push_back(scanner.complete());
                bytes.erase(0, scanner.complete());
                scanner.take();
            }
        }
        EXPECT_EQ(scanner.complete(), bytes.size());
        if (first.empty()) first = pieces;
        EXPECT_EQ(pieces, first) << step;
        EXPECT_EQ(pieces.size(), 2U);
        std::size_t end = 0;
        for (auto piece : pieces)
            EXPECT_TRUE(std::ranges::binary_search(ends, end += piece)) << "within an entry";
    }
}

TEST(JournalScanner, AnEntryHasALimit) {
    JournalScanner scanner;
    std::string bytes;
    Result<void> scanned;
    while (scanned && bytes.size() < 2 * kJournalEntryBytesMax) {
        bytes += "A=" + std::string(1'000'000, 'x') + "\n";
        scanned = scanner.scan(bytes);
    }
    ASSERT_FALSE(scanned);
    EXPECT_EQ(scanned.error().code, Code::kTooLarge);
}

}  // namespace
}  // namespace logwood::ingest
