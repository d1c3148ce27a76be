#include "cli/table.h"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>

#include "cli/limits.h"

namespace logwood::cli {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kCut = "…";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

/// The first `count` characters.
std::string_view first_characters(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (!is_continuation(text[at]) && count-- == 0) break;
    return text.substr(0, at);
}

/// On one line, and without what a terminal would take as a command.
std::string tame(std::string_view text) {
    std::string tamed(text);
    for (auto& c : tamed)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return tamed;
}

bool is_number(std::string_view text) {
    double number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

/// Milliseconds as a time that people read.
std::optional<std::string> time_text(std::string_view text) {
    std::int64_t ms = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    constexpr std::int64_t kYear9999Ms = 253'402'300'800'000;
    if (ms < -kYear9999Ms / 4 || ms >= kYear9999Ms) return std::nullopt;
    return date::format("%F %T",
                        date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)));
}

std::string cell_text(std::string_view column, std::string_view value) {
    bool is_time = column == "@timestamp" || column == "_bucket" || column == "@ingesttimestamp";
    if (is_time)
        if (auto time = time_text(value)) return *time;
    return tame(value);
}

bool is_dull(std::string_view field) {
    constexpr std::string_view kDull[] = {"@id",   "@ingesttimestamp", "@timestamp.nanos", "#repo",
                                          "#type", "@timezone"};
    return std::ranges::find(kDull, field) != std::end(kDull);
}

void merge_fields(const exec::ResultRows& rows, exec::ResultRows& into) {
    for (auto& field : rows.fields)
        if (std::ranges::find(into.fields, field) == into.fields.end())
            into.fields.push_back(field);
    if (into.field_order.empty()) into.field_order = rows.field_order;
}

}  // namespace

std::vector<std::string> result_columns(const exec::ResultRows& rows, bool all) {
    if (!rows.field_order.empty()) return rows.field_order;
    auto columns = rows.fields;
    if (!all && std::ranges::find(columns, "@rawstring") != columns.end())
        std::erase_if(columns, [](auto& field) { return is_dull(field); });
    auto rank = [](const std::string& field) {
        return field == "@timestamp" || field == "_bucket" ? 0 : field == "@rawstring" ? 2 : 1;
    };
    std::ranges::sort(columns, [&](auto& a, auto& b) {
        return std::pair(rank(a), std::string_view(a)) < std::pair(rank(b), std::string_view(b));
    });
    return columns;
}

void TextTable::measure() {
    columns_.assign(header_.size(), {});
    for (std::size_t i = 0; i < header_.size(); ++i) columns_[i].width = characters(header_[i]);
    std::vector<bool> has_value(header_.size());
    for (auto& line : lines_)
        for (std::size_t i = 0; i < header_.size() && i < line.size(); ++i) {
            columns_[i].width = std::max(columns_[i].width, characters(line[i]));
            if (line[i].empty()) continue;
            has_value[i] = true;
            columns_[i].is_number = columns_[i].is_number && is_number(line[i]);
        }
    for (std::size_t i = 0; i < header_.size(); ++i)
        columns_[i].is_number = columns_[i].is_number && has_value[i];
}

/// Cuts the widest columns to one width: the largest with which the line fits.
void TextTable::fit(std::size_t width) {
    if (width == 0 || columns_.empty()) return;
    auto gaps = kGap.size() * (columns_.size() - 1);
    auto total = [&](std::size_t cap) {
        auto sum = gaps;
        for (auto& column : columns_) sum += std::min(column.width, cap);
        return sum;
    };
    std::size_t cap = std::ranges::max(columns_, {}, &Column::width).width;
    while (cap > kTableColumnMin && total(cap) > width) --cap;
    for (auto& column : columns_) column.width = std::min(column.width, cap);
}

void TextTable::append_line(const Cells& cells, std::string& out) const {
    auto line_start = out.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) out += kGap;
        std::string_view text = i < cells.size() ? std::string_view(cells[i]) : "";
        auto count = characters(text);
        bool is_cut = count > columns_[i].width;
        if (is_cut) {
            text = first_characters(text, columns_[i].width - 1);
            count = columns_[i].width;
        }
        std::string padding(columns_[i].width - count, ' ');
        if (columns_[i].is_number) out += padding;
        out += text;
        if (is_cut) out += kCut;
        if (!columns_[i].is_number) out += padding;
    }
    while (out.size() > line_start && out.back() == ' ') out.pop_back();
    out += '\n';
}

void TextTable::render(std::size_t width, std::string& out) {
    measure();
    fit(width);
    append_line(header_, out);
    for (auto& line : lines_) append_line(line, out);
    lines_.clear();
}

std::vector<TextTable::Cells> ResultTable::cells_of(const exec::ResultRows& rows) const {
    constexpr auto kNowhere = static_cast<std::size_t>(-1);
    std::vector<std::size_t> places;
    for (auto& field : rows.fields) {
        auto at = std::ranges::find(columns_, field);
        places.push_back(at == columns_.end() ? kNowhere
                                              : static_cast<std::size_t>(at - columns_.begin()));
    }
    std::vector<TextTable::Cells> lines;
    for (auto& row : rows.rows) {
        auto& cells = lines.emplace_back(columns_.size());
        for (auto& [field, value] : row.values)
            if (places[field] != kNowhere)
                cells[places[field]] = cell_text(rows.fields[field], value);
    }
    return lines;
}

void ResultTable::add(const exec::ResultRows& rows, std::string& out) {
    if (table_) {
        for (auto& cells : cells_of(rows)) table_->append_line(cells, out);
        return;
    }
    first_.push_back(rows);
    first_rows_ += rows.rows.size();
    if (first_rows_ >= kTableRowsMeasured) start(out);
}

void ResultTable::start(std::string& out) {
    if (columns_.empty()) {
        exec::ResultRows all;
        for (auto& rows : first_) merge_fields(rows, all);
        columns_ = result_columns(all, false);
    }
    TextTable::Cells header;
    for (auto& column : columns_) header.push_back(tame(column));
    table_ = std::make_unique<TextTable>(std::move(header));
    for (auto& rows : first_)
        for (auto& cells : cells_of(rows)) table_->add(std::move(cells));
    first_.clear();
    table_->render(width_, out);
}

void ResultTable::finish(std::string& out) {
    if (!table_ && first_rows_ > 0) start(out);
}

}  // namespace logwood::cli
