#include "exec/work_limit.h"

#include <algorithm>
#include <ctime>
#include <string>

namespace logwood::exec {
namespace {

/// The clock costs as much as several short texts: it is looked at about this often, and at least
/// once in so many calls, as a cheap text may stand before costly ones.
constexpr Duration kLookEvery = 1ms;
constexpr unsigned kStrideMax = 256;

Duration cpu_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return Duration{now.tv_sec * 1'000'000'000 + now.tv_nsec};
}

}  // namespace

constinit thread_local WorkLimit* WorkLimit::current_ = nullptr;

WorkLimit::WorkLimit(const std::atomic<bool>* cancelled, Duration cpu_max)
    : outer_(current_),
      cancelled_(cancelled),
      cpu_max_(cpu_max),
      begun_(cpu_time()),
      seen_(begun_) {
    current_ = this;
}

WorkLimit::~WorkLimit() { current_ = outer_; }

bool WorkLimit::look_at_clock() {
    auto now = cpu_time();
    auto passed = now - seen_;
    if (passed > 2 * kLookEvery)
        stride_ = 1;
    else if (passed < kLookEvery / 2)
        stride_ = std::min(2 * stride_, kStrideMax);
    unseen_ = stride_;
    seen_ = now;
    is_late_ = now - begun_ > cpu_max_;
    return is_late_;
}

Result<void> WorkLimit::check() {
    if (!current_) return {};
    if (current_->cancelled_ && current_->cancelled_->load(std::memory_order_relaxed))
        return fail(Code::kCancelled, "The query was cancelled.");
    if (current_->text_bytes_ > kWorkTextBytesMax)
        return fail(Code::kTooLarge,
                    "the query makes more text of a few events than its limit of " +
                        std::to_string(kWorkTextBytesMax >> 20) +
                        " MiB: write fewer or shorter fields");
    if (!current_->look_at_clock()) return {};
    return fail(Code::kTooLarge,
                "the query takes more than " + std::to_string(current_->cpu_max_ / 1s) +
                    " s for one batch of events: narrow it by filters before the regex or function "
                    "that is so costly");
}

}  // namespace logwood::exec
