#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace logwood::lookup {

/// Bytes of an uploaded file, as documented for LogScale.
inline constexpr std::uint64_t kCsvBytesMax = 200ULL << 20;
inline constexpr std::uint64_t kJsonBytesMax = 100ULL << 20;
/// Parsed tables kept though nobody uses them now: two of the largest, or very many common ones.
inline constexpr std::size_t kCachedTableBytesMax = 512U << 20;
/// How often files are looked for that nobody needs any more.
inline constexpr Duration kSweepInterval = 5s;
/// Names of missing files that were warned about; beyond, no warning is given.
inline constexpr std::size_t kWarnedNamesMax = 1000;

}  // namespace logwood::lookup
