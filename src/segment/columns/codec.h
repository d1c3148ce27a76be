#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "segment/format.h"
#include "segment/summary.h"

namespace logwood::segment {

/// Compresses for one level. One thread at a time; keep it, its tables are large.
class Compressor {
 public:
    explicit Compressor(Level level);
    ~Compressor();

    /// Replaces `out` and says how; kNone when compressing does not save at least 1/32.
    Codec compress(std::string_view raw, std::string& out);

 private:
    struct Context;
    Level level_;
    std::unique_ptr<Context> context_;
};

/// Restores exactly `raw_bytes` bytes; kCorrupt when they are not there, kUnsupported for an
/// unknown codec. Any thread.
Result<std::string> decompress(Codec codec, std::string_view stored, std::size_t raw_bytes);

}  // namespace logwood::segment
