#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace logwood::segment {

/// A bijection between some texts and integers: how numbers, times and addresses are written.
class TextLayout {
 public:
    virtual ~TextLayout() = default;

    /// The integer of a text of this layout. May say yes to a text that render() writes otherwise:
    /// callers compare.
    virtual bool parse(std::string_view text, std::int64_t& value) const = 0;
    /// Appends the text of any integer: at most kRenderedBytesMax bytes.
    virtual void render(std::int64_t value, std::string& out) const = 0;
    /// Appends what make_layout() reads.
    virtual void describe(ByteWriter& out) const = 0;

    static constexpr std::size_t kRenderedBytesMax = 64;
};

/// The layout that texts of a column look like, by a sample; null when they look like none. Others
/// of the column may not.
std::unique_ptr<TextLayout> guess_layout(std::span<const std::string_view> sample);
/// Reads what describe() wrote; kUnsupported for an unknown layout.
Result<std::unique_ptr<TextLayout>> read_layout(ByteReader& reader);

/// The layouts, one file each; `guess` as above, `read` behind the kind byte.
struct LayoutEntry {
    std::uint8_t kind;
    std::unique_ptr<TextLayout> (*guess)(std::span<const std::string_view> sample);
    Result<std::unique_ptr<TextLayout>> (*read)(ByteReader& reader);
};
extern const LayoutEntry kIntegerLayout;
extern const LayoutEntry kDecimalLayout;
extern const LayoutEntry kTimestampLayout;
extern const LayoutEntry kIpv4Layout;

/// Reads `-?(0|[1-9][0-9]*)` that fits 64 bits and is not `-0`.
bool parse_integer(std::string_view text, std::int64_t& value);

}  // namespace logwood::segment
