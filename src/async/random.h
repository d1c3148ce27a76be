#pragma once

#include <cstdint>
#include <memory>

#include "base/id.h"

namespace logwood::async {

/// A source of random bits. Ids come from here, so that a seed replays a run. Loop thread.
class Random {
 public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;

    /// Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    template <typename Id>
    Id id() {
        return Id(Id128{next(), next()});
    }
};

/// Bits of the operating system's generator.
std::unique_ptr<Random> make_system_random();

}  // namespace logwood::async
