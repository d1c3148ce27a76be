#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "exec/columns/batch.h"
#include "exec/columns/column_maker.h"

namespace logwood::exec {

/// Collects new elements of an array, row by row, and then writes them as its fields.
class ArrayWriter {
 public:
    /// What becomes of the elements that an array had beyond the new ones, up to its first gap.
    enum class Surplus : std::uint8_t { kRemoved, kKept };

    /// Begins the next row; its elements go to `first`, first + 1, ...
    void start_row(std::size_t first = 0);
    /// Begins the next row and leaves its array alone.
    void skip_row();
    void add(std::string_view text) { elements_.add(text); }
    /// As ColumnMaker::add_borrowed().
    void add_borrowed(std::string_view text) { elements_.add_borrowed(text); }
    void keep_alive(const model::Column& column) { elements_.keep_alive(column); }
    /// Elements of the row under construction.
    std::size_t size() const { return elements_.rows() - rows_.back().begin; }

    /// Sets the fields; the writer is spent. As many rows as the batch has must have begun.
    /// kTooLarge when an array would get more elements than it may have.
    Result<void> write(Batch& batch, std::string_view array, Surplus surplus);

 private:
    struct Row {
        std::uint32_t begin = 0;  ///< Its first element among all.
        std::uint32_t first = 0;  ///< Index in the array.
        bool is_skipped = false;
    };
    ColumnMaker elements_;
    std::vector<Row> rows_;
};

}  // namespace logwood::exec
