#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "segment/format.h"

namespace logwood::segment {

/// The values of a column in a row group, for the rows that have one.
struct DecodedColumn {
    bool has_codes = false;
    std::vector<std::uint32_t> codes;     ///< With codes: below the dictionary's size.
    std::vector<std::string_view> texts;  ///< Else; none is missing.
    std::shared_ptr<const void> owner;    ///< Keeps the texts alive.
};

/// Decodes `count` values (at least one) of any encoding but kConstant. `owner` keeps `bytes`
/// alive. kCorrupt when the bytes do not give exactly that, kUnsupported for what is not known.
Result<DecodedColumn> decode_column(Encoding encoding, std::string_view bytes, std::size_t count,
                                    std::size_t dictionary_size, std::shared_ptr<const void> owner);

/// True for the encodings whose values are all in the field's dictionary.
constexpr bool has_codes(Encoding encoding) {
    return encoding == Encoding::kConstant || encoding == Encoding::kDictionary ||
           encoding == Encoding::kRunLength;
}

}  // namespace logwood::segment
