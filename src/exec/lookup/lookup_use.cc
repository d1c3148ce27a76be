#include "exec/lookup/lookup_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/plan/inputs.h"
#include "exec/work_limit.h"

namespace logwood::exec {

using model::Column;

namespace {

/// Does the file have a text? Asked once for each distinct one.
TextPredicatePtr has_row(const LookupIndex& index) {
    return text_predicate(
        [&index](std::string_view text) {
            thread_local std::vector<std::uint32_t> rows;
            rows.clear();
            index.find(std::span(&text, 1), 1, rows);
            return !rows.empty();
        },
        index.cost());
}

/// The columns that the fields are compared with.
std::vector<std::string> key_columns(const LookupRequest& request,
                                     const std::vector<std::string>& columns, bool is_keyed) {
    if (!request.columns.empty()) return request.columns;
    if (is_keyed && request.fields.size() == 1) return {columns[0]};
    return request.fields;
}

bool includes_all(const LookupRequest& request) {
    return request.include.empty() || request.include == std::vector<std::string>{"*"};
}

LookupTablePtr table_without_rows(const LookupRequest& request) {
    LookupTableBuilder builder;
    for (const auto& name : key_columns(request, {}, false)) builder.column(name);
    if (!includes_all(request))
        for (const auto& name : request.include) builder.column(name);
    return builder.finish();
}

std::string no_column(const LookupRequest& request, std::string_view column,
                      const std::vector<std::string>& columns) {
    constexpr std::size_t kNamed = 10;
    std::string known;
    for (std::size_t i = 0; i < std::min(columns.size(), kNamed); ++i)
        known += (i ? ", " : "") + columns[i];
    if (columns.size() > kNamed) known += ", …";
    return fmt::format("the file `{}` has no column `{}`; it has {}", request.file, column, known);
}

/// Checks all columns named; the first one that is not there, and the argument that named it.
std::optional<std::pair<std::string, std::string>> find_wrong_column(
    const LookupRequest& request, const std::vector<std::string>& columns, bool is_keyed) {
    auto is_known = [&](const std::string& name) {
        return std::ranges::find(columns, name) != columns.end();
    };
    for (const auto& name : key_columns(request, columns, is_keyed))
        if (!is_known(name)) return std::pair(request.columns.empty() ? "field" : "column", name);
    if (!includes_all(request))
        for (const auto& name : request.include)
            if (!is_known(name)) return std::pair("include", name);
    return std::nullopt;
}

}  // namespace

lang::Checked<LookupFilePtr> find_lookup_file(const lang::BoundCall& call,
                                              std::string_view parameter, const std::string& name,
                                              Compiler& compiler) {
    if (compiler.is_parser()) return nullptr;
    if (compiler.inputs())
        if (auto table = compiler.inputs()->table(name)) return table;
    const auto& find = compiler.options().lookups.file;
    if (!find) return wrong_argument(call, parameter, "lookup files cannot be used here");
    auto file = find(name);
    if (!file)
        return wrong_argument(
            call, parameter,
            fmt::format("there is no file `{}` here; a shared one is named /shared/NAME", name));
    return file;
}

lang::Checked<std::shared_ptr<const LookupUse>> LookupUse::make(LookupRequest request,
                                                                const lang::BoundCall& call,
                                                                Compiler& compiler) {
    LANG_TRY(auto file, find_lookup_file(call, "file", request.file, compiler));
    if (!request.columns.empty() && request.columns.size() != request.fields.size())
        return wrong_argument(call, "column",
                              fmt::format("there are {} columns for {} fields",
                                          request.columns.size(), request.fields.size()));
    if (request.mode == LookupMode::kCidr && request.fields.size() != 1)
        return wrong_argument(call, "field", "mode=cidr takes one field");
    if (file && file->knows_columns()) {
        auto& columns = file->columns();
        if (auto wrong = find_wrong_column(request, columns, file->is_keyed()))
            return wrong_argument(call, wrong->first, no_column(request, wrong->second, columns));
    }
    auto lookups = file ? Lookups{} : compiler.options().lookups;
    return std::shared_ptr<const LookupUse>(
        new LookupUse(std::move(request), std::move(lookups), std::move(file)));
}

std::shared_ptr<const LookupUse> LookupUse::of_table(LookupRequest request, LookupFilePtr table) {
    return std::shared_ptr<const LookupUse>(
        new LookupUse(std::move(request), {}, std::move(table)));
}

Result<std::shared_ptr<const LookupUse::Ready>> LookupUse::ready() const {
    std::lock_guard lock(mutex_);
    if (file_ && ready_) return ready_;
    auto file = file_ ? file_ : lookups_.file ? lookups_.file(request_.file) : nullptr;
    if (!file) return std::shared_ptr<const Ready>();
    auto made = [&]() -> Result<std::shared_ptr<const Ready>> {
        TRY(auto table, file->table());
        if (ready_ && ready_->table == table) return ready_;
        // Without a row nobody knows which columns there would be.
        if (!file->knows_columns() && table->rows() == 0) table = table_without_rows(request_);
        return make_ready(std::move(table));
    }();
    if (!made)
        return fail(std::move(made).error().with_context(
            fmt::format("{}(): file `{}`", request_.function, request_.file)));
    ready_ = *made;
    return ready_;
}

Result<std::shared_ptr<const LookupUse::Ready>> LookupUse::make_ready(LookupTablePtr table) const {
    const auto& columns = table->columns();
    if (auto wrong = find_wrong_column(request_, columns, table->is_keyed()))
        return fail(Code::kInvalidArgument, no_column(request_, wrong->second, columns));
    auto ready = std::make_shared<Ready>();
    LookupKey key{.mode = request_.mode, .ignore_case = request_.ignore_case};
    for (const auto& name : key_columns(request_, columns, table->is_keyed()))
        key.columns.push_back(*table->find_column(name));
    if (includes_all(request_)) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (std::ranges::find(key.columns, i) == key.columns.end()) ready->include.push_back(i);
    } else {
        for (const auto& name : request_.include)
            ready->include.push_back(*table->find_column(name));
    }
    TRY(ready->index, table->index(key));
    if (request_.fields.size() == 1)
        ready->filter = field_filter(request_.fields[0], has_row(*ready->index));
    ready->table = std::move(table);
    return ready;
}

