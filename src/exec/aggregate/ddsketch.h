#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace logwood::exec {

/// Percentiles of non-negative numbers within a relative error: a DDSketch (Masson, Rim, Lee,
/// VLDB 2019) whose logarithm is interpolated quadratically between powers of two. Merging adds
/// bucket counts, so order and splits do not matter.
class DdSketch {
 public:
    /// 0 < accuracy < 1: how far a result may be off, relative to the true one.
    explicit DdSketch(double accuracy = 0.01);
    /// Negative numbers and nulls are left out.
    void add(double value, std::uint64_t times = 1);
    /// `from` has the same accuracy.
    void merge(const DdSketch& from);
    std::uint64_t count() const { return count_; }
    /// The value at rank floor(percent / 100 * (count - 1)), percent from 0 to 100; count() > 0.
    double percentile(double percent) const;
    void write(ByteWriter& out) const;
    static Result<DdSketch> read(ByteReader& in, double accuracy);
    std::size_t memory() const { return bins_.capacity() * sizeof(std::uint64_t); }

 private:
    std::int32_t index_of(double value) const;
    double value_of(std::int32_t index) const;
    /// Makes the bin of `index` exist; returns its position. The lowest bins are joined when there
    /// would be too many.
    std::size_t reach(std::int32_t index);

    double accuracy_;
    double multiplier_;
    double indexable_min_;  ///< Smaller values count as zero.
    std::uint64_t count_ = 0;
    std::uint64_t zeros_ = 0;
    std::int32_t first_index_ = 0;  ///< Of bins_[0].
    std::vector<std::uint64_t> bins_;
};

}  // namespace logwood::exec
