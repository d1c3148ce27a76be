#include "api/export_format.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "api/row_json.h"
#include "base/csv_text.h"

namespace logwood::api {

namespace {

/// One object a line.
class NdjsonFormat : public ExportFormat {
 public:
    std::string_view content_type() const override { return "application/x-ndjson"; }
    std::string begin(const exec::ResultRows*, const std::vector<std::string>&) override {
        return {};
    }
    void append(std::string& out, const exec::ResultRows& rows, std::size_t begin,
                std::size_t end) override {
        RowJson json(rows);
        for (auto row = begin; row < end; ++row) {
            json.append(out, rows.rows[row]);
            out += '\n';
        }
    }
};

/// One array; a client that was cut off sees that it is not closed.
class JsonFormat : public ExportFormat {
 public:
    std::string_view content_type() const override { return "application/json"; }
    std::string begin(const exec::ResultRows*, const std::vector<std::string>&) override {
        return "[";
    }
    void append(std::string& out, const exec::ResultRows& rows, std::size_t begin,
                std::size_t end) override {
        RowJson json(rows);
        for (auto row = begin; row < end; ++row) {
            if (!std::exchange(is_first_, false)) out += ",\n";
            json.append(out, rows.rows[row]);
        }
    }
    std::string end() const override { return "]"; }

 private:
    bool is_first_ = true;
};

/// The raw text of each event, or `a->hello, b->world` without one; nothing is escaped.
class TextFormat : public ExportFormat {
 public:
    std::string_view content_type() const override { return "text/plain; charset=UTF-8"; }
    std::string begin(const exec::ResultRows*, const std::vector<std::string>&) override {
        return {};
    }
    void append(std::string& out, const exec::ResultRows& rows, std::size_t begin,
                std::size_t end) override {
        auto raw = static_cast<std::size_t>(std::ranges::find(rows.fields, "@rawstring") -
                                            rows.fields.begin());
        for (auto row = begin; row < end; ++row) {
            append_row(out, rows, rows.rows[row], raw);
            out += '\n';
        }
    }

 private:
    static void append_row(std::string& out, const exec::ResultRows& rows,
                           const exec::ResultRow& row, std::size_t raw) {
        for (auto& [field, value] : row.values)
            if (field == raw) {
                out += value;
                return;
            }
        bool is_first = true;
        for (auto& [field, value] : row.values) {
            if (!std::exchange(is_first, false)) out += ", ";
            out += rows.fields[field];
            out += "->";
            out += value;
        }
    }
};

/// RFC 4180 with a header line. The columns stand before the first row: those that the query names,
/// in its order, or else all that occur, by name.
class CsvFormat : public ExportFormat {
 public:
    std::string_view content_type() const override { return "text/csv; charset=UTF-8"; }
    bool needs_columns(const exec::ResultRows& first) const override {
        return first.field_order.empty();
    }
    std::string begin(const exec::ResultRows* first,
                      const std::vector<std::string>& columns) override {
        if (!first) return {};
        columns_ = needs_columns(*first) ? columns : first->field_order;
        std::string header;
        for (auto& column : columns_) append_cell(header, column, &column == columns_.data());
        return header + "\r\n";
    }
    void append(std::string& out, const exec::ResultRows& rows, std::size_t begin,
                std::size_t end) override {
        std::vector<std::optional<std::size_t>> column_of(rows.fields.size());
        for (std::size_t i = 0; i < rows.fields.size(); ++i) {
            auto at = std::ranges::find(columns_, rows.fields[i]);
            if (at != columns_.end())
                column_of[i] = static_cast<std::size_t>(at - columns_.begin());
        }
        std::vector<std::string_view> cells(columns_.size());
        for (auto row = begin; row < end; ++row) {
            std::ranges::fill(cells, std::string_view());
            for (auto& [field, value] : rows.rows[row].values)
                if (column_of[field]) cells[*column_of[field]] = value;
            for (std::size_t i = 0; i < cells.size(); ++i) append_cell(out, cells[i], i == 0);
            out += "\r\n";
        }
    }

 private:
    static void append_cell(std::string& out, std::string_view text, bool is_first) {
        if (!is_first) out += ',';
        append_csv_cell(out, text);
    }

    std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<ExportFormat> choose_export_format(std::string_view accept) {
    auto names = [&](std::string_view type) { return accept.find(type) != accept.npos; };
    if (names("application/x-ndjson")) return std::make_unique<NdjsonFormat>();
    if (names("application/json")) return std::make_unique<JsonFormat>();
    if (names("text/csv")) return std::make_unique<CsvFormat>();
    return std::make_unique<TextFormat>();
}

}  // namespace logwood::api
