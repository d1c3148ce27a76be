#include "exec/lookup/made_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "exec/limits.h"

namespace logwood::exec {

namespace {

/// Which column each field of the rows goes to.
std::vector<std::optional<std::size_t>> columns_of(const ResultRows& rows, bool takes_all,
                                                   const std::vector<std::string>& wanted,
                                                   LookupTableBuilder& builder) {
    for (const auto& name : wanted) builder.column(name);
    std::vector<std::optional<std::size_t>> of_fields;
    for (const auto& field : rows.fields) {
        bool is_wanted = takes_all || std::ranges::find(wanted, field) != wanted.end();
        of_fields.push_back(is_wanted ? std::optional(builder.column(field)) : std::nullopt);
    }
    return of_fields;
}

}  // namespace

Result<LookupTablePtr> MadeTable::table() const {
    std::lock_guard lock(mutex_);
    if (!table_)
        return fail(Code::kInternal, fmt::format("{} is asked before it is made", options_.name));
    return table_;
}

Result<std::vector<Warning>> MadeTable::take(const ResultRows& rows) {
    std::vector<Warning> warnings;
    auto count = std::min<std::uint64_t>(rows.rows.size(), options_.rows_max);
    if (count < rows.rows.size() && options_.warns)
        warnings.push_back({"RowLimitExceeded",
                            fmt::format("{} has more rows than the {} that it may; the others are "
                                        "left out",
                                        options_.name, options_.rows_max)});
    LookupTableBuilder builder;
    auto column_of = columns_of(rows, !knows_columns(), options_.columns, builder);
    std::vector<std::size_t> filled;
    for (const auto& name : options_.filled) filled.push_back(builder.column(name));
    auto bytes = options_.bytes_before ? *options_.bytes_before : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& row = rows.rows[options_.is_newest_first ? count - 1 - i : i];
        for (auto column : filled) builder.set(column, "");
        for (const auto& [field, value] : row.values) {
            if (!column_of[field]) continue;
            builder.set(*column_of[field], value);
            bytes += value.size();
        }
        builder.end_row();
        if (bytes > kTableBytesMax)
            return fail(Code::kTooLarge,
                        fmt::format("the rows of all sub-queries have more than {} MiB: include "
                                    "fewer fields, or narrow them",
                                    kTableBytesMax >> 20));
    }
    if (options_.bytes_before) *options_.bytes_before = bytes;
    std::lock_guard lock(mutex_);
    table_ = builder.finish();
    return warnings;
}

}  // namespace logwood::exec
