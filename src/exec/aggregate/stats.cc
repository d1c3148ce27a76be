// stats(), createEvents().
#include <utility>

#include "exec/aggregate/own_rows.h"
#include "exec/aggregate/stats_state.h"
#include "exec/columns/column_maker.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

RowTable events_of(const std::vector<std::string>& texts, UtcTime now) {
    RowTable out;
    out.rows = texts.size();
    ColumnMaker maker(out.rows);
    for (auto& text : texts) maker.add(text);
    out.columns.emplace_back("@timestamp",
                             model::Column::constant(std::to_string(now.ms()), out.rows));
    out.columns.emplace_back("@timestamp.nanos", model::Column::constant("0", out.rows));
    out.columns.emplace_back("@rawstring", maker.finish());
    return out;
}

}  // namespace

lang::Checked<AggregatePtr> make_stats(const lang::BoundCall& call, Compiler& compiler) {
    return compiler.aggregates_or_count(call, "function");
}

lang::Checked<AggregatePtr> make_create_events(const lang::BoundCall& call, Compiler& compiler) {
    return own_rows([texts = call.texts("rawstring"), now = compiler.options().now] {
        return events_of(texts, now);
    });
}

}  // namespace logwood::exec
