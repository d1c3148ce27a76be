#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "log/commit_log.h"

namespace logwood::log {

/// The newest payloads of a stream, without holes, up to a number of bytes. Loop thread.
class TailCache {
 public:
    explicit TailCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// Adds the payload behind the last one; the oldest make room.
    void add(model::LogOffset offset, std::string payload);
    /// Entries from `from` on, at least one, then what fits; nothing when `from` is not held.
    std::optional<std::vector<Entry>> read(model::LogOffset from, std::size_t bytes_max) const;

 private:
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::deque<Entry> entries_;
};

}  // namespace logwood::log
