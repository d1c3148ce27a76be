// Columns made by steps hold views into one arena, and into the columns they were made from.
#include "exec/columns/column_maker.h"

namespace logwood::exec {

using model::Column;

ColumnMaker::ColumnMaker(std::size_t rows_expected) : storage_(std::make_shared<Storage>()) {
    values_.reserve(rows_expected);
}

void ColumnMaker::add(std::string_view text) {
    if (model::is_missing(text) || WorkLimit::is_over()) return values_.push_back(model::kMissing);
    WorkLimit::note_text(text.size());
    values_.push_back(storage_->arena.add(text));
}

void ColumnMaker::keep_alive(std::shared_ptr<const void> owner) {
    if (owner) storage_->owners.push_back(std::move(owner));
}

void ColumnMaker::keep_alive(const Column& column) { keep_alive(column.values_owner()); }

Column ColumnMaker::finish() { return Column::plain(std::move(values_), std::move(storage_)); }

Column gather(const Column& column, std::span<const std::uint32_t> from) {
    switch (column.kind()) {
        case Column::Kind::kMissing:
            return Column::missing(from.size());
        case Column::Kind::kConstant:
            return Column::constant(column.values()[0], from.size(), column.values_owner());
        case Column::Kind::kDictionary: {
            std::vector<std::uint32_t> codes(from.size());
            auto old_codes = column.codes();
            for (std::size_t row = 0; row < from.size(); ++row) codes[row] = old_codes[from[row]];
            return Column::dictionary(std::move(codes), column.values(), column.values_owner());
        }
        case Column::Kind::kPlain: {
            std::vector<std::string_view> values(from.size());
            auto old_values = column.values();
            for (std::size_t row = 0; row < from.size(); ++row) values[row] = old_values[from[row]];
            return Column::plain(std::move(values), column.values_owner());
        }
    }
    return Column::missing(from.size());
}

Column gather_or_missing(const Column& column, std::span<const std::uint32_t> from) {
    std::vector<std::string_view> values(from.size(), model::kMissing);
    for (std::size_t row = 0; row < from.size(); ++row)
        if (from[row] != Column::kNoCode) values[row] = column[from[row]];
    return Column::plain(std::move(values), column.values_owner());
}

Column first_present(const Column& from, const Column& otherwise) {
    if (otherwise.kind() == Column::Kind::kMissing) return from;
    if (from.kind() == Column::Kind::kMissing) return otherwise;
    if (from.kind() == Column::Kind::kConstant) return from;
    ColumnMaker maker(from.rows());
    maker.keep_alive(from);
    maker.keep_alive(otherwise);
    for (std::size_t row = 0; row < from.rows(); ++row) {
        auto text = from[row];
        maker.add_borrowed(model::is_missing(text) ? otherwise[row] : text);
    }
    return maker.finish();
}

namespace {

/// The columns' texts back to back, and where each column's begin. Null: a column is plain.
struct JointDictionary {
    std::vector<std::string_view> values;
    std::vector<std::uint32_t> begins;
    std::vector<std::shared_ptr<const void>> owners;
};

std::shared_ptr<JointDictionary> join_dictionaries(std::span<const Column> columns,
                                                   std::size_t rows) {
    auto joint = std::make_shared<JointDictionary>();
    for (auto& column : columns) {
        joint->begins.push_back(static_cast<std::uint32_t>(joint->values.size()));
        joint->owners.push_back(column.values_owner());
        if (column.kind() == Column::Kind::kPlain) return nullptr;
        if (column.kind() == Column::Kind::kMissing) continue;
        joint->values.insert(joint->values.end(), column.values().begin(), column.values().end());
        if (joint->values.size() > 4 * rows + 1024) return nullptr;
    }
    return joint;
}

std::uint32_t code_at(const Column& column, std::uint32_t row) {
    if (column.kind() == Column::Kind::kMissing) return Column::kNoCode;
    return column.kind() == Column::Kind::kConstant ? 0 : column.codes()[row];
}

}  // namespace

Column interleave(std::span<const Column> columns, std::span<const std::uint32_t> which,
                  std::span<const std::uint32_t> rows) {
    if (columns.size() == 1) return gather(columns[0], rows);
    if (auto joint = join_dictionaries(columns, rows.size())) {
        std::vector<std::uint32_t> codes(rows.size());
        for (std::size_t row = 0; row < codes.size(); ++row) {
            auto code = code_at(columns[which[row]], rows[row]);
            codes[row] = code == Column::kNoCode ? code : joint->begins[which[row]] + code;
        }
        std::span<const std::string_view> values = joint->values;
        return Column::dictionary(std::move(codes), values, std::move(joint));
    }
    ColumnMaker maker(rows.size());
    for (auto& column : columns) maker.keep_alive(column);
    for (std::size_t row = 0; row < rows.size(); ++row)
        maker.add_borrowed(columns[which[row]][rows[row]]);
    return maker.finish();
}

}  // namespace logwood::exec
