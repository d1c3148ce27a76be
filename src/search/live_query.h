#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exec/query.h"
#include "search/live_window.h"

namespace logwood::search {

/// What a live query shows of one moment.
struct LiveResult {
    exec::ResultRows rows;
    exec::BesideRows beside;
};

/// A query over a window that slides with the time. To whoever scans it is an ordinary query over
/// the window of one moment, with a LiveWindow as its partial; finish_at() gives the result of
/// later ones. Immutable, any thread.
class LiveQuery final : public exec::Query {
 public:
    /// `options` are those of the first moment: its interval, its now, and `live_window`. The
    /// window slides in steps of `bucket`, on whose edge the interval starts.
    static std::expected<std::shared_ptr<const LiveQuery>, exec::CompileError> compile(
        std::string text, exec::CompileOptions options, Duration bucket);

    bool is_aggregate() const override { return scanner_->is_aggregate(); }
    bool gives_events() const override { return scanner_->gives_events(); }
    model::TimeRange interval() const override { return options_.interval; }
    std::string filter_text() const override { return scanner_->filter_text(); }
    bool may_match_tag(std::string_view tag, std::string_view value) const override {
        return scanner_->may_match_tag(tag, value);
    }

    /// An empty LiveWindow of the first moment.
    std::unique_ptr<exec::Partial> start() const override;
    Result<void> scan(const model::RowSource& source, exec::Partial& into) const override;
    Result<void> scan_timed(const model::RowSource& source,
                            const exec::TimedScan& how) const override;
    Result<void> merge(exec::Partial& into, const exec::Partial& from) const override;
    /// Live states do not leave their node: nothing, and kUnsupported.
    std::string serialise(const exec::Partial& partial) const override;
    Result<std::unique_ptr<exec::Partial>> deserialise(std::string_view bytes) const override;
    Result<exec::ResultRows> finish(const exec::Partial& partial) const override;
    Result<exec::BesideRows> finish_beside(const exec::Partial& partial) const override;
    Result<exec::ResultRows> export_rows(const model::RowSource& source) const override;
    bool is_settled_before(const exec::Partial& partial, std::int64_t time_ns) const override;

    /// The result for the interval from the window's start to `end`, with that now().
    Result<LiveResult> finish_at(const LiveWindow& window, UtcTime end, UtcTime now) const;

 private:
    std::string text_;
    exec::CompileOptions options_;
    Duration bucket_{};
    std::shared_ptr<const exec::Query> scanner_;
};

}  // namespace logwood::search
