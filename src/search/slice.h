#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "search/data.h"
#include "search/job_view.h"

namespace logwood::search {

/// A segment or a run of open records, as a unit of progress; done when its last slice is.
struct WorkUnit {
    std::size_t slices_left = 1;
    std::shared_ptr<PlannedSegment> segment;  ///< Null for open records.
};

/// What is scanned in one go: a segment that is still to be opened, one row group of an opened
/// one, or some open records.
struct Slice {
    model::TimeBounds bounds;  ///< Event times.
    std::shared_ptr<WorkUnit> unit;
    std::shared_ptr<const OpenedSegment> opened;
    std::size_t row_group = 0;
    std::vector<std::shared_ptr<const model::PlacedRecord>> records;

    bool is_unopened_segment() const { return unit->segment && !opened; }
};

/// The slices of one plan that are still to be scanned: the one with the newest event first, unless
/// told otherwise. Loop thread.
class SliceQueue {
 public:
    /// Takes the plan's segments and records; adds their units to `progress.work_total`.
    SliceQueue(Plan plan, const model::TimeRange& interval, Progress& progress);

    /// From now on the slice with the oldest event comes first.
    void turn_oldest_first();
    bool is_oldest_first() const { return is_oldest_first_; }

    bool empty() const { return heap_.empty(); }
    const Slice& front() const { return heap_.front(); }
    Slice pop();
    /// Replaces a segment's slice, which was popped, by one for each row group in the interval.
    void add_row_groups(const Slice& segment, std::shared_ptr<const OpenedSegment> opened);
    /// Notes that a popped slice needs no more work.
    void finish(const Slice& slice);
    /// Forgets all that is left, as not needed.
    void skip_all();
    /// The units that are not done, of all queues of this progress.
    std::uint64_t units_left() const { return progress_.work_total - progress_.work_done; }

 private:
    void add_records(std::vector<std::shared_ptr<const model::PlacedRecord>> records);
    void push(Slice slice);
    /// Orders the heap, whose greatest element is the next slice.
    bool is_later(const Slice& a, const Slice& b) const;

    model::TimeRange interval_;
    Progress& progress_;
    std::vector<Slice> heap_;
    bool is_oldest_first_ = false;
};

/// Describes a slice that could not be read.
Missing unreadable(const Slice& slice, const Error& error);

}  // namespace logwood::search
