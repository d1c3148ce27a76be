#include <fmt/format.h>

#include <algorithm>

#include "segment/column_decoder.h"
#include "segment/reader_impl.h"

namespace logwood::segment {

using model::Column;

GroupSource::GroupSource(std::shared_ptr<const Reader> reader, std::size_t index, ReadStats* stats)
    : reader_(std::move(reader)),
      impl_(reader_->impl()),
      group_(impl_.tail.groups[index]),
      offset_(impl_.group_offsets[index]),
      stats_(stats),
      packs_(group_.chunk_bytes.size()),
      is_read_(group_.chunk_bytes.size()) {}

GroupSource::~GroupSource() {
    if (stats_ == nullptr) return;
    for (std::size_t chunk = 0; chunk < is_read_.size(); ++chunk) {
        if (is_read_[chunk]) continue;
        stats_->bytes_skipped += group_.chunk_bytes[chunk];
        ++stats_->chunks_skipped;
    }
}

/// Packs are kept, since the next column is probably in the same; a large column is its caller's.
Result<GroupSource::Bytes> GroupSource::read(const Piece& piece) const {
    auto is_pack = piece.bytes != 0;
    auto payload = packs_[piece.chunk];
    if (!payload) {
        auto offset = offset_;
        for (std::uint32_t chunk = 0; chunk < piece.chunk; ++chunk)
            offset += group_.chunk_bytes[chunk];
        TRY(payload, impl_.read_chunk(is_pack ? ChunkKind::kPack : ChunkKind::kColumn, offset,
                                      group_.chunk_bytes[piece.chunk], stats_));
        is_read_[piece.chunk] = true;
        if (is_pack) packs_[piece.chunk] = payload;
    }
    TRY(auto part, part_of(*payload, piece));
    return Bytes{std::move(payload), part};
}

const TailColumn* GroupSource::find(FieldId field) const {
    auto at = std::ranges::lower_bound(group_.columns, field, {}, &TailColumn::field);
    return at == group_.columns.end() || at->field != field ? nullptr : &*at;
}

Result<const ShapeFrame*> GroupSource::shapes() const {
    if (!shapes_) {
        TRY(auto bytes, read(group_.frames[static_cast<std::size_t>(Frame::kShapes)]));
        TRY(shapes_, read_shapes(bytes.part, rows(), impl_.tail));
    }
    return &*shapes_;
}

Result<const CoordinateFrame*> GroupSource::coordinate_frame() const {
    if (!coordinate_frame_) {
        TRY(auto bytes, read(group_.frames[static_cast<std::size_t>(Frame::kCoordinates)]));
        TRY(coordinate_frame_, read_coordinates(bytes.part, rows()));
    }
    return &*coordinate_frame_;
}

Result<std::span<const std::int64_t>> GroupSource::event_times() const {
    if (!event_times_) {
        TRY(auto bytes, read(group_.frames[static_cast<std::size_t>(Frame::kTimes)]));
        TRY(event_times_, read_times(bytes.part, rows()));
    }
    return std::span<const std::int64_t>(*event_times_);
}

Result<std::span<const std::int64_t>> GroupSource::ingest_times() const {
    if (ingest_times_.empty()) {
        TRY(auto* frame, coordinate_frame());
        ingest_times_.reserve(rows());
        for (auto record : frame->row_records)
            ingest_times_.push_back(frame->records[record].ingest_time_ns);
    }
    return std::span<const std::int64_t>(ingest_times_);
}

Result<std::span<const model::Coordinates>> GroupSource::coordinates() const {
    if (coordinates_.empty()) {
        TRY(auto* frame, coordinate_frame());
        coordinates_.reserve(rows());
        for (std::size_t row = 0; row < rows(); ++row) {
            auto& record = frame->records[frame->row_records[row]];
            coordinates_.push_back(
                {record.epoch, record.partition, record.offset, frame->row_indexes[row]});
        }
    }
    return std::span<const model::Coordinates>(coordinates_);
}

Result<std::vector<std::string_view>> GroupSource::fields() const {
    std::vector<std::string_view> names;
    names.reserve(group_.columns.size());
    for (auto& column : group_.columns) names.push_back(impl_.fields[column.field].name);
    return names;
}

Result<std::optional<std::span<const std::string_view>>> GroupSource::dictionary(
    std::string_view field) const {
    auto id = impl_.field_ids.find(field);
    if (id == impl_.field_ids.end()) return std::nullopt;
    auto* column = find(id->second);
    if (column == nullptr || !has_codes(column->encoding)) return std::nullopt;
    TRY(auto values, impl_.dictionary(id->second));
    return values;
}

Result<Column> GroupSource::column(std::string_view field) const {
    auto id = impl_.field_ids.find(field);
    if (id == impl_.field_ids.end()) return Column::missing(rows());
    return column(id->second);
}

Result<Column> GroupSource::column(FieldId field) const {
    TRY(auto* frame, shapes());
    std::vector<bool> has_field;
    has_field.reserve(frame->shapes.size());
    for (auto& shape : frame->shapes) has_field.push_back(std::ranges::binary_search(shape, field));
    std::size_t count = 0;
    for (auto shape : frame->row_shapes) count += has_field[shape];
    auto* column = find(field);
    auto& name = impl_.fields[field].name;
    if ((column == nullptr) != (count == 0))
        return fail(Code::kCorrupt, fmt::format("field {}: shapes and columns differ", name));
    if (column == nullptr) return Column::missing(rows());
    auto decoded = decode(*column, has_field, count);
    if (!decoded)
        return fail(std::move(decoded).error().with_context(fmt::format("field {}", name)));
    return decoded;
}

Result<Column> GroupSource::decode(const TailColumn& column, const std::vector<bool>& has_field,
                                   std::size_t count) const {
    std::span<const std::string_view> values;
    if (has_codes(column.encoding)) {
        TRY(values, impl_.dictionary(column.field));
    }
    auto is_full = count == rows();
    auto& row_shapes = shapes_->row_shapes;
    if (column.encoding == Encoding::kConstant) {
        if (is_full) return Column::constant(values[column.constant_code], rows(), reader_);
        std::vector<std::uint32_t> codes(rows(), Column::kNoCode);
        for (std::size_t row = 0; row < codes.size(); ++row)
            if (has_field[row_shapes[row]]) codes[row] = column.constant_code;
        return Column::dictionary(std::move(codes), values, reader_);
    }
    TRY(auto bytes, read(column.piece));
    TRY(auto decoded,
        decode_column(column.encoding, bytes.part, count, values.size(), std::move(bytes.payload)));
    auto spread = [&](const auto& dense, auto missing) {
        std::vector<decltype(missing)> all(rows(), missing);
        std::size_t next = 0;
        for (std::size_t row = 0; row < all.size(); ++row)
            if (has_field[row_shapes[row]]) all[row] = dense[next++];
        return all;
    };
    if (decoded.has_codes) {
        if (!is_full) decoded.codes = spread(decoded.codes, Column::kNoCode);
        return Column::dictionary(std::move(decoded.codes), values, reader_);
    }
    if (!is_full) decoded.texts = spread(decoded.texts, model::kMissing);
    return Column::plain(std::move(decoded.texts), std::move(decoded.owner));
}

}  // namespace logwood::segment
