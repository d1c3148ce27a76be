// Bytes: varint zeros; varint bins; signed varint first index; varint count a bin.
//
// With v = s * 2^e and 1 <= s < 2, log2(v) is approximated by L(v) = e - (s - 5)(s - 1) / 3; a
// value goes to bin floor(m * L(v)), and a bin stands for L^-1(bin / m) * (1 + accuracy).
#include "exec/aggregate/ddsketch.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "exec/limits.h"

namespace logwood::exec {

DdSketch::DdSketch(double accuracy)
    : accuracy_(accuracy),
      multiplier_(0.75 / std::log((1 + accuracy) / (1 - accuracy))),
      indexable_min_(std::numeric_limits<double>::min() * (1 + accuracy) / (1 - accuracy)) {
    ASSERT(accuracy > 0 && accuracy < 1);
}

std::int32_t DdSketch::index_of(double value) const {
    int exponent = 0;
    double significand = std::frexp(value, &exponent) * 2;
    double log = (exponent - 1) - (significand - 5) * (significand - 1) / 3;
    double index = std::floor(multiplier_ * log);
    return static_cast<std::int32_t>(
        std::clamp(index, -double(kSketchIndexMax), double(kSketchIndexMax)));
}

double DdSketch::value_of(std::int32_t index) const {
    double log = index / multiplier_;
    double exponent = std::floor(log);
    double significand = 3 - std::sqrt(4 - 3 * (log - exponent));
    return std::ldexp(significand, static_cast<int>(exponent)) * (1 + accuracy_);
}

std::size_t DdSketch::reach(std::int32_t index) {
    if (bins_.empty()) {
        first_index_ = index;
        bins_.resize(1);
        return 0;
    }
    auto last = first_index_ + static_cast<std::int32_t>(bins_.size()) - 1;
    if (index > last) {
        auto size = static_cast<std::size_t>(index - first_index_) + 1;
        if (size > kSketchBinsMax) {
            auto surplus = std::min(size - kSketchBinsMax, bins_.size());
            std::uint64_t joined = 0;
            for (std::size_t i = 0; i < surplus; ++i) joined += bins_[i];
            bins_.erase(bins_.begin(), bins_.begin() + static_cast<std::ptrdiff_t>(surplus));
            first_index_ = index - static_cast<std::int32_t>(kSketchBinsMax) + 1;
            bins_.resize(kSketchBinsMax);
            bins_[0] += joined;
        } else {
            bins_.resize(size);
        }
    } else if (index < first_index_) {
        auto missing = static_cast<std::size_t>(first_index_ - index);
        missing = std::min(missing, kSketchBinsMax - bins_.size());
        bins_.insert(bins_.begin(), missing, 0);
        first_index_ -= static_cast<std::int32_t>(missing);
    }
    return static_cast<std::size_t>(std::max(index - first_index_, 0));
}

void DdSketch::add(double value, std::uint64_t times) {
    if (!(value >= 0) || !std::isfinite(value)) return;
    count_ += times;
    if (value < indexable_min_)
        zeros_ += times;
    else
        bins_[reach(index_of(value))] += times;
}

void DdSketch::merge(const DdSketch& from) {
    count_ += from.count_;
    zeros_ += from.zeros_;
    // From the top, so that the lowest are joined only if they must be.
    for (auto i = from.bins_.size(); i-- > 0;)
        if (from.bins_[i] != 0)
            bins_[reach(from.first_index_ + static_cast<std::int32_t>(i))] += from.bins_[i];
}

double DdSketch::percentile(double percent) const {
    auto last = static_cast<double>(count_ - 1);
    auto rank = static_cast<std::uint64_t>(std::clamp(std::floor(percent / 100 * last), 0.0, last));
    auto seen = zeros_;
    if (rank < seen) return 0;
    for (std::size_t i = 0; i < bins_.size(); ++i) {
        seen += bins_[i];
        if (rank < seen) return value_of(first_index_ + static_cast<std::int32_t>(i));
    }
    return 0;
}

void DdSketch::write(ByteWriter& out) const {
    out.put_varint(zeros_);
    out.put_varint(bins_.size());
    out.put_signed_varint(first_index_);
    for (auto bin : bins_) out.put_varint(bin);
}

Result<DdSketch> DdSketch::read(ByteReader& in, double accuracy) {
    DdSketch sketch(accuracy);
    TRY(sketch.zeros_, in.get_varint());
    TRY(auto bins, in.get_varint());
    TRY(auto first, in.get_signed_varint());
    if (bins > kSketchBinsMax || first < -std::int64_t(kSketchIndexMax) ||
        first > std::int64_t(kSketchIndexMax))
        return fail(Code::kCorrupt, "percentile sketch: bins out of range");
    sketch.first_index_ = static_cast<std::int32_t>(first);
    sketch.count_ = sketch.zeros_;
    for (std::uint64_t i = 0; i < bins; ++i) {
        TRY(auto bin, in.get_varint());
        sketch.bins_.push_back(bin);
        if (__builtin_add_overflow(sketch.count_, bin, &sketch.count_))
            return fail(Code::kCorrupt, "percentile sketch: counts overflow");
    }
    return sketch;
}

}  // namespace logwood::exec
