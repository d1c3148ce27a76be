#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "segment/merge/merge_input.h"
#include "segment/segment_builder.h"

namespace logwood::segment {

/// Collects the rows of one output until they fill a row group, then gathers their columns.
class MergeOutput {
 public:
    /// Both must outlive the output; `tag_sets` by rank.
    MergeOutput(SegmentBuilder& builder, std::span<const model::TagSet> tag_sets)
        : builder_(builder), tag_sets_(tag_sets) {}

    /// Adds the row at which the cursor stands; rows come in order.
    Result<void> add(const MergeCursor& cursor);
    /// Writes the rows that are left.
    Result<void> close();

 private:
    /// Where a code was interned: valid only in the column of that number.
    struct Slot {
        std::uint64_t column = 0;
        std::uint32_t id = 0;
    };
    /// A group that gives rows to the row group under way.
    struct Source {
        std::shared_ptr<MergeGroup> group;
        std::vector<std::uint32_t> shapes;   ///< Output's shape (of the row group), by own shape.
        std::vector<std::uint32_t> records;  ///< The same for records.
        /// The place in the column under way.
        const DenseColumn* column = nullptr;
        std::uint64_t column_number = 0;
        std::size_t position = 0;
        std::vector<Slot>* slots = nullptr;
    };
    struct Origin {
        Source* source;
        std::uint32_t row;
    };
    /// The output's fields, by the input's, and the other way round; kNone = not met yet.
    struct FieldMap {
        std::vector<FieldId> to_output;
        std::vector<FieldId> to_input;
    };
    Source& source_of(const std::shared_ptr<MergeGroup>& group);
    std::uint32_t shape_of(Source& source, std::uint32_t row);
    std::uint32_t record_of(Source& source, std::uint32_t row);
    void sort_records();
    /// Calls visit(source, row of the output) for each row that has the field, in order, with the
    /// source placed at the row's value.
    Result<void> walk(FieldId field, const RowIndex& index, auto&& visit);
    Result<void> enter(FieldId field, Source& source, std::uint32_t row);
    Result<void> measure_raw(const RowIndex& index);
    Result<void> gather(FieldId field, const RowIndex& index, Interner& into);
    void forget_columns();

    SegmentBuilder& builder_;
    std::span<const model::TagSet> tag_sets_;
    std::unordered_map<const MergeInput*, FieldMap> field_maps_;
    std::unordered_map<const std::string_view*, std::vector<Slot>> slots_;  ///< By dictionary.
    std::uint64_t columns_walked_ = 0;

    GroupRows rows_;
    std::vector<Origin> origins_;  ///< One a row.
    std::unordered_map<const MergeGroup*, Source> sources_;
    Source* last_source_ = nullptr;
    std::map<Shape, std::uint32_t> shapes_;
    std::map<RecordPlace, std::uint32_t> records_;
    std::uint64_t raw_bytes_ = 0;
    std::uint64_t value_bytes_ = 0;
};

}  // namespace logwood::segment
