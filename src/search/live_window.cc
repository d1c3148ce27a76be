// The tree has no root: a run of buckets is cut into the largest aligned nodes that fit, as in a
// Fenwick tree, so sliding invalidates only the nodes above the buckets that go.
#include "search/live_window.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "search/limits.h"

namespace logwood::search {

namespace {

/// Buckets of one window lie closer together than 2 to this.
constexpr unsigned kLevels = 16;

UtcTime edge(std::int64_t bucket, Duration width) { return {bucket * width.count()}; }

}  // namespace

LiveWindow::LiveWindow(std::shared_ptr<const exec::Query> query, Duration bucket, UtcTime start,
                       std::size_t bytes_max)
    : query_(std::move(query)), bucket_(bucket), start_(start), bytes_max_(bytes_max) {}

exec::Partial& LiveWindow::leaf(std::int64_t bucket) {
    forget_merged(bucket);
    auto& found = leaves_[bucket];
    if (!found) {
        found = query_->start();
        has_new_leaf_ = true;
    }
    return *found;
}

void LiveWindow::forget_merged(std::int64_t bucket) {
    if (merged_.empty()) return;
    for (unsigned level = 1; level <= kLevels; ++level) merged_.erase({level, bucket >> level});
}

Result<void> LiveWindow::add(const model::RowSource& source, model::TimeRange times, UtcTime now) {
    times.start = std::max(times.start, start_);
    if (!dictionaries_) dictionaries_ = query_->start();
    exec::TimedScan how{
        .times = times,
        .now = now,
        .bucket = bucket_,
        .partial_of = [this](std::int64_t bucket) -> exec::Partial& { return leaf(bucket); },
        .memory = dictionaries_.get()};
    TRY_OK(query_->scan_timed(source, how));
    if (std::exchange(has_new_leaf_, false) && query_->gives_events()) TRY_OK(prune());
    return limit_memory();
}

Result<void> LiveWindow::merge(const LiveWindow& other) {
    while (bucket_ < other.bucket_) TRY_OK(coarsen());
    start_ = std::max(start_, other.start_);
    for (auto& [bucket, partial] : other.leaves_) {
        if (edge(bucket + 1, other.bucket_) <= start_) continue;
        auto mine = exec::bucket_of(edge(bucket, other.bucket_).ns, bucket_);
        TRY_OK(query_->merge(leaf(mine), *partial));
    }
    for (auto& [bucket, rows] : other.pruned_)
        pruned_[exec::bucket_of(edge(bucket, other.bucket_).ns, bucket_)] += rows;
    if (std::exchange(has_new_leaf_, false) && query_->gives_events()) TRY_OK(prune());
    return limit_memory();
}

void LiveWindow::slide(UtcTime oldest, UtcTime limit) {
    auto first = exec::bucket_of(oldest.ns, bucket_);
    if (edge(first, bucket_) < limit) first = exec::bucket_of(limit.ns - 1, bucket_) + 1;
    if (edge(first, bucket_) <= start_) return;
    start_ = edge(first, bucket_);
    while (!leaves_.empty() && leaves_.begin()->first < first) {
        forget_merged(leaves_.begin()->first);
        leaves_.erase(leaves_.begin());
    }
    pruned_.erase(pruned_.begin(), pruned_.lower_bound(first));
}

Result<LiveWindow::PartialPtr> LiveWindow::node(unsigned level, std::int64_t index) const {
    if (level == 0) {
        auto found = leaves_.find(index);
        return found == leaves_.end() ? nullptr : found->second;
    }
    if (auto known = merged_.find({level, index}); known != merged_.end()) return known->second;
    auto first = leaves_.lower_bound(index << level);
    if (first == leaves_.end() || first->first >= (index + 1) << level) return nullptr;
    TRY(auto left, node(level - 1, index * 2));
    TRY(auto right, node(level - 1, index * 2 + 1));
    if (!left || !right) return left ? left : right;
    PartialPtr both = query_->start();
    TRY_OK(query_->merge(*both, *left));
    TRY_OK(query_->merge(*both, *right));
    merged_[{level, index}] = both;
    return both;
}

Result<std::unique_ptr<exec::Partial>> LiveWindow::merged(const exec::Query& finisher) const {
    auto all = finisher.start();
    if (leaves_.empty()) return all;
    struct Run {
        unsigned level;
        std::int64_t begin;
    };
    std::vector<Run> runs;
    auto last = leaves_.rbegin()->first;
    for (auto at = leaves_.begin()->first; at <= last;) {
        unsigned level = 0;
        while (level < kLevels && ((at >> level) & 1) == 0 && at + (2LL << level) - 1 <= last)
            ++level;
        runs.push_back({level, at});
        at += 1LL << level;
    }
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        TRY(auto part, node(run->level, run->begin >> run->level));
        if (part) TRY_OK(finisher.merge(*all, *part));
        if (finisher.is_settled_before(*all, edge(run->begin, bucket_).ns)) break;
    }
    return all;
}

bool LiveWindow::is_settled_before(std::int64_t time_ns) const {
    for (auto leaf = leaves_.rbegin(); leaf != leaves_.rend(); ++leaf)
        if (query_->is_settled_before(*leaf->second, time_ns)) return true;
    return false;
}

/// Drops buckets that newer ones leave no place in the result. Those newer ones stay in the window
/// longer, so the older would never be seen again.
Result<void> LiveWindow::prune() {
    auto newest = query_->start();
    for (auto at = leaves_.end(); at != leaves_.begin();) {
        --at;
        TRY_OK(query_->merge(*newest, *at->second));
        if (!query_->is_settled_before(*newest, edge(at->first, bucket_).ns)) continue;
        for (auto old = leaves_.begin(); old != at; ++old) {
            pruned_[old->first] += old->second->matched();
            forget_merged(old->first);
        }
        leaves_.erase(leaves_.begin(), at);
        break;
    }
    return {};
}

/// Makes buckets twice as wide. The start stays: a bucket that begins before it just has no rows
/// there.
Result<void> LiveWindow::coarsen() {
    merged_.clear();
    auto old = std::exchange(leaves_, {});
    bucket_ *= 2;
    for (auto& [bucket, partial] : old) {
        auto& wide = leaves_[bucket >> 1];
        if (wide)
            TRY_OK(query_->merge(*wide, *partial));
        else
            wide = std::move(partial);
    }
    for (auto& [bucket, rows] : std::exchange(pruned_, {})) pruned_[bucket >> 1] += rows;
    return {};
}

Result<void> LiveWindow::limit_memory() {
    if (memory() <= bytes_max_) return {};
    merged_.clear();
    while (memory() > bytes_max_ && leaves_.size() > kLiveBucketsMin) TRY_OK(coarsen());
    if (memory() <= bytes_max_) return {};
    return fail(Code::kTooLarge,
                fmt::format("the live query needs more than its limit of {} MB of memory: narrow "
                            "it by filters, fewer groups or a smaller limit",
                            bytes_max_ / 1'000'000));
}

std::size_t LiveWindow::memory() const {
    std::size_t bytes = 0;
    for (auto& [bucket, partial] : leaves_) bytes += partial->memory();
    for (auto& [place, partial] : merged_) bytes += partial->memory();
    return bytes;
}

std::uint64_t LiveWindow::matched() const {
    std::uint64_t rows = 0;
    for (auto& [bucket, partial] : leaves_) rows += partial->matched();
    for (auto& [bucket, count] : pruned_) rows += count;
    return rows;
}

}  // namespace logwood::search
