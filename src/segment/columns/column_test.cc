// Which encoding is chosen for which values, and that all of them come back.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "segment/columns/column_decoder.h"
#include "segment/columns/column_encoder.h"
#include "segment/limits.h"

namespace logwood::segment {
namespace {

using Make = std::string (*)(std::uint64_t row, std::mt19937_64& random);
struct ColumnCase {
    const char* name;
    Encoding encoding;
    Make make;
};

const ColumnCase kCases[] = {
    {"constant", Encoding::kConstant, [](auto, auto&) { return std::string("GET"); }},
    {"empty", Encoding::kConstant, [](auto, auto&) { return std::string(); }},
    {"few", Encoding::kDictionary,
     [](auto, auto& random) { return fmt::format("user{}", random() % 20); }},
    {"few integers", Encoding::kDictionary,
     [](auto, auto& random) { return fmt::format("{}", random() % 20); }},
    {"runs", Encoding::kRunLength, [](auto row, auto&) { return fmt::format("run{}", row / 100); }},
    {"integers", Encoding::kMapped,
     [](auto, auto& random) { return fmt::format("{}", static_cast<std::int64_t>(random())); }},
    {"counter", Encoding::kMapped, [](auto row, auto&) { return fmt::format("{}", row * 3); }},
    {"integers and some text", Encoding::kMapped,
     [](auto row, auto&) { return row % 40 == 7 ? "n/a" : fmt::format("{}", row * row); }},
    {"decimals", Encoding::kMapped,
     [](auto, auto& random) { return fmt::format("{:.3f}", double(random() % 999'983) / 1000); }},
    {"times", Encoding::kMapped,
     [](auto row, auto&) {
         return fmt::format("2024-02-29T{:02}:{:02}:{:02}.250Z", row / 3600, row / 60 % 60,
                            row % 60);
     }},
    {"addresses", Encoding::kMapped,
     [](auto, auto& random) { return fmt::format("10.2.{}.{}", random() % 256, random() % 256); }},
    {"trace ids", Encoding::kHex,
     [](auto, auto& random) { return fmt::format("{:016x}{:016x}", random(), random()); }},
    {"uuids and some text", Encoding::kHex,
     [](auto row, auto& random) {
         return row % 40 == 7 ? "-" : fmt::format("{{{:08X}-{:04X}}}", random() % 0xFFFFFFFF, 7);
     }},
    {"texts", Encoding::kStrings,
     [](auto row, auto&) { return fmt::format("message number {} \xC3\xBC", row); }},
    {"bytes", Encoding::kStrings,
     [](auto, auto& random) {
         std::string bytes;
         for (auto i = random() % 30; i > 0; --i) bytes.push_back(static_cast<char>(random()));
         return bytes;
     }},
    {"huge", Encoding::kStrings,
     [](auto row, auto&) { return std::string(1000 + row, static_cast<char>('a' + row % 26)); }},
};

TEST(Column, ChoosesAndRoundTrips) {
    for (auto& test : kCases) {
        std::mt19937_64 random(1);
        constexpr std::size_t kRows = 2000;
        std::vector<std::string> texts;
        for (std::size_t row = 0; row < kRows; ++row) texts.push_back(test.make(row, random));
        ColumnValues values;
        Interner interner;
        interner.start(values, kRows);
        for (auto& text : texts) interner.add(text);
        DictionaryBudget budget{kDictionariesBytesMax};
        Dictionary dictionary(budget);
        auto column = encode_column(values, dictionary, Level::kMerged);
        EXPECT_EQ(column.encoding, test.encoding) << test.name;
        if (column.encoding == Encoding::kConstant) {
            EXPECT_EQ(dictionary.values()[column.constant_code], texts.front());
            continue;
        }
        for (auto& bytes : {column.bytes, column.incompressible}) {
            if (bytes.empty()) continue;
            auto decoded =
                decode_column(column.encoding, bytes, kRows, dictionary.values().size(), nullptr);
            ASSERT_TRUE(decoded) << test.name << ": " << decoded.error().to_string();
            for (std::size_t row = 0; row < kRows; ++row) {
                auto text = decoded->has_codes ? dictionary.values()[decoded->codes[row]]
                                               : decoded->texts[row];
                ASSERT_EQ(text, texts[row]) << test.name << " row " << row;
            }
        }
    }
}

TEST(Column, MiniSegmentsTakeTheFastEncodings) {
    for (auto& test : kCases) {
        std::mt19937_64 random(1);
        std::vector<std::string> texts;
        for (std::size_t row = 0; row < 500; ++row) texts.push_back(test.make(row, random));
        ColumnValues values;
        Interner interner;
        interner.start(values, texts.size());
        for (auto& text : texts) interner.add(text);
        DictionaryBudget budget{kDictionariesBytesMax};
        Dictionary dictionary(budget);
        auto column = encode_column(values, dictionary, Level::kMini);
        EXPECT_NE(column.encoding, Encoding::kHex) << test.name;
    }
}

TEST(Column, FullDictionaryFallsBackToTexts) {
    std::vector<std::string> texts;
    for (int row = 0; row < 100; ++row) texts.push_back(fmt::format("value {}", row % 10));
    ColumnValues values;
    Interner interner;
    interner.start(values, texts.size());
    for (auto& text : texts) interner.add(text);
    DictionaryBudget budget{100};
    Dictionary dictionary(budget);
    auto column = encode_column(values, dictionary, Level::kMerged);
    EXPECT_EQ(column.encoding, Encoding::kStrings);
    EXPECT_TRUE(column.codes.empty());
}

TEST(Column, RefusesUnknownEncodings) {
    auto decoded = decode_column(static_cast<Encoding>(99), "abc", 1, 0, nullptr);
    EXPECT_EQ(decoded.error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace logwood::segment
