// Description: case u8 (0 lower, 1 upper), pattern (length-prefixed) with the byte 0 for a digit.
#include "segment/columns/hex_layout.h"

#include <algorithm>

namespace logwood::segment {
namespace {

constexpr char kDigit = '\0';
constexpr std::size_t kDigitsMin = 8;
constexpr std::size_t kTextBytesMax = 160;  ///< A SHA-512 with room for a prefix.

int digit_of(char c, bool is_upper) {
    if (c >= '0' && c <= '9') return c - '0';
    auto first = is_upper ? 'A' : 'a';
    return c >= first && c < first + 6 ? c - first + 10 : -1;
}

}  // namespace

std::optional<HexLayout> HexLayout::guess(std::string_view sample) {
    if (sample.size() < kDigitsMin || sample.size() > kTextBytesMax) return std::nullopt;
    HexLayout layout;
    layout.is_upper_ = std::ranges::any_of(sample, [](char c) { return c >= 'A' && c <= 'F'; });
    layout.pattern_ = sample;
    for (auto& c : layout.pattern_) {
        if (c == kDigit) return std::nullopt;
        if (digit_of(c, layout.is_upper_) < 0) continue;
        c = kDigit;
        ++layout.digits_;
    }
    if (layout.digits_ < kDigitsMin || layout.digits_ * 2 < sample.size()) return std::nullopt;
    return layout;
}

Result<HexLayout> HexLayout::read(ByteReader& reader) {
    HexLayout layout;
    TRY(auto is_upper, reader.get<std::uint8_t>());
    TRY(layout.pattern_, reader.get_string());
    layout.is_upper_ = is_upper != 0;
    layout.digits_ = static_cast<std::size_t>(std::ranges::count(layout.pattern_, kDigit));
    if (is_upper > 1 || layout.pattern_.size() > kTextBytesMax)
        return fail(Code::kUnsupported, "hex: unknown layout");
    return layout;
}

void HexLayout::describe(ByteWriter& out) const {
    out.put(static_cast<std::uint8_t>(is_upper_));
    out.put_string(pattern_);
}

bool HexLayout::pack(std::string_view text, std::string& out) const {
    if (text.size() != pattern_.size()) return false;
    auto begin = out.size();
    out.resize(begin + packed_bytes());
    std::size_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto digit = pattern_[i] == kDigit ? digit_of(text[i], is_upper_) : 0;
        if (digit < 0 || (pattern_[i] != kDigit && pattern_[i] != text[i])) {
            out.resize(begin);
            return false;
        }
        if (pattern_[i] != kDigit) continue;
        auto& byte = out[begin + at / 2];
        byte = static_cast<char>(at % 2 == 0 ? digit << 4 : byte | digit);
        ++at;
    }
    return true;
}

void HexLayout::render(std::string_view packed, std::string& out) const {
    auto* digits = is_upper_ ? "0123456789ABCDEF" : "0123456789abcdef";
    std::size_t at = 0;
    for (auto c : pattern_) {
        if (c == kDigit) {
            auto byte = static_cast<unsigned char>(packed[at / 2]);
            c = digits[at % 2 == 0 ? byte >> 4 : byte & 15];
            ++at;
        }
        out.push_back(c);
    }
}

}  // namespace logwood::segment
