#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "segment/columns/dictionary.h"
#include "segment/columns/interner.h"
#include "segment/format.h"
#include "segment/summary.h"

namespace logwood::segment {

/// One column of one row group, encoded.
struct EncodedColumn {
    Encoding encoding = Encoding::kStrings;
    std::uint32_t constant_code = 0;  ///< For kConstant, which has no bytes.
    std::string bytes;
    /// The same column in a form that is smaller when `bytes` does not compress well; may be empty.
    std::string incompressible;
    /// For the encodings with codes: the code of each distinct value. Else empty.
    std::vector<std::uint32_t> codes;
};

/// Encodes a column's values (at least one), choosing the encoding by a look at them; new texts of
/// a column with codes are added to `dictionary`.
EncodedColumn encode_column(const ColumnValues& values, Dictionary& dictionary, Level level);

}  // namespace logwood::segment