Result<Mask> LookupUse::test(const Ready& ready, const std::vector<std::string>& fields,
                             Batch& batch) {
    if (ready.filter) return ready.filter->test(batch);
    TRY(auto hits, find_rows(ready, fields, 1, batch));
    Mask mask(batch.rows());
    for (std::size_t row = 0; row < mask.size(); ++row)
        mask[row] = hits.lists[row] != LookupHits::kNone;
    return mask;
}

namespace {

/// Appends the list of rows for some values; kNone when there are none.
std::uint32_t add_list(const LookupIndex& index, std::span<const std::string_view> values,
                       std::size_t rows_max, LookupHits& hits) {
    auto before = hits.rows.size();
    index.find(values, rows_max, hits.rows);
    if (hits.rows.size() == before) return LookupHits::kNone;
    hits.begins.push_back(static_cast<std::uint32_t>(before));
    return static_cast<std::uint32_t>(hits.begins.size() - 1);
}

}  // namespace

Result<LookupHits> find_rows(const LookupUse::Ready& ready, const std::vector<std::string>& fields,
                             std::size_t rows_max, Batch& batch) {
    LookupHits hits;
    if (fields.size() == 1) {
        TRY(auto column, batch.column(fields[0]));
        hits.lists = map_rows<std::uint32_t>(column, LookupHits::kNone, [&](std::string_view text) {
            return add_list(*ready.index, std::span(&text, 1), rows_max, hits);
        });
    } else {
        std::vector<Column> columns;
        for (const auto& field : fields) {
            TRY(auto column, batch.column(field));
            columns.push_back(std::move(column));
        }
        hits.lists.assign(batch.rows(), LookupHits::kNone);
        std::vector<std::string_view> values(columns.size());
        for (std::size_t row = 0; row < hits.lists.size(); ++row) {
            for (std::size_t i = 0; i < columns.size(); ++i) values[i] = columns[i][row];
            if (std::ranges::none_of(values, model::is_missing) && !WorkLimit::is_over())
                hits.lists[row] = add_list(*ready.index, values, rows_max, hits);
        }
    }
    hits.begins.push_back(static_cast<std::uint32_t>(hits.rows.size()));
    return hits;
}

LookupColumns::LookupColumns(LookupTablePtr table, std::vector<std::uint32_t> rows)
    : table_(std::move(table)), codes_(std::move(rows)) {
    auto number = [&](std::uint32_t& code, auto& known, std::uint32_t unknown) {
        auto& place = known[code];
        if (place == unknown) {
            place = static_cast<std::uint32_t>(distinct_.size());
            distinct_.push_back(code);
        }
        code = place;
    };
    bool is_small = table_->rows() <= 4 * codes_.size() + 1024;
    std::vector<std::uint32_t> small(is_small ? table_->rows() : 0, Column::kNoCode);
    std::unordered_map<std::uint32_t, std::uint32_t> large;
    for (auto& code : codes_) {
        if (code == LookupHits::kNone) continue;
        if (is_small)
            number(code, small, Column::kNoCode);
        else if (auto at = large.find(code); at != large.end())
            code = at->second;
        else
            number(code, large, 0);
    }
}

Column LookupColumns::column(std::size_t of_table) const {
    static_assert(LookupHits::kNone == Column::kNoCode);
    std::vector<std::string_view> values;
    std::vector<std::uint32_t> renamed(distinct_.size(), Column::kNoCode);
    for (std::size_t code = 0; code < distinct_.size(); ++code) {
        auto text = table_->value(distinct_[code], of_table);
        if (model::is_missing(text)) continue;
        renamed[code] = static_cast<std::uint32_t>(values.size());
        values.push_back(text);
    }
    if (values.empty()) return Column::missing(codes_.size());
    auto codes = codes_;
    if (values.size() < distinct_.size())
        for (auto& code : codes)
            if (code != Column::kNoCode) code = renamed[code];
    return Column::dictionary(std::move(codes), std::move(values), table_);
}

}  // namespace logwood::exec
