#include "cli/row_output.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "api/row_json.h"
#include "base/csv_text.h"
#include "cli/level_colour.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace logwood::cli {
namespace {

using exec::ResultRow;
using exec::ResultRows;

/// For each field of the rows its place among `columns`.
std::vector<std::optional<std::size_t>> places_of(const ResultRows& rows,
                                                  const std::vector<std::string>& columns) {
    std::vector<std::optional<std::size_t>> places(rows.fields.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        auto at = std::ranges::find(columns, rows.fields[i]);
        if (at != columns.end()) places[i] = static_cast<std::size_t>(at - columns.begin());
    }
    return places;
}

/// A row's values by column; those it lacks have no data.
class Cells {
 public:
    Cells(const ResultRows& rows, const std::vector<std::string>& columns)
        : places_(places_of(rows, columns)), cells_(columns.size()) {}

    const std::vector<std::string_view>& of(const ResultRow& row) {
        std::ranges::fill(cells_, std::string_view());
        for (auto& [field, value] : row.values)
            if (places_[field]) cells_[*places_[field]] = value;
        return cells_;
    }

 private:
    std::vector<std::optional<std::size_t>> places_;
    std::vector<std::string_view> cells_;
};

class JsonOutput final : public RowOutput {
 public:
    explicit JsonOutput(std::vector<std::string> columns) : columns_(std::move(columns)) {}

    Result<void> append(const ResultRows& rows, std::string& out) override {
        api::RowJson json(rows);
        auto places = places_of(rows, columns_);
        ResultRow chosen;
        for (auto& row : rows.rows) {
            if (!columns_.empty()) choose(row, places, chosen);
            json.append(out, columns_.empty() ? row : chosen);
            out += '\n';
        }
        return {};
    }
    bool is_stateless() const override { return true; }

 private:
    static void choose(const ResultRow& row, const std::vector<std::optional<std::size_t>>& places,
                       ResultRow& chosen) {
        chosen.values.clear();
        for (auto& value : row.values)
            if (places[value.first]) chosen.values.push_back(value);
        std::ranges::sort(chosen.values, {}, [&](auto& value) { return places[value.first]; });
    }

    std::vector<std::string> columns_;
};

/// The raw text of each event; other rows, and chosen columns, as the server's text format has it.
class TextOutput final : public RowOutput {
 public:
    explicit TextOutput(RowOutputOptions options)
        : columns_(std::move(options.columns)), is_coloured_(options.is_coloured) {}

    Result<void> append(const ResultRows& rows, std::string& out) override {
        auto raw = static_cast<std::size_t>(std::ranges::find(rows.fields, "@rawstring") -
                                            rows.fields.begin());
        Cells cells(rows, columns_);
        for (auto& row : rows.rows) {
            auto colour = is_coloured_ ? colour_of(rows, row, raw) : std::string_view();
            out += colour;
            if (columns_.empty())
                append_row(rows, row, raw, out);
            else
                append_cells(cells.of(row), out);
            if (!colour.empty()) out += kNoColour;
            out += '\n';
        }
        return {};
    }
    bool is_stateless() const override { return true; }

 private:
    static std::string_view colour_of(const ResultRows& rows, const ResultRow& row,
                                      std::size_t raw) {
        std::string_view line;
        for (auto& [field, value] : row.values) {
            if (names_level(rows.fields[field])) return colour_of_level(value);
            if (field == raw) line = value;
        }
        return colour_of_line(line);
    }
    static void append_row(const ResultRows& rows, const ResultRow& row, std::size_t raw,
                           std::string& out) {
        for (auto& [field, value] : row.values)
            if (field == raw) {
                out += value;
                return;
            }
        bool is_first = true;
        for (auto& [field, value] : row.values) {
            if (!std::exchange(is_first, false)) out += ", ";
            out.append(rows.fields[field]).append("->").append(value);
        }
    }
    static void append_cells(const std::vector<std::string_view>& cells, std::string& out) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) out += '\t';
            out += cells[i];
        }
    }

    std::vector<std::string> columns_;
    bool is_coloured_;
};

/// RFC 4180, or tab-separated values with `\t`, `\n`, `\r` and `\\` in place of what they stand
/// for.
class SeparatedOutput final : public RowOutput {
 public:
    explicit SeparatedOutput(RowOutputOptions options) : options_(std::move(options)) {}

