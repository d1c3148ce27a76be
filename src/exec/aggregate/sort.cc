// head(), tail(), sort(), table(): rows as they are, the first so many of an order.
#include <fmt/format.h>

#include <algorithm>

#include "exec/aggregate/row_order.h"
#include "exec/limits.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

std::uint64_t limit_of(const lang::BoundCall& call) {
    return std::min(call.limit("limit", kRowsMax), kRowsMax);
}

/// One setting for each sort field: as many as given, the last for the rest.
std::string setting(const std::vector<std::string>& given, std::size_t index) {
    return given.empty() ? "" : given[std::min(index, given.size() - 1)];
}

std::vector<SortField> sort_fields(const lang::BoundCall& call, std::string_view fields) {
    auto orders = call.texts("order");
    auto types = call.texts("type");
    std::vector<SortField> out;
    for (auto& field : call.fields(fields)) {
        SortField sort{field};
        auto type = setting(types, out.size());
        if (type == "string") sort.type = SortType::kString;
        if (type == "hex") sort.type = SortType::kHex;
        sort.descending = !setting(orders, out.size()).starts_with("asc");
        if (call.has("reverse") && !call.has("order")) sort.descending = call.boolean("reverse");
        out.push_back(std::move(sort));
    }
    return out;
}

std::string warning_of(const lang::BoundCall& call, std::uint64_t limit) {
    if (call.has("limit")) return "";
    return fmt::format("{}() shows only the first {} rows. Set limit= to ask for more.",
                       call.name(), limit);
}

}  // namespace

lang::Checked<AggregatePtr> make_head(const lang::BoundCall& call, Compiler&) {
    return row_order_aggregate({RowOrderOptions::By::kOldest, {}, {}, limit_of(call), ""});
}

lang::Checked<AggregatePtr> make_tail(const lang::BoundCall& call, Compiler&) {
    auto limit = limit_of(call);
    if (limit == 0) return wrong_argument(call, "limit", "the limit is at least 1");
    return row_order_aggregate({RowOrderOptions::By::kNewest, {}, {}, limit, ""});
}

lang::Checked<AggregatePtr> make_sort(const lang::BoundCall& call, Compiler&) {
    auto limit = limit_of(call);
    return row_order_aggregate({RowOrderOptions::By::kFields,
                                sort_fields(call, "field"),
                                {},
                                limit,
                                warning_of(call, limit)});
}

lang::Checked<AggregatePtr> make_table(const lang::BoundCall& call, Compiler&) {
    auto columns = call.fields("fields");
    if (columns.empty()) return wrong_argument(call, "fields", "at least one field is needed");
    auto limit = limit_of(call);
    return row_order_aggregate({RowOrderOptions::By::kFields, sort_fields(call, "sortby"),
                                std::move(columns), limit, warning_of(call, limit)});
}

}  // namespace logwood::exec
