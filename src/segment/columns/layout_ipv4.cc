// Kind 4, no parameters: `a.b.c.d` without leading zeros; the integer is the address.
#include "segment/columns/text_layout.h"

namespace logwood::segment {
namespace {

class Ipv4Layout final : public TextLayout {
 public:
    bool parse(std::string_view text, std::int64_t& value) const override {
        if (text.size() > 15) return false;
        std::int64_t address = 0;
        int parts = 0;
        int digits = 0;
        int part = 0;
        for (auto c : text) {
            if (c == '.') {
                if (digits == 0 || ++parts == 4) return false;
                address = address << 8 | part;
                part = digits = 0;
            } else if (c < '0' || c > '9' || ++digits > 3 || (part = part * 10 + c - '0') > 255) {
                return false;
            }
        }
        if (parts != 3 || digits == 0) return false;
        value = address << 8 | part;
        return true;
    }

    void render(std::int64_t value, std::string& out) const override {
        for (int shift = 24; shift >= 0; shift -= 8) {
            auto part = static_cast<unsigned>(value >> shift) & 0xFF;
            if (part >= 100) out.push_back(static_cast<char>('0' + part / 100));
            if (part >= 10) out.push_back(static_cast<char>('0' + part / 10 % 10));
            out.push_back(static_cast<char>('0' + part % 10));
            if (shift != 0) out.push_back('.');
        }
    }

    void describe(ByteWriter& out) const override { out.put(kIpv4Layout.kind); }
};

}  // namespace

const LayoutEntry kIpv4Layout{
    4,
    [](std::span<const std::string_view> sample) -> std::unique_ptr<TextLayout> {
        Ipv4Layout layout;
        std::int64_t value = 0;
        if (!layout.parse(sample.front(), value)) return nullptr;
        return std::make_unique<Ipv4Layout>();
    },
    [](ByteReader&) -> Result<std::unique_ptr<TextLayout>> {
        return std::make_unique<Ipv4Layout>();
    }};

}  // namespace logwood::segment
