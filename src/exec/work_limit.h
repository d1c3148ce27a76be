#pragma once

#include <atomic>

#include "base/result.h"
#include "base/time.h"
#include "exec/limits.h"

namespace logwood::exec {

/// A limit for what the calling thread does while this lives: the steps of one batch, or the making
/// of a result. Loops over texts ask is_over() and leave early, with results that are good for
/// nothing; whoever ran them asks check() before using them. Without a limit on the thread neither
/// ever ends anything. One thread; the innermost counts.
class WorkLimit {
 public:
    /// Ends what runs when `cancelled` is set (it may be null, and is borrowed), or once this
    /// thread has used so much CPU time.
    WorkLimit(const std::atomic<bool>* cancelled, Duration cpu_max);
    ~WorkLimit();
    WorkLimit(const WorkLimit&) = delete;

    /// Cheap enough to be asked for each text.
    static bool is_over() { return current_ && current_->look(); }
    /// Says that so much text was made: beyond kWorkTextBytesMax the work is over, too.
    static void note_text(std::size_t bytes) {
        if (current_) current_->text_bytes_ += bytes;
    }
    /// kCancelled or kTooLarge when the work is over.
    static Result<void> check();

 private:
    bool look() {
        if (cancelled_ && cancelled_->load(std::memory_order_relaxed)) return true;
        if (text_bytes_ > kWorkTextBytesMax) return true;
        return --unseen_ == 0 ? look_at_clock() : is_late_;
    }
    bool look_at_clock();

    static constinit thread_local WorkLimit* current_;

    WorkLimit* outer_;
    const std::atomic<bool>* cancelled_;
    Duration cpu_max_;
    Duration begun_;
    Duration seen_;        ///< CPU time when the clock was last looked at.
    unsigned unseen_ = 1;  ///< Calls until the next look.
    unsigned stride_ = 1;  ///< Few while each call takes long.
    bool is_late_ = false;
    std::size_t text_bytes_ = 0;
};

}  // namespace logwood::exec
