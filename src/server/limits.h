#pragma once

#include "base/time.h"

namespace logwood::server {

/// How long a start waits for the digest to consume what the log holds: two checkpoints a
/// partition at most, some seconds; beyond that something is wrong, and waiting does not help.
inline constexpr Duration kCatchUpTimeout = 5min;
/// How long a graceful stop waits for requests under way.
inline constexpr Duration kStopTimeout = 10s;

/// Heaps that threads share. One a thread, as is the default, keep what each thread freed from the
/// others: a load then takes twice the memory.
inline constexpr int kMallocArenas = 2;

}  // namespace logwood::server
