#include <fmt/format.h>

#include <algorithm>

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
    TRY(auto dense, this->dense(id->second));
    if (dense.rows.empty()) return Column::missing(rows());
    auto is_full = dense.rows.size() == rows();
    if (dense.constant && is_full)
        return Column::constant(dense.dictionary[*dense.constant], rows(), reader_);
    if (dense.constant || dense.values.has_codes) {
        if (is_full)
            return Column::dictionary(std::move(dense.values.codes), dense.dictionary, reader_);
        std::vector<std::uint32_t> codes(rows(), Column::kNoCode);
        for (std::size_t i = 0; i < dense.rows.size(); ++i)
            codes[dense.rows[i]] = dense.constant ? *dense.constant : dense.values.codes[i];
        return Column::dictionary(std::move(codes), dense.dictionary, reader_);
    }
    if (is_full) return Column::plain(std::move(dense.values.texts), std::move(dense.values.owner));
    std::vector<std::string_view> texts(rows());
    for (std::size_t i = 0; i < dense.rows.size(); ++i)
        texts[dense.rows[i]] = dense.values.texts[i];
    return Column::plain(std::move(texts), std::move(dense.values.owner));
}

Result<DenseColumn> GroupSource::dense(FieldId field) const {
    TRY(auto* frame, shapes());
    if (!row_index_) row_index_.emplace(*frame);
    auto having = row_index_->rows_of(field);
    auto* column = find(field);
    auto& name = impl_.fields[field].name;
    if ((column == nullptr) != having.empty())
        return fail(Code::kCorrupt, fmt::format("field {}: shapes and columns differ", name));
    if (column == nullptr) return DenseColumn{};
    auto decoded = decode(*column, std::move(having));
    if (!decoded)
        return fail(std::move(decoded).error().with_context(fmt::format("field {}", name)));
    return decoded;
}

Result<DenseColumn> GroupSource::decode(const TailColumn& column,
                                        std::vector<std::uint32_t> having) const {
    DenseColumn dense{.rows = std::move(having), .dictionary = {}, .constant = {}, .values = {}};
    if (has_codes(column.encoding)) {
        TRY(dense.dictionary, impl_.dictionary(column.field));
    }
    if (column.encoding == Encoding::kConstant) {
        dense.constant = column.constant_code;
        return dense;
    }
    TRY(auto bytes, read(column.piece));
    TRY(dense.values, decode_column(column.encoding, bytes.part, dense.rows.size(),
                                    dense.dictionary.size(), std::move(bytes.payload)));
    return dense;
}

}  // namespace logwood::segment
