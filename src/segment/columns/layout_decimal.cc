// Kind 2, parameters: scale u8 (1 to 17), trimmed u8. The integer is the text without its point, at
// `scale` digits behind it. Fixed: always `scale` digits are written. Trimmed: zeros at the end are
// left out, but for the first digit behind the point, as most languages print floating numbers.
#include <algorithm>

#include "segment/columns/text_layout.h"

namespace logwood::segment {
namespace {

constexpr unsigned kScaleMax = 17;
constexpr std::size_t kDigitsMax = 18;  ///< Fit 64 bits.

class DecimalLayout final : public TextLayout {
 public:
    DecimalLayout(unsigned scale, bool is_trimmed) : scale_(scale), is_trimmed_(is_trimmed) {}

    bool parse(std::string_view text, std::int64_t& value) const override {
        auto is_negative = text.starts_with('-');
        auto digits = is_negative ? text.substr(1) : text;
        auto point = digits.find('.');
        if (point == 0 || point == std::string_view::npos || point + 1 == digits.size())
            return false;
        auto behind = digits.size() - point - 1;
        if (behind > scale_ || (!is_trimmed_ && behind != scale_)) return false;
        if (point + scale_ > kDigitsMax) return false;
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < digits.size(); ++i) {
            if (i == point) continue;
            if (digits[i] < '0' || digits[i] > '9') return false;
            sum = sum * 10 + (digits[i] - '0');
        }
        for (auto i = behind; i < scale_; ++i) sum *= 10;
        value = is_negative ? -sum : sum;
        return true;
    }

    void render(std::int64_t value, std::string& out) const override {
        char digits[32];
        auto* end = digits + sizeof digits;
        auto* at = end;
        auto left =
            value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
        for (unsigned i = 0; left != 0 || i <= scale_; ++i, left /= 10) {
            if (i == scale_) *--at = '.';
            *--at = static_cast<char>('0' + left % 10);
        }
        if (value < 0) *--at = '-';
        if (is_trimmed_)
            while (end[-1] == '0' && end[-2] != '.') --end;
        out.append(at, end);
    }

    void describe(ByteWriter& out) const override {
        out.put(kDecimalLayout.kind);
        out.put(static_cast<std::uint8_t>(scale_));
        out.put(static_cast<std::uint8_t>(is_trimmed_));
    }

 private:
    unsigned scale_;
    bool is_trimmed_;
};

/// Digits behind the point; 0 without one.
std::size_t digits_behind_point(std::string_view text) {
    auto point = text.find('.');
    return point == std::string_view::npos ? 0 : text.size() - point - 1;
}

std::unique_ptr<TextLayout> guess(std::span<const std::string_view> sample) {
    std::size_t least = SIZE_MAX;
    std::size_t most = 0;
    for (auto text : sample) {
        least = std::min(least, digits_behind_point(text));
        most = std::max(most, digits_behind_point(text));
    }
    if (most == 0 || most > kScaleMax) return nullptr;
    auto layout = std::make_unique<DecimalLayout>(static_cast<unsigned>(most), least != most);
    std::int64_t value = 0;
    if (!layout->parse(sample.front(), value)) return nullptr;
    return layout;
}

Result<std::unique_ptr<TextLayout>> read(ByteReader& reader) {
    TRY(auto scale, reader.get<std::uint8_t>());
    TRY(auto is_trimmed, reader.get<std::uint8_t>());
    if (scale == 0 || scale > kScaleMax || is_trimmed > 1)
        return fail(Code::kUnsupported, "decimal: unknown layout");
    return std::make_unique<DecimalLayout>(scale, is_trimmed != 0);
}

}  // namespace

const LayoutEntry kDecimalLayout{2, guess, read};

}  // namespace logwood::segment
