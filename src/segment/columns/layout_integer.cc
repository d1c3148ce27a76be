// Kind 1, no parameters: decimal integers in their canonical form.
#include <charconv>

#include "segment/columns/text_layout.h"

namespace logwood::segment {

bool parse_integer(std::string_view text, std::int64_t& value) {
    auto digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || (digits.front() == '0' && text.size() > 1)) return false;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

namespace {

class IntegerLayout final : public TextLayout {
 public:
    bool parse(std::string_view text, std::int64_t& value) const override {
        return parse_integer(text, value);
    }
    void render(std::int64_t value, std::string& out) const override {
        char digits[20];
        auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        out.append(digits, end);
    }
    void describe(ByteWriter& out) const override { out.put(kIntegerLayout.kind); }
};

}  // namespace

const LayoutEntry kIntegerLayout{
    1,
    [](std::span<const std::string_view> sample) -> std::unique_ptr<TextLayout> {
        std::int64_t value = 0;
        if (!parse_integer(sample.front(), value)) return nullptr;
        return std::make_unique<IntegerLayout>();
    },
    [](ByteReader&) -> Result<std::unique_ptr<TextLayout>> {
        return std::make_unique<IntegerLayout>();
    }};

}  // namespace logwood::segment
