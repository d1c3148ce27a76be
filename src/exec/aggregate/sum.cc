// sum(field): 0 when nothing is numeric.
#include "exec/aggregate/simple_aggregate.h"
#include "exec/aggregate/stats_state.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

struct Sum {
    struct Group {
        double total = 0;
    };
    std::string field;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto values, batch.numbers(field));
        for (std::size_t row = 0; row < values->size(); ++row)
            if (!is_null((*values)[row])) into[groups[row]].total += (*values)[row];
        return {};
    }
    void merge(Group& into, const Group& from) const { into.total += from.total; }
    void write(ByteWriter& out, const Group& group) const { write_number(out, group.total); }
    Result<Group> read(ByteReader& in) const {
        TRY(auto total, read_number(in));
        return Group{total};
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        out[0] = format_number(group.total);
    }
    std::size_t memory(const Group&) const { return 0; }
};

}  // namespace

AggregatePtr sum_aggregate(std::string field, std::string as) {
    return simple_aggregate(Sum{std::move(field), std::move(as)});
}

lang::Checked<AggregatePtr> make_sum(const lang::BoundCall& call, Compiler&) {
    return sum_aggregate(call.text("field"), call.text("as"));
}

}  // namespace logwood::exec
