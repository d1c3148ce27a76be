#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace logwood::segment {

/// Texts of one length that have hex digits of one case at the same places and the same characters
/// elsewhere: hashes, trace ids, UUIDs with dashes and braces. Two digits become one byte.
class HexLayout {
 public:
    /// By the first text of a column; nullopt when it has less than 8 hex digits, or is too long.
    static std::optional<HexLayout> guess(std::string_view sample);
    static Result<HexLayout> read(ByteReader& reader);

    /// Appends what read() reads.
    void describe(ByteWriter& out) const;

    std::size_t packed_bytes() const { return (digits_ + 1) / 2; }
    std::size_t text_bytes() const { return pattern_.size(); }
    /// Appends packed_bytes() bytes; false, and nothing appended, for a text of another form.
    bool pack(std::string_view text, std::string& out) const;
    /// Appends text_bytes() characters for packed_bytes() bytes.
    void render(std::string_view packed, std::string& out) const;

 private:
    HexLayout() = default;

    std::string pattern_;  ///< The byte 0 at the places of digits.
    std::size_t digits_ = 0;
    bool is_upper_ = false;
};

}  // namespace logwood::segment
