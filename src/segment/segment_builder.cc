// Header, row groups, dictionaries, tail, trailer, in the order of the file: nothing is ever gone
// back to, so a sink may be a socket. See docs/formats/segment.md.
#include "segment/segment_builder.h"

#include <algorithm>

#include "base/bytes.h"
#include "segment/columns/text_layout.h"
#include "segment/day.h"
#include "segment/limits.h"

namespace logwood::segment {
/// A row group under way.
struct SegmentBuilder::Group {
    TailGroup tail;
    std::string pack;
    std::vector<std::pair<std::size_t, std::uint32_t>> packed;  ///< Piece number, offset.
    std::vector<Piece> pieces;
};

SegmentBuilder::SegmentBuilder(const WriteOptions& options, Sink sink)
    : options_(options),
      chunks_(options.id, options.level, std::move(sink)),
      budget_{kDictionariesBytesMax} {}
SegmentBuilder::~SegmentBuilder() = default;

Result<void> SegmentBuilder::start() {
    std::string bytes(kHeaderMagic);
    ByteWriter out(bytes);
    out.put(kVersion);
    out.put(static_cast<std::uint8_t>(options_.level));
    out.put(std::uint8_t{0});
    out.put(options_.id.high);
    out.put(options_.id.low);
    out.put(options_.repo.high);
    out.put(options_.repo.low);
    out.put(checksum64(bytes));
    ASSERT(bytes.size() == kHeaderBytes);
    return chunks_.write_plain(bytes);
}

FieldId SegmentBuilder::field(std::string_view name) {
    auto [entry, is_new] =
        field_ids_.try_emplace(std::string(name), static_cast<FieldId>(fields_.size()));
    if (is_new) {
        fields_.push_back(std::make_unique<Field>(Dictionary(budget_)));
        tail_.fields.push_back({.name = std::string(name)});
    }
    return entry->second;
}

std::optional<FieldId> SegmentBuilder::find(std::string_view name) const {
    auto at = field_ids_.find(std::string(name));
    if (at == field_ids_.end()) return std::nullopt;
    return at->second;
}

std::uint32_t SegmentBuilder::tag_set(const model::TagSet& tags) {
    auto& sets = tail_.tag_sets;
    if (sets.empty() || sets.back() != tags) {
        ASSERT(sets.empty() || sets.back() < tags);
        sets.push_back(tags);
    }
    return static_cast<std::uint32_t>(sets.size() - 1);
}

void SegmentBuilder::note_rows(const GroupRows& rows) {
    auto& summary = tail_.summary;
    DaySize* size = nullptr;
    for (std::size_t row = 0; row < rows.event_times.size(); ++row) {
        auto day = day_of(rows.event_times[row]);
        if (size == nullptr || size->day != day) {
            size = &days_[day];
            size->day = day;
        }
        ++size->rows;
        size->raw_bytes += rows.raw_bytes[row];
        summary.raw_bytes += rows.raw_bytes[row];
    }
    summary.rows += rows.event_times.size();
    for (auto& record : rows.coordinates.records) {
        summary.ingest_times.add(record.ingest_time_ns);
        auto [entry, is_new] = offsets_.try_emplace(
            {record.epoch, record.partition},
            OffsetRange{record.epoch, record.partition, record.offset, record.offset});
        auto& range = entry->second;
        range.first = std::min(range.first, record.offset);
        range.last = std::max(range.last, record.offset);
    }
}

std::vector<std::uint32_t> SegmentBuilder::place_shapes(const std::vector<Shape>& shapes) {
    std::vector<std::uint32_t> places;
    for (auto& shape : shapes) {
        auto known = shape_places_.find(shape);
        if (known != shape_places_.end()) {
            places.push_back(known->second);
        } else if (tail_.shapes.size() < kShapesMax &&
                   shape_fields_ + shape.size() <= kShapeFieldsMax) {
            places.push_back(static_cast<std::uint32_t>(tail_.shapes.size()));
            shape_places_.emplace(shape, places.back());
            shape_fields_ += shape.size();
            tail_.shapes.push_back(shape);
        } else {
            places.push_back(kLocalShape);
        }
    }
    return places;
}

Result<void> SegmentBuilder::add(const GroupRows& rows, const Gather& gather) {
    auto count = rows.event_times.size();
    ASSERT(count != 0 && count <= kRowGroupRowsMax);
    note_rows(rows);
    Group group;
    group.tail.rows = static_cast<std::uint32_t>(count);
    for (auto bytes : rows.raw_bytes) group.tail.raw_bytes += bytes;
    for (auto time : rows.event_times) group.tail.event_times.add(time);
    tail_.summary.event_times.add(group.tail.event_times);

    std::string frames[kFrames];
    append_times(rows.event_times, frames[static_cast<std::size_t>(Frame::kTimes)]);
    append_shapes(rows.shapes, place_shapes(rows.shapes.shapes),
                  frames[static_cast<std::size_t>(Frame::kShapes)]);
    append_coordinates(rows.coordinates, frames[static_cast<std::size_t>(Frame::kCoordinates)]);
    group.pieces.reserve(kFrames + fields_.size());
    for (auto& frame : frames) TRY_OK(place(frame, {}, group, group.pieces.emplace_back()));

    std::vector<bool> is_used(fields_.size());
    for (auto& shape : rows.shapes.shapes)
        for (auto field : shape) is_used[field] = true;
    for (FieldId field = 0; field < is_used.size(); ++field) {
        if (!is_used[field]) continue;
        interner_.start(values_, count);
        TRY_OK(gather(field, interner_));
        if (!values_.ids.empty()) TRY_OK(add_column(field, values_, group));
    }
    TRY_OK(close_pack(group));
    std::ranges::copy_n(group.pieces.begin(), kFrames, group.tail.frames);
    auto piece = group.pieces.begin() + kFrames;
    for (auto& column : group.tail.columns)
        if (column.encoding != Encoding::kConstant) column.piece = *piece++;
    tail_.groups.push_back(std::move(group.tail));
    return {};
}

void SegmentBuilder::note_column(FieldId field, const ColumnValues& values,
                                 const EncodedColumn& column) {
    auto& state = *fields_[field];
    auto& tail = tail_.fields[field];
    tail.rows += values.ids.size();
    tail.is_coded &= !column.codes.empty();
    if (tail.is_coded && state.dictionary.values().size() <= kListedValuesMax) {
        state.counts.resize(state.dictionary.values().size());
        for (auto id : values.ids) ++state.counts[column.codes[id]];
    }
    for (std::size_t i = 0; i < values.distinct.size() && state.is_all_integers; ++i) {
        std::int64_t value = 0;
        state.is_all_integers = parse_integer(values.distinct[i], value);
        auto bounds = tail.integers.value_or(std::pair(value, value));
        tail.integers = {std::min(bounds.first, value), std::max(bounds.second, value)};
    }
    if (!state.is_all_integers) tail.integers.reset();
}

Result<void> SegmentBuilder::add_column(FieldId field, const ColumnValues& values, Group& group) {
    auto column = encode_column(values, fields_[field]->dictionary, options_.level);
    note_column(field, values, column);
    for (auto id : values.ids) group.tail.value_bytes += values.distinct[id].size();
    group.tail.columns.push_back({.field = field,
                                  .encoding = column.encoding,
                                  .constant_code = column.constant_code,
                                  .piece = {}});
    if (column.encoding == Encoding::kConstant) return {};
    group.pieces.emplace_back();
    return place(column.bytes, column.incompressible, group, group.pieces.back());
}

/// Small columns wait in the pack; the piece of each is known when the pack is written.
Result<void> SegmentBuilder::place(std::string_view bytes, std::string_view incompressible,
                                   Group& group, Piece& piece) {
    if (bytes.size() <= kPackedColumnBytesMax) {
        piece.bytes = static_cast<std::uint32_t>(bytes.size());
        group.packed.emplace_back(group.pieces.size() - 1,
                                  static_cast<std::uint32_t>(group.pack.size()));
        group.pack += bytes;
        return group.pack.size() < kPackBytes ? Result<void>() : close_pack(group);
    }
    TRY(auto chunk, chunks_.write(ChunkKind::kColumn, bytes, incompressible));
    piece.chunk = static_cast<std::uint32_t>(group.tail.chunk_bytes.size());
    group.tail.chunk_bytes.push_back(chunk.bytes);
    return {};
}

Result<void> SegmentBuilder::close_pack(Group& group) {
    if (group.packed.empty()) return {};
    TRY(auto chunk, chunks_.write(ChunkKind::kPack, group.pack));
    for (auto [number, offset] : group.packed) {
        group.pieces[number].chunk = static_cast<std::uint32_t>(group.tail.chunk_bytes.size());
        group.pieces[number].offset = offset;
    }
    group.tail.chunk_bytes.push_back(chunk.bytes);
    group.pack.clear();
    group.packed.clear();
    return {};
}

}  // namespace logwood::segment
