#include "segment/row_index.h"

#include <algorithm>
#include <numeric>

namespace logwood::segment {
namespace {

/// From this share of rows on, looking at each row is cheaper than sorting those of many shapes.
constexpr std::size_t kRowsPerHit = 8;

}  // namespace

RowIndex::RowIndex(const ShapeFrame& frame)
    : row_shapes_(frame.row_shapes),
      shape_begins_(frame.shapes.size() + 1),
      rows_(frame.row_shapes.size()) {
    for (auto shape : row_shapes_) ++shape_begins_[shape + 1];
    std::partial_sum(shape_begins_.begin(), shape_begins_.end(), shape_begins_.begin());
    auto next = shape_begins_;
    for (std::uint32_t row = 0; row < rows_.size(); ++row) rows_[next[row_shapes_[row]]++] = row;
    index_fields(frame);
}

/// Counts, then places: many shapes of many fields are common, and sorting them would cost more
/// than most queries.
void RowIndex::index_fields(const ShapeFrame& frame) {
    std::size_t fields = 0;
    for (auto& shape : frame.shapes)
        if (!shape.empty()) fields = std::max<std::size_t>(fields, std::ranges::max(shape) + 1);
    field_begins_.resize(fields + 1);
    for (auto& shape : frame.shapes)
        for (auto field : shape) ++field_begins_[field + 1];
    std::partial_sum(field_begins_.begin(), field_begins_.end(), field_begins_.begin());
    field_shapes_.resize(field_begins_.back());
    auto next = field_begins_;
    for (std::uint32_t shape = 0; shape < frame.shapes.size(); ++shape)
        for (auto field : frame.shapes[shape]) field_shapes_[next[field]++] = shape;
}

std::span<const std::uint32_t> RowIndex::shapes_of(FieldId field) const {
    if (field + std::size_t{1} >= field_begins_.size()) return {};
    return std::span(field_shapes_)
        .subspan(field_begins_[field], field_begins_[field + 1] - field_begins_[field]);
}

std::vector<std::uint32_t> RowIndex::rows_of(FieldId field) const {
    auto shapes = shapes_of(field);
    std::size_t count = 0;
    for (auto shape : shapes) count += shape_begins_[shape + 1] - shape_begins_[shape];
    std::vector<std::uint32_t> rows(count);
    if (count == rows_.size()) {
        std::iota(rows.begin(), rows.end(), 0U);
    } else if (shapes.size() == 1 || count * kRowsPerHit < rows_.size()) {
        auto at = rows.begin();
        for (auto shape : shapes)
            at = std::copy(rows_.begin() + shape_begins_[shape],
                           rows_.begin() + shape_begins_[shape + 1], at);
        if (shapes.size() > 1) std::ranges::sort(rows);
    } else {
        std::vector<std::uint8_t> has_field(shape_begins_.size() - 1);
        for (auto shape : shapes) has_field[shape] = 1;
        std::size_t next = 0;
        for (std::uint32_t row = 0; row < rows_.size() && next < count; ++row) {
            rows[next] = row;
            next += has_field[row_shapes_[row]];
        }
    }
    return rows;
}

}  // namespace logwood::segment
