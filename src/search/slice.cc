// A heap by newest event time, or by oldest. Segments enter whole, by the bounds Global knows, and
// leave as row groups with their own bounds, so that a search for the newest events opens few files
// and reads few row groups of them.
#include "search/slice.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "search/limits.h"

namespace logwood::search {

SliceQueue::SliceQueue(Plan plan, const model::TimeRange& interval, Progress& progress)
    : interval_(interval), progress_(progress) {
    for (auto& segment : plan.segments) {
        auto bounds = segment->bounds();
        push({.bounds = bounds, .unit = std::make_shared<WorkUnit>(1, std::move(segment))});
    }

    add_records(std::move(plan.records));
    progress_.work_total += heap_.size();
    progress_.blocks_skipped += plan.segments_pruned + plan.records_pruned;
}

/// Newest first; a slice takes records until it has enough rows.
void SliceQueue::add_records(std::vector<std::shared_ptr<const model::PlacedRecord>> records) {
    using Bounded = std::pair<model::TimeBounds, std::shared_ptr<const model::PlacedRecord>>;
    std::vector<Bounded> bounded;
    bounded.reserve(records.size());
    for (auto& placed : records) {
        auto bounds = placed->record.events.time_bounds();
        bounded.emplace_back(bounds, std::move(placed));
    }
    std::ranges::sort(bounded, std::ranges::greater(), [](const Bounded& entry) {
        auto& [bounds, placed] = entry;
        return std::tuple(bounds.max_ns, placed->partition, placed->offset);
    });
    Slice slice;
    std::size_t rows = 0;
    auto close = [&] {
        if (slice.records.empty()) return;
        slice.unit = std::make_shared<WorkUnit>();
        push(std::exchange(slice, {}));
        rows = 0;
    };
    for (auto& [bounds, placed] : bounded) {
        slice.bounds.add(bounds);
        rows += placed->record.events.rows();
        slice.records.push_back(std::move(placed));
        if (rows >= kSliceRows) close();
    }
    close();
}

bool SliceQueue::is_later(const Slice& a, const Slice& b) const {
    return is_oldest_first_ ? a.bounds.min_ns > b.bounds.min_ns : a.bounds.max_ns < b.bounds.max_ns;
}

void SliceQueue::turn_oldest_first() {
    is_oldest_first_ = true;
    std::ranges::make_heap(heap_, std::bind_front(&SliceQueue::is_later, this));
}

void SliceQueue::push(Slice slice) {
    heap_.push_back(std::move(slice));
    std::ranges::push_heap(heap_, std::bind_front(&SliceQueue::is_later, this));
}

Slice SliceQueue::pop() {
    std::ranges::pop_heap(heap_, std::bind_front(&SliceQueue::is_later, this));
    auto slice = std::move(heap_.back());
    heap_.pop_back();
    return slice;
}

void SliceQueue::add_row_groups(const Slice& segment, std::shared_ptr<const OpenedSegment> opened) {
    for (std::size_t i = 0; i < opened->row_groups(); ++i) {
        auto bounds = opened->bounds(i);
        if (!bounds.overlaps(interval_)) {
            ++progress_.blocks_skipped;
            continue;
        }
        ++segment.unit->slices_left;
        push({.bounds = bounds, .unit = segment.unit, .opened = opened, .row_group = i});
    }
    finish(segment);
}

void SliceQueue::finish(const Slice& slice) {
    if (--slice.unit->slices_left == 0) ++progress_.work_done;
}

void SliceQueue::skip_all() {
    progress_.blocks_skipped += heap_.size();
    for (auto& slice : heap_) finish(slice);
    heap_.clear();
}

Missing unreadable(const Slice& slice, const Error& error) {
    Missing missing{.code = "RecordsUnreadable", .message = {}, .bounds = slice.bounds};
    if (slice.unit->segment) {
        missing.code = "SegmentUnreadable";
        missing.segment = slice.unit->segment->id();
        missing.partition = slice.unit->segment->partition();
    } else if (!slice.records.empty()) {
        missing.partition = slice.records[0]->partition;
    }
    auto what = missing.segment ? "segment " + missing.segment->to_string() : "open records";
    auto part = slice.opened ? fmt::format(" (row group {})", slice.row_group) : std::string();
    missing.message = fmt::format(
        "The result lacks events of {}{}, partition {}, from {} ms to {} ms since 1970: {}", what,
        part, missing.partition ? missing.partition->value : 0, UtcTime{slice.bounds.min_ns}.ms(),
        UtcTime{slice.bounds.max_ns}.ms(), error.message);
    return missing;
}

}  // namespace logwood::search
