#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace logwood::exec {

/// Counts distinct texts: exactly while there are few, then by HyperLogLog with 2^14 registers
/// (standard error 0.8 %). What it holds depends on the set of texts alone, not on order, splits
/// or merges. The estimate is Ertl's improved raw estimator (arXiv:1702.01284, algorithm 6).
class DistinctCounter {
 public:
    void add(std::string_view text) { add_hash(checksum64(text)); }
    /// `hash` = checksum64 of a text.
    void add_hash(std::uint64_t hash);
    void merge(const DistinctCounter& from);
    double estimate() const;
    void write(ByteWriter& out) const;
    static Result<DistinctCounter> read(ByteReader& in);
    std::size_t memory() const { return slots_.capacity() * 8 + registers_.capacity(); }

 private:
    bool is_exact() const { return registers_.empty(); }
    void insert(std::uint64_t hash);
    void grow();
    void become_estimate();
    void add_to_registers(std::uint64_t hash);

    std::vector<std::uint64_t> slots_;  ///< Open addressing; 0 is a free slot.
    std::size_t used_ = 0;
    std::vector<std::uint8_t> registers_;  ///< Empty while exact.
};

}  // namespace logwood::exec
