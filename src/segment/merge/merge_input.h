#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/coordinates.h"
#include "segment/merge/merge.h"
#include "segment/reader_impl.h"

namespace logwood::segment {

/// A segment that is merged.
struct MergeInput {
    std::shared_ptr<const Reader> reader;
    std::vector<std::uint32_t> tag_ranks;  ///< Rank among all inputs, by the segment's tag set.
};

/// A row group of an input, and the columns of it that were decoded so far.
class MergeGroup {
 public:
    /// Reads the frames, and selects the rows that lie on `days`.
    static Result<std::shared_ptr<MergeGroup>> open(const MergeInput& input, std::size_t index,
                                                    std::span<const std::int32_t> days);

    const MergeInput& input() const { return *input_; }
    /// The rows that take part.
    std::span<const std::uint32_t> selected() const { return selected_; }
    std::int64_t time_of(std::uint32_t row) const { return times_[row]; }
    model::OrderKey key_of(std::uint32_t row) const { return {times_[row], coordinates_[row]}; }
    std::uint32_t tags_of(std::uint32_t row) const {
        return input_->tag_ranks[shapes_->row_tags[row]];
    }
    const ShapeFrame& shapes() const { return *shapes_; }
    const CoordinateFrame& coordinates() const { return *frame_; }
    /// What a row takes on average.
    std::uint64_t raw_bytes_a_row() const { return source_.tail().raw_bytes / source_.rows(); }
    std::uint64_t value_bytes_a_row() const { return source_.tail().value_bytes / source_.rows(); }

    /// The column of one of the input's fields; decoded once, until forget().
    Result<const DenseColumn*> column(FieldId field);
    /// Bytes that the decoded columns take, about; dictionaries are the reader's.
    std::uint64_t memory() const { return memory_; }
    /// Columns got before, and their texts, are no longer valid.
    void forget() {
        columns_.clear();
        memory_ = 0;
    }

 private:
    MergeGroup(const MergeInput& input, std::size_t index)
        : input_(&input), source_(input.reader, index, nullptr) {}

    const MergeInput* input_;
    GroupSource source_;
    std::span<const std::int64_t> times_;
    std::span<const model::Coordinates> coordinates_;
    const ShapeFrame* shapes_ = nullptr;
    const CoordinateFrame* frame_ = nullptr;
    std::vector<std::uint32_t> selected_;
    std::unordered_map<FieldId, DenseColumn> columns_;
    std::uint64_t memory_ = 0;
};

/// Stands at one row of an input.
class MergeCursor {
 public:
    /// Both must outlive the cursor.
    MergeCursor(const MergeInput& input, std::span<const std::int32_t> days)
        : input_(input), days_(days) {}

    /// Goes to the next (first) row; false behind the last. kCorrupt when rows are not in order.
    Result<bool> next();
    const std::shared_ptr<MergeGroup>& group() const { return group_; }
    std::uint32_t row() const { return row_; }
    std::uint32_t tags() const { return tags_; }
    const model::OrderKey& key() const { return key_; }

 private:
    const MergeInput& input_;
    std::span<const std::int32_t> days_;
    std::size_t next_group_ = 0;
    std::shared_ptr<MergeGroup> group_;
    std::size_t next_selected_ = 0;
    bool has_row_ = false;
    std::uint32_t row_ = 0;
    std::uint32_t tags_ = 0;
    model::OrderKey key_;
};

}  // namespace logwood::segment
