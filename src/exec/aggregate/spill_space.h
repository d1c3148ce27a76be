#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood::exec {

/// Where the states of one query put what does not fit into memory; gone with the query. Blocking;
/// any thread.
class SpillSpace {
 public:
    virtual ~SpillSpace() = default;
    /// Keeps the bytes and gives the position to read them at. kTooLarge when the query may not
    /// have more, kNoSpace, kIo.
    virtual Result<std::uint64_t> append(std::string_view bytes) = 0;
    virtual Result<std::string> read(std::uint64_t position, std::size_t size) const = 0;
};

}  // namespace logwood::exec
