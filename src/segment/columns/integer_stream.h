#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace logwood::segment {

/// A run of integers of any size as bytes: the common factor taken out, then the distance to the
/// smallest (frame of reference), or the differences of neighbours, whichever is narrower.
///
/// The rest has one of two forms. Planes, all low bytes first, then all second bytes, ..., compress
/// well. Bits, blocks of 1,024 values of equal width, are smaller when nothing compresses.
class IntegerStream {
 public:
    /// Looks at the values, which must live as long as the stream.
    explicit IntegerStream(std::span<const std::int64_t> values);

    void append_planes(std::string& out) const;
    void append_bits(std::string& out) const;

 private:
    void append_head(std::uint8_t form, std::string& out) const;

    std::uint64_t divisor_ = 1;
    bool is_delta_ = false;
    std::uint64_t first_ = 0;  ///< Of the deltas.
    std::uint64_t base_ = 0;
    std::uint64_t all_bits_ = 0;  ///< Or of rest_.
    std::vector<std::uint64_t> rest_;
};

/// Reads `count` integers of either form.
Result<std::vector<std::int64_t>> read_integers(ByteReader& reader, std::size_t count);

}  // namespace logwood::segment
