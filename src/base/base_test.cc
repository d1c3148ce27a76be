#include <gtest/gtest.h>

#include <limits>

#include "base/bytes.h"
#include "base/csv_text.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/result.h"
#include "base/time.h"
#include "base/utf8.h"

namespace logwood {
namespace {

TEST(ByteCodec, RoundTripsAndStopsAtTheEnd) {
    std::string out;
    ByteWriter writer(out);
    writer.put<std::uint32_t>(7);
    for (std::uint64_t v : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128},
                            std::numeric_limits<std::uint64_t>::max()})
        writer.put_varint(v);
    for (std::int64_t v : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                           std::numeric_limits<std::int64_t>::max()})
        writer.put_signed_varint(v);
    writer.put_string("abc");

    ByteReader reader(out);
    EXPECT_EQ(*reader.get<std::uint32_t>(), 7U);
    EXPECT_EQ(*reader.get_varint(), 0U);
    EXPECT_EQ(*reader.get_varint(), 127U);
    EXPECT_EQ(*reader.get_varint(), 128U);
    EXPECT_EQ(*reader.get_varint(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(*reader.get_signed_varint(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(*reader.get_signed_varint(), -1);
    EXPECT_EQ(*reader.get_signed_varint(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(*reader.get_string(), "abc");
    EXPECT_EQ(reader.get<std::uint8_t>().error().code, Code::kCorrupt);
}

TEST(ByteCodec, RefusesOverlongVarintAndLyingLength) {
    EXPECT_FALSE(ByteReader(std::string(11, '\xff')).get_varint());
    EXPECT_FALSE(ByteReader(std::string("\xff\xff\xff\xff\x0f"
                                        "abc",
                                        8))
                     .get_string());
}

TEST(Id128, PrintsAndParses) {
    RepoId id(Id128{1, 0xabcdef});
    EXPECT_EQ(id.to_string(), "00000000000000010000000000abcdef");
    EXPECT_EQ(*RepoId::parse(id.to_string()), id);
    for (auto* bad :
         {"", "xyz", "0000000000000001000000000zabcdef", "+0000000000000010000000000abcdef"})
        EXPECT_FALSE(Id128::parse(bad)) << bad;
}

TEST(UtcTime, SplitsBelowZeroToo) {
    EXPECT_EQ(UtcTime{-1}.ms(), -1);
    EXPECT_EQ(UtcTime::min().ms(), -9'223'372'036'855);
    EXPECT_EQ(UtcTime{-1}.sub_ms_ns(), 999'999);
    EXPECT_EQ(UtcTime{1'500'000}.ms(), 1);
    EXPECT_EQ(UtcTime{1'500'000}.sub_ms_ns(), 500'000);
}

Result<int> twice(Result<int> in) {
    TRY(auto x, std::move(in));
    return 2 * x;
}

TEST(Result, TryReturnsTheError) {
    EXPECT_EQ(*twice(4), 8);
    EXPECT_EQ(twice(fail(Code::kIo, "disk")).error().to_string(), "i/o error: disk");
}

TEST(Utf8, SequencesAreWellFormed) {
    const std::pair<std::string_view, std::size_t> cases[] = {
        {"a", 1},
        {"\x7F", 1},
        {"\xC3\xA9", 2},
        {"\xE2\x82\xAC", 3},
        {"\xED\x9F\xBF", 3},
        {"\xF0\x9F\x98\x80", 4},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\x80", 0},
        {"\xC0\xAF", 0},
        {"\xC1\xBF", 0},
        {"\xC3", 0},
        {"\xE2\x82", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xED\xA0\x80", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF4\x90\x80\x80", 0},
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
    };
    for (auto& [text, size] : cases) {
        EXPECT_EQ(utf8_sequence(text), size) << text;
        EXPECT_EQ(is_utf8("x" + std::string(text) + "y"), size > 0) << text;
    }
    EXPECT_TRUE(is_utf8(""));
}

TEST(JsonText, SaysWhetherItIsTheText) {
    std::string out;
    EXPECT_TRUE(append_json_string(out, "a\"\n\xC3\xA9"));
    EXPECT_FALSE(append_json_string(out, "b\xFF"));
    EXPECT_EQ(out, "\"a\\\"\\n\xC3\xA9\"\"b\xEF\xBF\xBD\"");
}

TEST(JsonText, MayKeepBytes) {
    std::string out;
    append_json_bytes(out, "\\\x1F\xC3\xA9\xFF");
    EXPECT_EQ(out, "\"\\\\\\u001f\xC3\xA9\xFF\"");
    EXPECT_EQ(quoted_json("a\tb"), "\"a\\tb\"");
}

TEST(CsvText, QuotesWhatNeedsIt) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", ""},
        {"a b;c", "a b;c"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"a\nb", "\"a\nb\""},
        {"a\r", "\"a\r\""},
    };
    for (auto& [text, cell] : cases) {
        std::string out = "x,";
        append_csv_cell(out, text);
        EXPECT_EQ(out, "x," + std::string(cell));
    }
}

}  // namespace
}  // namespace logwood
