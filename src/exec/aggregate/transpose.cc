// transpose(): rows become columns. The first rows of each group are kept whole, as sort() keeps
// them, and turned at the end.
#include <algorithm>
#include <map>

#include "exec/aggregate/finished_aggregate.h"
#include "exec/aggregate/row_order.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/plan/registry_rows.h"

namespace logwood::exec {
namespace {

using model::Column;

struct TransposeOptions {
    std::string header;  ///< The field whose values name the new columns; empty: `row[n]`.
    std::string column;
};

/// Adds texts by column and row; columns are in the order of their first text.
class TurnedTable {
 public:
    void add(const std::string& column, std::uint32_t row, std::string_view text) {
        auto [known, is_new] = index_.emplace(column, columns_.size());
        if (is_new) columns_.emplace_back(column, std::map<std::uint32_t, std::string_view>());
        columns_[known->second].second.insert_or_assign(row, text);
    }
    void finish(RowTable& into, std::size_t rows) const {
        into.rows = rows;
        for (auto& [name, texts] : columns_) {
            ColumnMaker maker(rows);
            for (std::uint32_t row = 0; row < rows; ++row) {
                auto found = texts.find(row);
                maker.add(found == texts.end() ? model::kMissing : found->second);
            }
            into.columns.emplace_back(name, maker.finish());
            into.field_order.push_back(name);
        }
    }

 private:
    std::map<std::string, std::size_t> index_;
    std::vector<std::pair<std::string, std::map<std::uint32_t, std::string_view>>> columns_;
};

/// One row for each field that a row of the group has, by name.
GroupedRows turn(const GroupedRows& rows, const TransposeOptions& options) {
    std::vector<std::pair<std::string, const Column*>> fields;
    for (auto& [name, column] : rows.table.columns)
        if (name != options.header) fields.emplace_back(name, &column);
    std::ranges::sort(fields);
    auto* headers = options.header.empty() ? nullptr : rows.table.find(options.header);
    GroupedRows out;
    TurnedTable turned;
    for (std::uint32_t begin = 0; begin < rows.groups.size();) {
        auto group = rows.groups[begin];
        auto end = begin;
        while (end < rows.groups.size() && rows.groups[end] == group) ++end;
        for (auto& [name, column] : fields) {
            auto row = static_cast<std::uint32_t>(out.groups.size());
            bool is_there = false;
            for (auto from = begin; from < end; ++from) {
                auto text = (*column)[from];
                if (model::is_missing(text)) continue;
                if (!is_there) turned.add(options.column, row, name);
                is_there = true;
                auto header = headers ? (*headers)[from] : model::kMissing;
                bool has_name = !model::is_missing(header) && !header.empty();
                turned.add(has_name ? std::string(header)
                                    : "row[" + std::to_string(from - begin + 1) + "]",
                           row, text);
            }
            if (is_there) out.groups.push_back(group);
        }
        begin = end;
    }
    turned.finish(out.table, out.groups.size());
    out.table.warnings = rows.table.warnings;
    return out;
}

}  // namespace

lang::Checked<AggregatePtr> make_transpose(const lang::BoundCall& call, Compiler&) {
    auto limit = call.number("limit");
    if (!(limit >= 1 && limit <= double(kTransposedRowsMax)))
        return wrong_argument(call, "limit", "the limit must be between 1 and 1000");
    TransposeOptions options{
        call.text("header", call.text("pivot")),
        call.has("column") ? call.text("column") : call.text("pivot", call.text("column"))};
    auto first_rows = row_order_aggregate(
        {RowOrderOptions::By::kFields, {}, {}, static_cast<std::uint64_t>(limit), ""});
    auto finish = [options](GroupedRows rows) -> Result<GroupedRows> {
        return turn(rows, options);
    };
    return finished_aggregate(std::move(first_rows), finish);
}

}  // namespace logwood::exec
