// Values are kept field by field with the row they belong to, so that rare fields take no space in
// other rows until the end.
#include "exec/columns/field_collector.h"

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

FieldCollector::FieldCollector(Rename rename, Duplicates duplicates)
    : rename_(std::move(rename)), duplicates_(duplicates) {}

std::uint32_t FieldCollector::find(std::string_view name) {
    if (!names_.empty()) {
        auto guess = names_[last_].next;
        if (guess < names_.size() && names_[guess].parsed == name) return last_ = guess;
    }
    std::string key(name);
    auto known = name_index_.find(key);
    std::uint32_t found = 0;
    if (known != name_index_.end()) {
        found = known->second;
    } else {
        found = static_cast<std::uint32_t>(names_.size());
        auto made = kLeftOut;
        auto shown = rename_ ? rename_(name) : std::optional(key);
        if (shown && !shown->empty()) {
            auto [at, is_new] =
                made_index_.emplace(*shown, static_cast<std::uint32_t>(made_.size()));
            if (is_new) made_.push_back({*shown, {}, {}});
            made = at->second;
        }
        names_.push_back({key, made, 0});
        name_index_.emplace(std::move(key), found);
    }
    names_[last_].next = found;
    return last_ = found;
}

void FieldCollector::field(std::string_view name, std::string_view value) {
    auto index = names_[find(name)].made;
    if (index == kLeftOut) return;
    auto& made = made_[index];
    if (!made.rows.empty() && made.rows.back() == row_) {
        if (duplicates_ == Duplicates::kKeepLast) made.values.back() = arena_->add(value);
        return;
    }
    made.rows.push_back(row_);
    made.values.push_back(arena_->add(value));
}

void FieldCollector::end_row() { ++row_; }

void FieldCollector::discard_row() {
    for (auto& made : made_) {
        if (made.rows.empty() || made.rows.back() != row_) continue;
        made.rows.pop_back();
        made.values.pop_back();
    }
}

Result<std::vector<std::pair<std::string, Column>>> FieldCollector::finish() {
    std::vector<std::pair<std::string, Column>> columns;
    if (made_.size() * std::uint64_t(row_) > kFieldCellsMax)
        return fail(Code::kTooLarge,
                    "parsing makes too many different fields: " + std::to_string(made_.size()));
    for (auto& made : made_) {
        if (made.rows.empty()) continue;
        if (made.rows.size() == row_) {
            columns.emplace_back(made.name, Column::plain(std::move(made.values), arena_));
            continue;
        }
        std::vector<std::uint32_t> codes(row_, Column::kNoCode);
        for (std::uint32_t i = 0; i < made.rows.size(); ++i) codes[made.rows[i]] = i;
        columns.emplace_back(made.name,
                             Column::dictionary(std::move(codes), std::move(made.values), arena_));
    }
    return columns;
}

namespace {

/// The texts of a column, each once where that is known, and for each row which one it has.
struct DistinctTexts {
    std::vector<std::string_view> texts;
    std::vector<std::uint32_t> of_rows;  ///< kNoCode: none.
};

DistinctTexts distinct_texts(const Column& column) {
    DistinctTexts out;
    out.of_rows.assign(column.rows(), Column::kNoCode);
    if (column.kind() == Column::Kind::kConstant) {
        out.texts.push_back(column.values()[0]);
        out.of_rows.assign(column.rows(), 0);
        return out;
    }
    bool has_table =
        column.kind() == Column::Kind::kDictionary && internal::codes_worth_a_table(column);
    std::vector<std::uint32_t> table(has_table ? column.values().size() : 0, Column::kNoCode);
    for (std::size_t row = 0; row < column.rows(); ++row) {
        auto text = column[row];
        if (model::is_missing(text)) continue;
        auto next = static_cast<std::uint32_t>(out.texts.size());
        if (has_table) {
            auto& known = table[column.codes()[row]];
            if (known == Column::kNoCode) {
                known = next;
                out.texts.push_back(text);
            }
            out.of_rows[row] = known;
        } else {
            out.of_rows[row] = next;
            out.texts.push_back(text);
        }
    }
    return out;
}

}  // namespace

Result<void> parse_field(Batch& batch, std::string_view field, FieldCollector& collector,
                         const ParseText& parse, bool keeps_existing, Column* errors) {
    TRY(auto column, batch.column(field));
    if (errors) *errors = Column::missing(batch.rows());
    if (column.kind() == Column::Kind::kMissing) return {};
    auto distinct = distinct_texts(column);
    bool is_spread = distinct.texts.size() != column.rows();
    auto spread = [&](const Column& made) {
        return is_spread ? gather_or_missing(made, distinct.of_rows) : made;
    };
    ColumnMaker messages(distinct.texts.size());
    bool has_errors = false;
    for (auto text : distinct.texts) {
        auto parsed = parse(text, collector);
        if (!parsed) collector.discard_row();
        collector.end_row();
        if (!errors) continue;
        messages.add(parsed ? model::kMissing : std::string_view(parsed.error().message));
        has_errors = has_errors || !parsed;
    }
    TRY(auto columns, collector.finish());
    for (auto& [name, made] : columns) {
        auto values = spread(made);
        if (keeps_existing) {
            TRY(auto old, batch.column(name));
            if (old.kind() != Column::Kind::kMissing) values = first_present(old, values);
        }
        TRY_OK(batch.assign(name, Values(values)));
    }
    if (has_errors) *errors = spread(messages.finish());
    return {};
}

}  // namespace logwood::exec
