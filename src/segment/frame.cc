// Three streams that every row group has:
//
//     times        integer stream
//     shapes       varint count of tag runs, then each: varint tag set, varint rows;
//                  varint count of shapes, then each: varint 1 + its place in the tail, or 0 and
//                  varint fields, each as varint distance to the field before + 1;
//                  integer stream: shape of each row, only when there are two or more
//     coordinates  varint count of records; integer streams of epochs, partitions, offsets and
//                  ingest times, one of each a record; integer stream: record of each row;
//                  integer stream: index in the record, less the one expected
//
// The index expected is one more than that of the last row of the same record, 0 for the first. So
// rows that come in the order of their records cost next to nothing, however many records mix.
#include "segment/frame.h"

#include "base/bytes.h"
#include "segment/columns/integer_stream.h"

namespace logwood::segment {
namespace {

std::unexpected<Error> damaged(const char* what) { return fail(Code::kCorrupt, what); }

Result<void> check_end(const ByteReader& in) {
    if (in.remaining() != 0) return damaged("frame: bytes left over");
    return {};
}

/// Checks that all are below `end`.
Result<std::vector<std::uint32_t>> read_indexes(ByteReader& in, std::size_t count,
                                                std::uint64_t end) {
    TRY(auto integers, read_integers(in, count));
    std::vector<std::uint32_t> indexes;
    indexes.reserve(count);
    for (auto integer : integers) {
        if (static_cast<std::uint64_t>(integer) >= end) return damaged("frame: index out of range");
        indexes.push_back(static_cast<std::uint32_t>(integer));
    }
    return indexes;
}

void append_indexes(std::span<const std::uint32_t> indexes, std::string& out) {
    IntegerStream(std::vector<std::int64_t>(indexes.begin(), indexes.end())).append_planes(out);
}

Result<Shape> read_local_shape(ByteReader& in, std::size_t fields) {
    TRY(auto count, in.get_varint());
    if (count > in.remaining()) return damaged("frame: shape is too long");
    Shape shape;
    std::uint64_t next = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        TRY(auto gap, in.get_varint());
        if (gap >= fields || next + gap >= fields) return damaged("frame: field out of range");
        next += gap;
        shape.push_back(static_cast<FieldId>(next++));
    }
    return shape;
}

Result<void> read_tag_runs(ByteReader& in, std::size_t rows, std::size_t tag_sets,
                           std::vector<std::uint32_t>& row_tags) {
    TRY(auto runs, in.get_varint());
    for (std::uint64_t run = 0; run < runs; ++run) {
        TRY(auto tags, in.get_varint());
        TRY(auto length, in.get_varint());
        if (tags >= tag_sets || (!row_tags.empty() && tags <= row_tags.back()))
            return damaged("frame: tag set out of order");
        if (length == 0 || length > rows - row_tags.size())
            return damaged("frame: tag run is too long");
        row_tags.insert(row_tags.end(), length, static_cast<std::uint32_t>(tags));
    }
    if (row_tags.size() != rows) return damaged("frame: tag runs are too short");
    return {};
}

}  // namespace

void append_times(std::span<const std::int64_t> times, std::string& out) {
    IntegerStream(times).append_planes(out);
}

Result<std::vector<std::int64_t>> read_times(std::string_view bytes, std::size_t rows) {
    ByteReader in(bytes);
    TRY(auto times, read_integers(in, rows));
    TRY_OK(check_end(in));
    return times;
}

void append_shapes(const ShapeFrame& frame, std::span<const std::uint32_t> known,
                   std::string& out) {
    ByteWriter writer(out);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
    for (auto tags : frame.row_tags) {
        if (runs.empty() || runs.back().first != tags) runs.emplace_back(tags, 0);
        ++runs.back().second;
    }
    writer.put_varint(runs.size());
    for (auto [tags, length] : runs) {
        writer.put_varint(tags);
        writer.put_varint(length);
    }
    writer.put_varint(frame.shapes.size());
    for (std::size_t s = 0; s < frame.shapes.size(); ++s) {
        writer.put_varint(known[s] == kLocalShape ? 0 : std::uint64_t{known[s]} + 1);
        if (known[s] != kLocalShape) continue;
        writer.put_varint(frame.shapes[s].size());
        FieldId next = 0;
        for (auto field : frame.shapes[s]) {
            writer.put_varint(field - next);
            next = field + 1;
        }
    }
    if (frame.shapes.size() > 1) append_indexes(frame.row_shapes, out);
}

