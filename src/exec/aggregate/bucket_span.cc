// Widths of time buckets, and which bucket a time falls in.
#include "exec/aggregate/bucket_span.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exec/limits.h"

namespace logwood::exec {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMsNs = 1'000'000;

constexpr auto kLadder = std::to_array<std::int64_t>({
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    kSecond,
    2 * kSecond,
    3 * kSecond,
    4 * kSecond,
    5 * kSecond,
    10 * kSecond,
    15 * kSecond,
    20 * kSecond,
    30 * kSecond,
    kMinute,
    2 * kMinute,
    3 * kMinute,
    4 * kMinute,
    5 * kMinute,
    10 * kMinute,
    15 * kMinute,
    20 * kMinute,
    30 * kMinute,
    kHour,
    2 * kHour,
    3 * kHour,
    4 * kHour,
    6 * kHour,
    8 * kHour,
    12 * kHour,
    kDay,
    2 * kDay,
    3 * kDay,
    4 * kDay,
    5 * kDay,
    7 * kDay,
    14 * kDay,
    30 * kDay,
});

/// How far the value is above the next lower multiple of the step.
std::int64_t rest_of(std::int64_t value, std::int64_t step) {
    auto rest = value % step;
    return rest < 0 ? rest + step : rest;
}

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return a / b + (a % b != 0); }

}  // namespace

std::int64_t automatic_span_ms(std::int64_t interval_ms) {
    auto wanted = divided_up(std::max<std::int64_t>(interval_ms, 1), kBucketsAuto);
    auto round = std::ranges::lower_bound(kLadder, wanted);
    return round != kLadder.end() ? *round : divided_up(wanted, kLadder.back()) * kLadder.back();
}

Result<SpanChoice> choose_span(const SpanRequest& request, const model::TimeRange& interval) {
    auto interval_ms = std::max<std::int64_t>(1, interval.end.ms() - interval.start.ms());
    if (request.span_ms && request.buckets)
        return fail(Code::kInvalidArgument, "span and buckets cannot both be given");
    SpanChoice choice;
    if (request.span_ms) {
        choice.span_ms = *request.span_ms;
        if (choice.span_ms < 1)
            return fail(Code::kInvalidArgument, "span must be at least 1 millisecond");
    } else if (request.buckets) {
        if (*request.buckets < 1 || *request.buckets > std::int64_t(kBucketsMax))
            return fail(Code::kInvalidArgument,
                        "buckets must be between 1 and " + std::to_string(kBucketsMax));
        choice.span_ms = divided_up(interval_ms, *request.buckets);
    } else {
        choice.span_ms = automatic_span_ms(interval_ms);
    }
    if (request.min_span_ms && *request.min_span_ms > choice.span_ms) {
        choice.is_min_span_cut = *request.min_span_ms > interval_ms;
        choice.span_ms = std::max(choice.span_ms, std::min(*request.min_span_ms, interval_ms));
    }
    // Without ends there are only the buckets that have events.
    bool has_ends = interval.start != UtcTime::min() && interval.end != UtcTime::max();
    if (has_ends && interval_ms / choice.span_ms > std::int64_t(kBucketsMax))
        return fail(Code::kInvalidArgument, "the interval has more than " +
                                                std::to_string(kBucketsMax) + " buckets of " +
                                                humanize_span(choice.span_ms));
    return choice;
}

std::string humanize_span(std::int64_t span_ms) {
    constexpr std::pair<std::int64_t, const char*> kUnits[] = {{kDay, "day"},
                                                               {kHour, "hour"},
                                                               {kMinute, "minute"},
                                                               {kSecond, "second"},
                                                               {1, "millisecond"}};
    for (auto [size, name] : kUnits) {
        if (span_ms % size != 0) continue;
        auto count = span_ms / size;
        return std::to_string(count) + " " + name + (count == 1 ? "" : "s");
    }
    return {};
}

BucketGrid::BucketGrid(std::int64_t span_ms, TimeZone zone)
    : span_ns_(span_ms * kMsNs), clock_(std::move(zone)) {
    ASSERT(span_ms >= 1 && span_ms <= INT64_MAX / kMsNs);
}

std::int64_t BucketGrid::start_ns(std::int64_t time_ns) {
    auto local = clock_.local(UtcTime{time_ns});
    if (local < INT64_MIN + span_ns_) return time_ns;  // The floor is before all time.
    auto floored = local - rest_of(local, span_ns_);
    auto start = floored - (local - time_ns);
    // A bucket that clocks were changed in starts where its first part does.
    if (start < clock_.period().begin_ns) start = clock_.zone().from_local(floored).ns;
    return start;
}

void BucketGrid::seek(std::int64_t time_ns) {
    auto start = start_ns(time_ns);
    bucket_ms_ = UtcTime{start}.ms();
    auto period = clock_.period();
    begin_ns_ = std::max(start, period.begin_ns);
    auto local = clock_.local(UtcTime{time_ns});
    auto left = span_ns_ - rest_of(local, span_ns_);
    end_ns_ = time_ns > INT64_MAX - left ? time_ns : std::min(time_ns + left, period.end_ns);
}

std::int64_t BucketGrid::next_ms(std::int64_t start_ms) {
    constexpr std::int64_t kStepNs = 900 * std::int64_t(1'000'000'000);
    auto from = std::max(start_ms, INT64_MIN / kMsNs) * kMsNs;
    auto next = UtcTime{start_ns(from + span_ns_)}.ms();
    // Where clocks go back a bucket is longer than its width.
    for (auto at = from + span_ns_; next <= start_ms;) {
        at += kStepNs;
        next = UtcTime{start_ns(at)}.ms();
    }
    return next;
}

}  // namespace logwood::exec
