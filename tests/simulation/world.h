#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/time.h"

namespace logwood::simulation {

struct WorldOptions {
    Duration length = std::chrono::minutes(10);
    bool verbose = false;
    /// Mutations of the disk, to show that the checks notice.
    bool sync_does_nothing = false;
    bool sync_dir_does_nothing = false;
    /// Records that are sent again have no key.
    bool retries_have_no_key = false;
};

/// What a run did. `digest` depends on everything that happened: equal seeds give equal digests.
struct Report {
    std::uint64_t seed = 0;
    std::string violation;  ///< Empty when every promise was kept.
    std::uint64_t events = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t answers_checked = 0;
    std::uint64_t starts = 0;
    std::uint64_t crashes = 0;
    std::uint64_t faults = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t merges = 0;
    std::uint64_t retries = 0;  ///< Records sent again with their key.
    std::uint64_t repeats = 0;  ///< ... that digest dropped.
    std::uint64_t digest = 0;
};

/// Runs one node through its seed's load and faults, then heals everything and checks it all.
Report run_world(std::uint64_t seed, const WorldOptions& options);

}  // namespace logwood::simulation