    Result<void> append(const ResultRows& rows, std::string& out) override {
        if (rows.rows.empty() && rows.field_order.empty()) return {};
        if (!has_header_) {
            TRY_OK(choose_columns(rows));
            append_line({options_.columns.begin(), options_.columns.end()}, out);
            has_header_ = true;
        }
        Cells cells(rows, options_.columns);
        for (auto& row : rows.rows) append_line(cells.of(row), out);
        return {};
    }

 private:
    Result<void> choose_columns(const ResultRows& rows) {
        if (!options_.columns.empty()) return {};
        if (options_.is_stream && rows.field_order.empty())
            return fail(Code::kInvalidArgument,
                        "csv and tsv need columns that are known before the first row: give "
                        "--columns, or end the query with select([...]) or table([...])");
        options_.columns = result_columns(rows, true);
        return {};
    }

    void append_line(const std::vector<std::string_view>& cells, std::string& out) const {
        bool is_csv = options_.format == Format::kCsv;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) out += is_csv ? ',' : '\t';
            is_csv ? append_csv_cell(out, cells[i]) : append_escaped(out, cells[i]);
        }
        out += is_csv ? "\r\n" : "\n";
    }
    static void append_escaped(std::string& out, std::string_view text) {
        for (char c : text) {
            constexpr std::string_view kSpecial = "\t\n\r\\";
            auto at = kSpecial.find(c);
            if (at == std::string_view::npos)
                out += c;
            else
                out.append({'\\', "tnr\\"[at]});
        }
    }

    RowOutputOptions options_;
    bool has_header_ = false;
};

class TableOutput final : public RowOutput {
 public:
    explicit TableOutput(RowOutputOptions options)
        : table_(std::move(options.columns), options.width), is_coloured_(options.is_coloured) {}
    Result<void> append(const ResultRows& rows, std::string& out) override {
        auto before = out.size();
        table_.add(rows, out);
        mark_header(out, before);
        return {};
    }
    void finish(std::string& out) override {
        auto before = out.size();
        table_.finish(out);
        mark_header(out, before);
    }

 private:
    /// The first line of all that comes.
    void mark_header(std::string& out, std::size_t begin) {
        if (!is_coloured_ || out.size() == begin || std::exchange(has_header_, true)) return;
        out.insert(std::min(out.find('\n', begin), out.size()), kNoColour);
        out.insert(begin, kBold);
    }

    ResultTable table_;
    bool is_coloured_;
    bool has_header_ = false;
};

}  // namespace

void add_output_options(CLI::App& verb, OutputOptions& options) {
    verb.add_option("-o,--format", options.format,
                    "text: events as text; json: an object a line; csv, tsv: with a header; table. "
                    "Default: json, on a terminal text or table")
        ->check(CLI::IsMember({"text", "json", "csv", "tsv", "table"}));
    verb.add_option("--columns", options.columns, "Only these fields, in this order: a,b,c")
        ->delimiter(',')
        ->allow_extra_args(false);
    verb.add_option("--color", options.colour, "Events by their level, headers of tables")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
}

bool wants_colour(const OutputOptions& options) {
    if (options.colour != "auto") return options.colour == "always";
    return terminal_width() > 0 && may_show_colour();
}

Format choose_format(const OutputOptions& options, bool gives_events) {
    if (options.format == "text") return Format::kText;
    if (options.format == "json") return Format::kJson;
    if (options.format == "csv") return Format::kCsv;
    if (options.format == "tsv") return Format::kTsv;
    if (options.format == "table") return Format::kTable;
    if (terminal_width() == 0) return Format::kJson;
    return gives_events ? Format::kText : Format::kTable;
}

std::unique_ptr<RowOutput> make_row_output(RowOutputOptions options) {
    switch (options.format) {
        case Format::kText:
            return std::make_unique<TextOutput>(std::move(options));
        case Format::kJson:
            return std::make_unique<JsonOutput>(std::move(options.columns));
        case Format::kCsv:
        case Format::kTsv:
            return std::make_unique<SeparatedOutput>(std::move(options));
        case Format::kTable:
            return std::make_unique<TableOutput>(std::move(options));
    }
    return nullptr;
}

}  // namespace logwood::cli
