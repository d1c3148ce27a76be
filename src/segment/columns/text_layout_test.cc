#include "segment/columns/text_layout.h"

#include <gmock/gmock.h>

#include "segment/columns/hex_layout.h"

namespace logwood::segment {
namespace {

struct LayoutCase {
    std::vector<std::string_view> sample;
    std::vector<std::string_view> fits;   ///< Rendered as they were.
    std::vector<std::string_view> other;  ///< Refused, or rendered in another way.
};

bool survives(const TextLayout& layout, std::string_view text) {
    std::int64_t value = 0;
    if (!layout.parse(text, value)) return false;
    std::string rendered;
    layout.render(value, rendered);
    return rendered == text;
}

TEST(TextLayout, KeepsTextsOfItsForm) {
    const LayoutCase cases[] = {
        {{"12"},
         {"0", "-1", "9223372036854775807", "-9223372036854775808"},
         {"-0", "01", "+1", "", "-", "1 ", "9223372036854775808", "1.0", "0x1"}},
        {{"1.50"},
         {"0.00", "-1.25", "1234567890123456.99"},
         {"1.5", "1.500", "-0.00", ".50", "01.50", "1.", "1e5", "12345678901234567.99"}},
        {{"1.5", "1.25"}, {"1.0", "0.01", "-7.2"}, {"1.50", "1", "-0.0", "1.125"}},
        {{"2024-02-29T23:59:59.000Z"},
         {"2024-03-01T00:00:00.123Z", "1969-12-31T23:59:59.999Z", "9999-12-31T00:00:00.000Z",
          "0000-01-01T00:00:00.000Z"},
         {"2023-02-29T00:00:00.000Z", "2024-03-01 00:00:00.123Z", "2024-03-01T00:00:00.12Z",
          "2024-03-01T00:00:00Z", "2024-03-01T00:00:00.123", "2024-13-01T00:00:00.123Z",
          "2024-03-01T24:00:00.000Z", "2024-03-01T00:00:60.000Z"}},
        {{"2024-01-01T00:00:00.1Z", "2024-01-01T00:00:00.123456789Z"},
         {"2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z"},
         {"2024-01-01T00:00:00.10Z", "2500-01-01T00:00:00Z"}},
        {{"2024-02-29 23:59:59"},
         {"1969-12-31 23:59:59", "9999-12-31 00:00:00"},
         {"2024-02-29 23:59:59.0", "2024-02-29T23:59:59", "2024-02-29 23:59:59Z"}},
        {{"2024/01/01 00:00:00,123 +0100"},
         {"1970/01/01 00:00:00,000 +0100"},
         {"1970/01/01 00:00:00.000 +0100", "1970/01/01 00:00:00,000 +0200"}},
        {{"10.0.0.1"},
         {"0.0.0.0", "255.255.255.255", "1.20.0.9"},
         {"01.0.0.1", "256.0.0.1", "1.2.3", "1.2.3.4.5", "1..2.3", "1.2.3.", "::1"}},
    };
    for (auto& test : cases) {
        auto layout = guess_layout(test.sample);
        ASSERT_TRUE(layout) << test.sample.front();
        std::string bytes;
        ByteWriter writer(bytes);
        layout->describe(writer);
        ByteReader reader(bytes);
        auto read = read_layout(reader);
        ASSERT_TRUE(read);
        for (auto text : test.sample) EXPECT_TRUE(survives(**read, text)) << text;
        for (auto text : test.fits) EXPECT_TRUE(survives(**read, text)) << text;
        for (auto text : test.other) EXPECT_FALSE(survives(**read, text)) << text;
        for (auto value : {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, INT64_MAX}) {
            std::string rendered;
            (*read)->render(value, rendered);
            EXPECT_LE(rendered.size(), TextLayout::kRenderedBytesMax);
        }
    }
}

TEST(TextLayout, HasNoneForOtherTexts) {
    for (std::string_view text : {"", "abc", "1,5", "2024-01-01", "fe80::1", "1.2.3.4/8", "."})
        EXPECT_FALSE(guess_layout(std::span(&text, 1))) << text;
    ByteReader unknown("\x63");
    EXPECT_EQ(read_layout(unknown).error().code, Code::kUnsupported);
}

TEST(HexLayout, KeepsTextsOfItsForm) {
    const LayoutCase cases[] = {
        {{"a6cecc1b78e51061"}, {"0000000000000000"}, {"A6CECC1B78E51061", "a6cecc1b78e5106", ""}},
        {{"{0BFE0DEA-1234-5F5E-8000-0123456789AB}"},
         {"{00000000-1234-5F5E-8000-FFFFFFFFFFFF}"},
         {"{0bfe0dea-1234-5f5e-8000-0123456789ab}", "(0BFE0DEA-1234-5F5E-8000-0123456789AB}"}},
        {{"0x123456789"}, {"0x000000000"}, {"0y123456789", "0x12345678g"}},
    };
    for (auto& test : cases) {
        auto layout = HexLayout::guess(test.sample.front());
        ASSERT_TRUE(layout) << test.sample.front();
        std::string bytes;
        ByteWriter writer(bytes);
        layout->describe(writer);
        ByteReader reader(bytes);
        auto read = HexLayout::read(reader);
        ASSERT_TRUE(read);
        for (auto text : {test.sample.front(), test.fits.front()}) {
            std::string packed;
            std::string rendered;
            EXPECT_TRUE(read->pack(text, packed)) << text;
            EXPECT_EQ(packed.size(), read->packed_bytes());
            read->render(packed, rendered);
            EXPECT_EQ(rendered, text);
        }
        for (auto text : test.other) {
            std::string packed;
            EXPECT_FALSE(read->pack(text, packed)) << text;
            EXPECT_TRUE(packed.empty());
        }
    }
    for (std::string_view text : {"", "abc", "hello world, this is text", "1234567"})
        EXPECT_FALSE(HexLayout::guess(text)) << text;
}

}  // namespace
}  // namespace logwood::segment
