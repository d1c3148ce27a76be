#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exec/query.h"

namespace logwood::cli {

/// The columns of rows: in the order that the query gives, else times first, raw texts last, names
/// in between. Without `all`, what hardly anybody reads in a table is left out.
std::vector<std::string> result_columns(const exec::ResultRows& rows, bool all);

/// Lines of aligned cells under a header. Columns of numbers stand to the right.
class TextTable {
 public:
    using Cells = std::vector<std::string>;

    explicit TextTable(Cells header) : header_(std::move(header)) {}
    void add(Cells cells) { lines_.push_back(std::move(cells)); }
    /// Decides the widths, at most `width` characters in all (0: without bound), and renders
    /// header and lines. Once.
    void render(std::size_t width, std::string& out);
    /// One more line, cut to the widths.
    void append_line(const Cells& cells, std::string& out) const;

 private:
    struct Column {
        std::size_t width = 0;
        bool is_number = true;
    };
    void measure();
    void fit(std::size_t width);

    Cells header_;
    std::vector<Cells> lines_;
    std::vector<Column> columns_;
};

/// Query results as a table. The first kTableRowsMeasured rows are held back to decide columns and
/// widths; those that follow are cut to them.
class ResultTable {
 public:
    /// `columns` and `width`: see RowOutputOptions.
    ResultTable(std::vector<std::string> columns, std::size_t width)
        : columns_(std::move(columns)), width_(width) {}

    void add(const exec::ResultRows& rows, std::string& out);
    void finish(std::string& out);

 private:
    void start(std::string& out);
    std::vector<TextTable::Cells> cells_of(const exec::ResultRows& rows) const;

    std::vector<std::string> columns_;
    std::size_t width_;
    std::vector<exec::ResultRows> first_;
    std::size_t first_rows_ = 0;
    std::unique_ptr<TextTable> table_;  ///< Once started.
};

}  // namespace logwood::cli
