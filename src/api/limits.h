#pragma once

#include <cstddef>

#include "base/time.h"

namespace logwood::api {

/// Rows of an export rendered and written in one go: about a megabyte of common log lines.
inline constexpr std::size_t kExportRowsAtOnce = 2048;
/// A form with the largest lookup file: the rest of it takes less than this.
inline constexpr std::size_t kFormBytesMax = (200U << 20) + (64U << 10);
/// Bytes of a lookup file's content sent in one go.
inline constexpr std::size_t kFilePieceBytes = 1U << 20;
/// Of a file name that a client wants for a download.
inline constexpr std::size_t kFileNameBytesMax = 200;

/// Of a YAML document as a tree, its aliases followed: far above what a parser's template has.
inline constexpr std::size_t kYamlNodesMax = 100'000;
inline constexpr std::size_t kYamlBytesMax = 4 << 20;
inline constexpr int kYamlDepthMax = 50;
/// Of retention: longer than logs are kept, and far from the end of what nanoseconds can say.
inline constexpr Duration kRetentionAgeMax = 24h * 36'500;

}  // namespace logwood::api
