#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace logwood::segment {

/// Appends texts: the integer stream of their lengths, then all bytes back to back.
void append_strings(std::span<const std::string_view> texts, std::string& out);

/// Reads `count` texts; the views point into the reader's bytes. A view of an empty text is not
/// missing.
Result<std::vector<std::string_view>> read_strings(ByteReader& reader, std::size_t count);

}  // namespace logwood::segment
