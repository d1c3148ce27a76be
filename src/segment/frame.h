#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/coordinates.h"
#include "segment/tail.h"

namespace logwood::segment {

/// A record of the log that rows of a row group came in.
struct RecordPlace {
    model::Epoch epoch;
    model::PartitionId partition;
    model::LogOffset offset;
    std::int64_t ingest_time_ns = 0;
    friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

/// The shapes of a row group's rows. A shape stands in the tail, or here when there are too many.
struct ShapeFrame {
    std::vector<Shape> shapes;
    std::vector<std::uint32_t> row_shapes;  ///< Index in `shapes`, one a row.
    std::vector<std::uint32_t> row_tags;    ///< Index in Tail::tag_sets, one a row; ascending.
};

/// Where the rows were appended: the record, and the position in it.
struct CoordinateFrame {
    std::vector<RecordPlace> records;  ///< Ascending, distinct.
    std::vector<std::uint32_t> row_records;
    std::vector<std::uint32_t> row_indexes;
};

void append_times(std::span<const std::int64_t> times, std::string& out);
Result<std::vector<std::int64_t>> read_times(std::string_view bytes, std::size_t rows);

/// `known[s]` is the place of shape s in the tail, or kLocalShape.
inline constexpr std::uint32_t kLocalShape = UINT32_MAX;
void append_shapes(const ShapeFrame& frame, std::span<const std::uint32_t> known, std::string& out);
Result<ShapeFrame> read_shapes(std::string_view bytes, std::size_t rows, const Tail& tail);

void append_coordinates(const CoordinateFrame& frame, std::string& out);
Result<CoordinateFrame> read_coordinates(std::string_view bytes, std::size_t rows);

}  // namespace logwood::segment
