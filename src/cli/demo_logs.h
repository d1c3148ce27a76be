#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/time.h"

namespace logwood::cli {

struct DemoOptions {
    std::uint64_t seed = 1;
    std::uint64_t events = 50'000;
    UtcTime end;          ///< Later than all events.
    Duration span = 24h;  ///< Time from the first event to the last.
};

/// Writes the logs of a small, made-up web shop with an incident in its last hour, one JSON object
/// a line, visit by visit in the order in which they begin; every line's time is before `end`. The
/// same seed gives the same shop day, shifted to `end`.
void write_demo_logs(const DemoOptions& options, const std::function<void(std::string_view)>& line);

}  // namespace logwood::cli
