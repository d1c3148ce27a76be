#include "cli/follow_query.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <unordered_set>
#include <utility>

#include "cli/limits.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

std::string_view id_of(const exec::ResultRow& row, std::size_t id_field) {
    for (auto& [field, value] : row.values)
        if (field == id_field) return value;
    return {};
}

/// Which events were printed: a live query shows its newest ones again and again.
class Printed {
 public:
    /// Leaves the rows that are new, oldest first.
    void keep_new(exec::ResultRows& rows) {
        auto id_field =
            static_cast<std::size_t>(std::ranges::find(rows.fields, "@id") - rows.fields.begin());
        auto all = rows.rows.size();
        std::erase_if(rows.rows, [&](auto& row) { return !note(id_of(row, id_field)); });
        // Not one known event among many: there may have been more than the query shows.
        may_have_skipped_ = has_printed_ && all >= 200 && rows.rows.size() == all;
        has_printed_ = has_printed_ || all > 0;
        std::ranges::reverse(rows.rows);
    }
    bool may_have_skipped() const { return may_have_skipped_; }

 private:
    /// False when it was there before. Rows without an id are always new.
    bool note(std::string_view id) {
        if (id.empty()) return true;
        if (!known_.emplace(id).second) return false;
        order_.emplace_back(id);
        if (order_.size() > kFollowedIdsMax) {
            known_.erase(order_.front());
            order_.pop_front();
        }
        return true;
    }

    std::unordered_set<std::string> known_;
    std::deque<std::string> order_;
    bool has_printed_ = false;
    bool may_have_skipped_ = false;
};

class Follower {
 public:
    Follower(const OutputOptions& output, std::uint64_t last) : options_(output), last_(last) {}

    ExitCode show(JobAnswer answer) {
        for (auto& warning : answer.warnings)
            if (warned_.insert(warning).second)
                std::fprintf(stderr, "warning: %s\n", warning.c_str());
        auto printed = answer.is_aggregate ? show_result(answer) : show_events(answer);
        if (!printed) return report(printed.error());
        auto flushed = flush_output();
        return flushed ? kOk : report(flushed.error());
    }

 private:
    Result<void> show_events(JobAnswer& answer) {
        // Nothing before the backfill is there: it comes in any order.
        if (!answer.is_done && is_first_) return {};
        printed_.keep_new(answer.rows);
        auto& rows = answer.rows.rows;
        if (std::exchange(is_first_, false) && rows.size() > last_)
            rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(last_));
        if (printed_.may_have_skipped())
            std::fprintf(stderr, "warning: events come faster than they are shown\n");
        if (!output_) output_ = make(choose_format(options_, true));
        std::string out;
        TRY_OK(output_->append(answer.rows, out));
        output_->finish(out);
        return print(out);
    }

    /// On a terminal the new result takes the place of the old one.
    Result<void> show_result(const JobAnswer& answer) {
        if (!answer.is_done) return {};
        std::string out;
        auto output = make(choose_format(options_, false));
        TRY_OK(output->append(answer.rows, out));
        output->finish(out);
        if (out == shown_) return {};
        shown_ = out;
        if (terminal_width() > 0) TRY_OK(print("\x1b[2J\x1b[H"));
        return print(out);
    }

    std::unique_ptr<RowOutput> make(Format format) const {
        return make_row_output({.format = format,
                                .columns = options_.columns,
                                .width = terminal_width(),
                                .is_stream = true,
                                .is_coloured = wants_colour(options_)});
    }

    const OutputOptions& options_;
    std::uint64_t last_;
    Printed printed_;
    std::unique_ptr<RowOutput> output_;
    std::unordered_set<std::string> warned_;
    std::string shown_;
    bool is_first_ = true;
};

}  // namespace

ExitCode follow_query(ApiClient& client, QuerySpec spec, const OutputOptions& output,
                      std::uint64_t last) {
    spec.is_live = true;
    Follower follower(output, last);
    auto job = QueryJob::create(client, spec);
    if (!job) return job.error();
    auto pause = kSendPauseMin;
    while (!is_interrupted()) {
        auto answer = job->poll();
        bool is_lost = answer ? !*answer : answer.error() == kNetwork;
        if (is_lost) {
            // Restarted, or gone for a while: what was printed is known, so that asking anew
            // repeats nothing.
            pause_ms(pause.count());
            pause = std::min(pause * 2, kSendPauseMax);
            if (auto again = QueryJob::create(client, spec))
                job = std::move(again);
            else if (again.error() != kNetwork)
                return again.error();
            continue;
        }
        if (!answer) return answer.error();
        pause = kSendPauseMin;
        auto pause_after = (*answer)->poll_after_ms;
        if (auto shown = follower.show(**std::move(answer)); shown != kOk) return shown;
        pause_ms(pause_after);
    }
    job->remove();
    return kInterrupted;
}

}  // namespace logwood::cli
