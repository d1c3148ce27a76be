// readFile(): the rows of lookup files, instead of events.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/aggregate/own_rows.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/lookup/lookup_use.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {

namespace {

struct ReadFileRequest {
    std::vector<LookupFilePtr> files;
    std::vector<std::string> include;  ///< Empty: all columns.
    std::size_t rows_max = SIZE_MAX;
};

/// All rows of the tables, as many as are asked for.
Result<RowTable> read_rows(const ReadFileRequest& request) {
    std::vector<LookupTablePtr> tables;
    auto names = request.include;
    RowTable out;
    for (const auto& file : request.files) {
        TRY(auto table, file->table());
        out.rows += table->rows();
        if (request.include.empty())
            for (const auto& name : table->columns())
                if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        tables.push_back(std::move(table));
    }
    out.rows = std::min(out.rows, request.rows_max);
    if (out.rows * names.size() > kReadFileCellsMax)
        return fail(Code::kTooLarge,
                    fmt::format("readFile(): {} rows of {} columns are more than the {} values "
                                "that it may read; give a limit, or include fewer columns",
                                out.rows, names.size(), kReadFileCellsMax));
    for (const auto& name : names) {
        ColumnMaker maker(out.rows);
        for (const auto& table : tables) {
            maker.keep_alive(table);
            auto column = table->find_column(name);
            for (std::size_t row = 0; row < table->rows() && maker.rows() < out.rows; ++row)
                maker.add_borrowed(column ? table->value(row, *column) : model::kMissing);
        }
        out.columns.emplace_back(name, maker.finish());
    }
    out.field_order = std::move(names);
    return out;
}

}  // namespace

lang::Checked<AggregatePtr> make_read_file(const lang::BoundCall& call, Compiler& compiler) {
    ReadFileRequest request{.files = {}, .include = call.texts("include")};
    if (request.include == std::vector<std::string>{"*"}) request.include.clear();
    for (const auto& name : call.texts("file")) {
        LANG_TRY(auto file, find_lookup_file(call, "file", name, compiler));
        request.files.push_back(std::move(file));
    }
    if (request.files.empty()) return wrong_argument(call, "file", "a file is needed");
    for (const auto& column : request.include) {
        auto has_it = [&](const LookupFilePtr& file) {
            return !file->knows_columns() ||
                   std::ranges::find(file->columns(), column) != file->columns().end();
        };
        if (std::ranges::none_of(request.files, has_it))
            return wrong_argument(call, "include", fmt::format("there is no column `{}`", column));
    }
    if (call.has("limit")) {
        request.rows_max = call.limit("limit", SIZE_MAX);
        if (request.rows_max == 0) return wrong_argument(call, "limit", "limit must be at least 1");
    }
    return own_rows([request = std::move(request)] { return read_rows(request); });
}

}  // namespace logwood::exec
