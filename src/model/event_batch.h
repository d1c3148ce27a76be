#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/column.h"
#include "model/time_range.h"

namespace logwood::model {

/// Events in arrival order, as they are parsed, logged and searched before they are in a segment.
///
/// Stored by row: all values back to back in one byte string, with the end of each value; which
/// field a value belongs to is said by the row's shape (an ordered list of fields). Immutable.
class EventBatch {
 public:
    using FieldIndex = std::uint32_t;
    using ShapeIndex = std::uint32_t;
    using Shape = std::vector<FieldIndex>;  ///< Distinct fields, in the order of the values.

    /// The parts, for the record codec and the builder.
    struct Parts {
        std::vector<std::string> fields;  ///< Distinct names.
        std::vector<Shape> shapes;
        std::vector<ShapeIndex> row_shapes;     ///< One a row.
        std::vector<std::int64_t> event_times;  ///< One a row, ns since 1970.
        std::vector<std::uint32_t>
            value_ends;  ///< Offset in `bytes` behind each value, row by row.
        std::string bytes;
    };

    EventBatch() = default;
    /// Checks that the parts fit together: kCorrupt if not (an index out of range, ends that
    /// decrease, counts that differ, a field twice in a shape).
    static Result<EventBatch> make(Parts parts);

    std::size_t rows() const { return parts_.row_shapes.size(); }
    const Parts& parts() const { return parts_; }
    std::span<const std::int64_t> event_times() const { return parts_.event_times; }
    std::optional<FieldIndex> find(std::string_view field) const;
    const Shape& shape(std::size_t row) const { return parts_.shapes[parts_.row_shapes[row]]; }
    /// The value at `position` of the row's shape.
    std::string_view value(std::size_t row, std::size_t position) const {
        auto at = row_values_[row] + position;
        auto begin = at == 0 ? 0 : parts_.value_ends[at - 1];
        return std::string_view(parts_.bytes).substr(begin, parts_.value_ends[at] - begin);
    }
    /// The value of a field in a row; is_missing() when the row lacks it.
    std::string_view value_of(std::size_t row, std::string_view field) const;
    /// A column over the whole batch that borrows its bytes; `owner` keeps the batch alive.
    Column column(std::string_view field, std::shared_ptr<const void> owner) const;
    /// Bytes of all `@rawstring` values: the original size of the events.
    std::uint64_t raw_bytes() const { return raw_bytes_; }
    /// Heap bytes held.
    std::size_t memory() const;
    TimeBounds time_bounds() const;

 private:
    Parts parts_;
    std::uint64_t raw_bytes_ = 0;
    std::vector<std::size_t> row_values_;  ///< Index of each row's first value in value_ends.
};

/// Builds an EventBatch event by event. A name given twice in one event keeps its last value.
class EventBatchBuilder {
 public:
    EventBatchBuilder();
    ~EventBatchBuilder();
    EventBatchBuilder(EventBatchBuilder&&) noexcept;
    EventBatchBuilder& operator=(EventBatchBuilder&&) noexcept;

    /// Adds a field to the event under construction; both texts are copied.
    void add(std::string_view field, std::string_view value);
    /// Closes the event.
    void end_event(std::int64_t event_time_ns);
    std::size_t rows() const;
    /// Bytes of values so far; callers keep it below 4 GiB.
    std::size_t bytes() const;
    /// The batch; the builder is empty again.
    EventBatch finish();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace logwood::model
