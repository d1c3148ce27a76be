#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "segment/frame.h"

namespace logwood::segment {

/// Which rows of a row group have a field. To ask costs no more than the answer is long, about, so
/// that a hundred thousand fields of a row each are no worse than one field of all rows.
class RowIndex {
 public:
    explicit RowIndex(const ShapeFrame& frame);

    /// Ascending.
    std::vector<std::uint32_t> rows_of(FieldId field) const;

 private:
    void index_fields(const ShapeFrame& frame);
    std::span<const std::uint32_t> shapes_of(FieldId field) const;

    std::vector<std::uint32_t> row_shapes_;
    std::vector<std::uint32_t> shape_begins_;  ///< In rows_; one more than shapes.
    std::vector<std::uint32_t> rows_;          ///< Ordered by shape, then row.
    std::vector<std::uint32_t> field_begins_;  ///< In field_shapes_, by field.
    std::vector<std::uint32_t> field_shapes_;  ///< The shapes that have a field, ascending.
};

}  // namespace logwood::segment
