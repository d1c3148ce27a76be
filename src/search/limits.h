#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace logwood::search {

/// Jobs that one node keeps at once, running or done: each holds a result in memory.
inline constexpr std::size_t kJobsMax = 1000;
/// Exports at once for one repository or view, as in the original: an export holds a connection.
inline constexpr std::size_t kExportsPerScopeMax = 10;
/// Slices that one export scans ahead of its reader: one for each of two threads, and one that is
/// done when a thread is free. Each is 16 MB of events at most, and some times that as rows.
inline constexpr std::size_t kExportSlicesAhead = 3;
/// Segments that an explanation opens to count their row groups; opening one reads its end.
inline constexpr std::size_t kExplainOpenMax = 1000;
/// How long an explanation that runs its query waits for the end.
inline constexpr Duration kExplainRunMax = 60s;
/// A job nobody polled for this long is deleted: its client is gone.
inline constexpr Duration kJobExpiry = 90s;
/// How often jobs are looked at for expiry; small against the expiry itself.
inline constexpr Duration kExpirySweep = 5s;
/// A poll of a running job waits this long for its end: short queries then need one round trip.
inline constexpr Duration kPollGrace = 150ms;
/// When a client should ask again: soon while the result changes, seldom when it stays.
inline constexpr Duration kPollAfterRunning = 200ms;
inline constexpr Duration kPollAfterDone = 10s;
/// How long a plan waits for partitions without a cut (a leader that is just starting), and for
/// acknowledged records to be consumed, before the newest events are reported as missing.
inline constexpr Duration kCutPatience = 3s;
/// How often such a plan is made anew.
inline constexpr Duration kReplanEvery = 50ms;
/// A loss in the commit log is noticed when its records are consumed, normally at once; searches of
/// times up to this long before the notice mention it.
inline constexpr Duration kGapNoticeDelay = 1h;
/// Rows of open records in one slice: some milliseconds of work, so that jobs take turns.
inline constexpr std::size_t kSliceRows = 32'768;
/// Longest query text; far above what people write, far below what hurts to parse.
inline constexpr std::size_t kQueryTextBytesMax = 1U << 20;
/// CPU time that a thread spends on one batch of a query, or on making its result: a hundred times
/// what costly queries need. Beyond, the query ends, as nobody knows when it would.
inline constexpr Duration kWorkCpuMax = 20s;
/// Slots of the scheduler for each worker, see there: one for work of a scope, one for its new
/// work, one for other scopes.
inline constexpr unsigned kSlotsPerWorker = 3;
/// Work that has had less time is new: most queries of people who look at logs end within it.
inline constexpr Duration kNewWorkTime = 250ms;
/// Work that had nothing to do for long is served first for at most this time.
inline constexpr Duration kOwedTimeMax = 1s;
/// What a step counts at least, so that work takes turns also when no time passes.
inline constexpr Duration kStepTimeMin = 1us;
/// How long a poll waits for the rows so far; then it shows those that were made before.
inline constexpr Duration kRefreshPatience = 1s;
/// Memory of the states and results of all queries, but for live ones; beyond, the largest ends.
inline constexpr std::size_t kHeldBytesOfAllMax = 2ULL << 30;
/// How often that is looked at; a fast query takes some tens of megabytes in between.
inline constexpr Duration kHeldCheckEvery = 100ms;
/// Memory of one query's state in one worker.
inline constexpr std::uint64_t kPartialBytesMax = 256ULL << 20;
/// Temporary disk space of one query.
inline constexpr std::uint64_t kSpillBytesMax = 8ULL << 30;
/// Queries leave a tenth of the disk free: at 95 % a node stops to digest.
inline constexpr std::uint64_t kSpillFreeShare = 10;
/// Events before or after an event that a query may ask for: what tail() takes at most.
inline constexpr std::uint32_t kAroundMax = 5'000;
/// Events of one millisecond among which an event's neighbours are still found exactly.
inline constexpr std::uint32_t kSameMillisecondMax = 500;
/// Warnings with a text of their own for each thing missing; the rest is counted in one more.
inline constexpr std::size_t kMissingWarningsMax = 20;

/// Live queries at once: each looks at everything that comes in.
inline constexpr std::size_t kLiveJobsMax = 500;
/// A live query nobody polled for this long is deleted (reference 2.5).
inline constexpr Duration kLiveJobExpiry = 1h;
/// Memory of one live query's state, as in the original; near it, its buckets are made wider.
inline constexpr std::size_t kLiveBytesMax = 100'000'000;
/// Memory of the states of all live queries; beyond, the largest is stopped.
inline constexpr std::size_t kLiveTotalBytesMax = 1ULL << 30;
/// A live query's buckets are not made wider when there are only so many.
inline constexpr std::size_t kLiveBucketsMin = 8;
/// Longest window of a live query; longer ones would begin before there are logs.
inline constexpr Duration kLiveSpanMax = 24h * 365 * 10;
/// What comes in is gathered this long and then shown to all live queries at once.
inline constexpr Duration kLiveBatchEvery = 200ms;
/// Rows that one live query takes in one step, so that jobs take turns.
inline constexpr std::size_t kLiveStepRows = 65'536;
/// A poll of a live query waits this long for what was acknowledged before it.
inline constexpr Duration kLivePatience = 1s;
/// When a client of a live query should ask again.
inline constexpr Duration kPollAfterLive = 1s;
/// The costliest live queries are stopped when one is this late (LIVEQUERY_CANCEL_TRIGGER_DELAY_MS
/// of the original), at most so often, and as many as make up this part of the cost.
inline constexpr Duration kLiveLagMax = 20s;
inline constexpr Duration kLiveStopEvery = 5s;
inline constexpr double kLiveStopShare = 0.1;
/// Original bytes of events that wait for slow live queries; beyond, the costliest are stopped at
/// once.
inline constexpr std::uint64_t kLiveBacklogBytesMax = 256ULL << 20;
/// Live queries are built anew when events were sealed before they saw them; one that needs this
/// too often within this time is stopped.
inline constexpr std::size_t kLiveRestartsMax = 3;
inline constexpr Duration kLiveRestartsWithin = 1min;
/// Memory of events whose time has not come yet; beyond, those farthest ahead are left out.
inline constexpr std::size_t kHeldBytesMax = 32U << 20;

}  // namespace logwood::search