Result<ShapeFrame> read_shapes(std::string_view bytes, std::size_t rows, const Tail& tail) {
    ByteReader in(bytes);
    ShapeFrame frame;
    TRY_OK(read_tag_runs(in, rows, tail.tag_sets.size(), frame.row_tags));
    TRY(auto shapes, in.get_varint());
    if (shapes == 0 || shapes > rows) return damaged("frame: count of shapes out of range");
    for (std::uint64_t s = 0; s < shapes; ++s) {
        TRY(auto place, in.get_varint());
        if (place > tail.shapes.size()) return damaged("frame: shape out of range");
        if (place != 0) {
            frame.shapes.push_back(tail.shapes[place - 1]);
        } else {
            TRY(auto shape, read_local_shape(in, tail.fields.size()));
            frame.shapes.push_back(std::move(shape));
        }
    }
    if (shapes == 1) {
        frame.row_shapes.assign(rows, 0);
    } else {
        TRY(frame.row_shapes, read_indexes(in, rows, shapes));
    }
    TRY_OK(check_end(in));
    return frame;
}

void append_coordinates(const CoordinateFrame& frame, std::string& out) {
    ByteWriter(out).put_varint(frame.records.size());
    auto append = [&](auto project) {
        std::vector<std::int64_t> integers;
        integers.reserve(frame.records.size());
        for (auto& record : frame.records)
            integers.push_back(static_cast<std::int64_t>(project(record)));
        IntegerStream(integers).append_planes(out);
    };
    append([](auto& record) { return record.epoch.value; });
    append([](auto& record) { return record.partition.value; });
    append([](auto& record) { return record.offset.value; });
    append([](auto& record) { return record.ingest_time_ns; });
    append_indexes(frame.row_records, out);
    std::vector<std::int64_t> expected(frame.records.size());
    std::vector<std::int64_t> residuals;
    residuals.reserve(frame.row_indexes.size());
    for (std::size_t row = 0; row < frame.row_indexes.size(); ++row) {
        auto& next = expected[frame.row_records[row]];
        residuals.push_back(frame.row_indexes[row] - next);
        next = std::int64_t{frame.row_indexes[row]} + 1;
    }
    IntegerStream(residuals).append_planes(out);
}

Result<CoordinateFrame> read_coordinates(std::string_view bytes, std::size_t rows) {
    ByteReader in(bytes);
    CoordinateFrame frame;
    TRY(auto records, in.get_varint());
    if (records == 0 || records > rows) return damaged("frame: count of records out of range");
    TRY(auto epochs, read_indexes(in, records, std::uint64_t{UINT32_MAX} + 1));
    TRY(auto partitions, read_indexes(in, records, std::uint64_t{UINT32_MAX} + 1));
    TRY(auto offsets, read_integers(in, records));
    TRY(auto ingest_times, read_integers(in, records));
    for (std::size_t i = 0; i < records; ++i)
        frame.records.push_back({model::Epoch(epochs[i]), model::PartitionId(partitions[i]),
                                 model::LogOffset(static_cast<std::uint64_t>(offsets[i])),
                                 ingest_times[i]});
    TRY(frame.row_records, read_indexes(in, rows, records));
    TRY(auto residuals, read_integers(in, rows));
    std::vector<std::uint64_t> expected(records);
    frame.row_indexes.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        auto& next = expected[frame.row_records[row]];
        auto index = next + static_cast<std::uint64_t>(residuals[row]);
        if (index > UINT32_MAX) return damaged("frame: index out of range");
        frame.row_indexes.push_back(static_cast<std::uint32_t>(index));
        next = index + 1;
    }
    TRY_OK(check_end(in));
    return frame;
}

}  // namespace logwood::segment
