#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/tag_set.h"
#include "segment/columns/chunk.h"
#include "segment/columns/column_encoder.h"
#include "segment/columns/dictionary.h"
#include "segment/columns/interner.h"
#include "segment/frame.h"
#include "segment/tail.h"
#include "segment/writer.h"

namespace logwood::segment {

/// The rows of one row group, in their order, without their columns.
struct GroupRows {
    std::vector<std::int64_t> event_times;
    std::vector<std::uint32_t> raw_bytes;  ///< Of each row.
    ShapeFrame shapes;
    CoordinateFrame coordinates;
};

/// Writes a segment row group by row group, to a sink; keeps only the dictionaries and the tail.
/// One thread at a time.
class SegmentBuilder {
 public:
    /// Interns the values of a field, row by row, for the rows whose shape has it.
    using Gather = std::function<Result<void>(FieldId field, Interner& into)>;

    SegmentBuilder(const WriteOptions& options, Sink sink);
    ~SegmentBuilder();

    /// Writes the header; before anything else.
    Result<void> start();
    FieldId field(std::string_view name);
    /// Nullopt when field() was not called with the name.
    std::optional<FieldId> find(std::string_view name) const;
    /// The place of a tag set; to be called in ascending order of tag sets.
    std::uint32_t tag_set(const model::TagSet& tags);
    /// Writes rows in the order of the format, behind all rows before.
    Result<void> add(const GroupRows& rows, const Gather& gather);
    /// Writes dictionaries, tail and trailer.
    Result<Summary> finish();

 private:
    struct Field {
        Dictionary dictionary;
        std::vector<std::uint64_t> counts;  ///< While the dictionary is small.
        bool is_all_integers = true;
    };
    struct Group;

    void note_rows(const GroupRows& rows);
    std::vector<std::uint32_t> place_shapes(const std::vector<Shape>& shapes);
    Result<void> add_column(FieldId field, const ColumnValues& values, Group& group);
    Result<void> place(std::string_view bytes, std::string_view incompressible, Group& group,
                       Piece& piece);
    Result<void> close_pack(Group& group);
    void note_column(FieldId field, const ColumnValues& values, const EncodedColumn& column);
    Result<void> write_dictionaries();
    Result<void> write_tail_and_trailer();

    WriteOptions options_;
    ChunkWriter chunks_;
    DictionaryBudget budget_;
    std::vector<std::unique_ptr<Field>> fields_;
    std::unordered_map<std::string, FieldId> field_ids_;
    std::map<Shape, std::uint32_t> shape_places_;
    std::size_t shape_fields_ = 0;
    std::map<std::int32_t, DaySize> days_;
    std::map<std::pair<model::Epoch, model::PartitionId>, OffsetRange> offsets_;
    Tail tail_;
    Interner interner_;
    ColumnValues values_;
};

}  // namespace logwood::segment
