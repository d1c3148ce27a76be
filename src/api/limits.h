#pragma once

#include <cstddef>

namespace logwood::api {

/// Rows of an export rendered and written in one go: about a megabyte of common log lines.
inline constexpr std::size_t kExportRowsAtOnce = 2048;
/// Of a file name that a client wants for a download.
inline constexpr std::size_t kFileNameBytesMax = 200;

}  // namespace logwood::api
