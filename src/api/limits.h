#pragma once

#include <cstddef>

#include "base/time.h"

namespace logwood::api {

/// Rows of an export rendered and written in one go: about a megabyte of common log lines.
inline constexpr std::size_t kExportRowsAtOnce = 2048;
/// Of a file name that a client wants for a download.
inline constexpr std::size_t kFileNameBytesMax = 200;

/// Of retention: longer than logs are kept, and far from the end of what nanoseconds can say.
inline constexpr Duration kRetentionAgeMax = 24h * 36'500;

}  // namespace logwood::api
