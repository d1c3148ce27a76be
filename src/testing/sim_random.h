#pragma once

#include <cstdint>

#include "async/random.h"

namespace logwood::testing {

/// A seeded generator (SplitMix64): the same seed gives the same numbers on every machine.
class SimRandom final : public async::Random {
 public:
    explicit SimRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() override;
    /// True one time in `n`; never for 0.
    bool one_in(std::uint64_t n) { return n != 0 && below(n) == 0; }

 private:
    std::uint64_t state_;
};

}  // namespace logwood::testing
