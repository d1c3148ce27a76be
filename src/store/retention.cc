#include "store/retention.h"

#include <algorithm>
#include <chrono>

#include "base/server_log.h"

namespace logwood::store {
namespace {

/// The time that the newest event of the segment counts as.
std::int64_t counts_as(const global::Segment& segment) {
    return std::min(segment.event_times.max_ns, segment.ingest_times.max_ns);
}

}  // namespace

std::vector<Retention::SegmentPtr> beyond_retention(std::vector<Retention::SegmentPtr> live,
                                                    const global::Retention& limits, UtcTime now) {
    std::ranges::sort(live, {}, [](auto& s) { return std::pair(counts_as(*s), s->id); });
    std::uint64_t original = 0;
    std::uint64_t stored = 0;
    for (auto& segment : live) {
        original += segment->raw_bytes;
        stored += segment->stored_bytes;
    }
    std::vector<Retention::SegmentPtr> beyond;
    for (auto& segment : live) {
        auto too_old = limits.age && UtcTime{counts_as(*segment)} < now - *limits.age;
        auto too_much = (limits.original_bytes && original > *limits.original_bytes) ||
                        (limits.stored_bytes && stored > *limits.stored_bytes);
        if (!too_old && !too_much) break;
        original -= segment->raw_bytes;
        stored -= segment->stored_bytes;
        beyond.push_back(segment);
    }
    return beyond;
}

Retention::Retention(async::Runtime& runtime, global::Global& global, Duration interval)
    : runtime_(runtime),
      global_(global),
      interval_(interval),
      clock_offset_(Duration(runtime.loop.utc_now().ns - runtime.loop.now().ns)),
      trusted_again_(UtcTime::min()),
      gate_(runtime.loop) {}

async::Task<void> Retention::run() {
    while (!gate_.closing()) {
        if (auto done = co_await expire(); !done) {
            ++counters_.failures;
            server_log::warning("store", "retention failed", {{"error", done.error().to_string()}});
        }
        co_await gate_.pause_for(interval_);
    }
}

/// A civil clock that moved against the monotonic one is not believed for a while: a wrong clock
/// that is set right again must not have cost any data.
bool Retention::clock_jumped() {
    auto now = runtime_.loop.utc_now();
    auto offset = Duration(now.ns - runtime_.loop.now().ns);
    auto jump = std::chrono::abs(offset - clock_offset_);
    clock_offset_ = offset;
    if (jump >= kClockJump) {
        trusted_again_ = now + kClockDistrust;
        server_log::warning("store", "the clock jumped: nothing expires by age for a while",
                            {{"seconds", std::to_string(jump / 1s)}});
    }
    return now < trusted_again_;
}

async::Task<Result<void>> Retention::expire() {
    if (clock_jumped()) {
        ++counters_.rounds_refused;
        co_return {};
    }
    auto now = runtime_.loop.utc_now();
    std::vector<SegmentPtr> beyond;
    for (auto& [repo_id, live] : global_.state().live_by_repo()) {
        std::vector<SegmentPtr> segments;
        for (auto& [key, segment] : live) segments.push_back(segment);
        auto repo = global_.state().repository(repo_id);
        // What a deleted repository leaves behind goes as if nothing of it were kept.
        auto limits =
            repo && !repo->deleted ? repo->retention : global::Retention{.stored_bytes = 0};
        auto some = beyond_retention(std::move(segments), limits, now);
        beyond.insert(beyond.end(), some.begin(), some.end());
    }
    for (std::size_t from = 0; from < beyond.size(); from += kExpiredAtOnceMax) {
        global::SetSegmentState change{.to = global::SegmentState::kExpired, .at = now};
        for (auto i = from; i < std::min(beyond.size(), from + kExpiredAtOnceMax); ++i)
            change.segments.push_back({beyond[i]->id, beyond[i]->version});
        auto count = change.segments.size();
        CO_TRY(auto outcome, co_await global_.propose(std::move(change)));
        CO_TRY_OK(outcome.to_result());
        counters_.segments_expired += count;
    }
    co_return {};
}

}  // namespace logwood::store
