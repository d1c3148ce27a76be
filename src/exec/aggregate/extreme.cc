// min(), max(), avg() of a field's numbers; no row when there is none.
#include <algorithm>

#include "exec/aggregate/simple_aggregate.h"
#include "exec/aggregate/stats_state.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

/// The smallest number, or with `is_max` the largest.
struct Extreme {
    struct Group {
        double value = kNullNumber;
    };
    std::string field;
    std::string as;
    bool is_max = false;

    void take(Group& into, double value) const {
        if (is_null(value)) return;
        bool wins = is_max ? value > into.value : value < into.value;
        if (is_null(into.value) || wins) into.value = value;
    }
    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto values, batch.numbers(field));
        for (std::size_t row = 0; row < values->size(); ++row)
            take(into[groups[row]], (*values)[row]);
        return {};
    }
    void merge(Group& into, const Group& from) const { take(into, from.value); }
    void write(ByteWriter& out, const Group& group) const { write_number(out, group.value); }
    Result<Group> read(ByteReader& in) const {
        TRY(auto value, read_number(in));
        return Group{value};
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        if (is_null(group.value))
            out.clear();
        else
            out[0] = format_number(group.value);
    }
    std::size_t memory(const Group&) const { return 0; }
};

struct Average {
    struct Group {
        double total = 0;
        std::uint64_t count = 0;
    };
    std::string field;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto values, batch.numbers(field));
        for (std::size_t row = 0; row < values->size(); ++row) {
            if (is_null((*values)[row])) continue;
            auto& group = into[groups[row]];
            group.total += (*values)[row];
            ++group.count;
        }
        return {};
    }
    void merge(Group& into, const Group& from) const {
        into.total += from.total;
        into.count += from.count;
    }
    void write(ByteWriter& out, const Group& group) const {
        write_number(out, group.total);
        out.put_varint(group.count);
    }
    Result<Group> read(ByteReader& in) const {
        TRY(auto total, read_number(in));
        TRY(auto count, in.get_varint());
        return Group{total, count};
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        if (group.count == 0)
            out.clear();
        else
            out[0] = format_number(group.total / static_cast<double>(group.count));
    }
    std::size_t memory(const Group&) const { return 0; }
};

}  // namespace

AggregatePtr max_aggregate(std::string field, std::string as) {
    return simple_aggregate(Extreme{std::move(field), std::move(as), true});
}

lang::Checked<AggregatePtr> make_min(const lang::BoundCall& call, Compiler&) {
    return simple_aggregate(Extreme{call.text("field"), call.text("as"), false});
}
lang::Checked<AggregatePtr> make_max(const lang::BoundCall& call, Compiler&) {
    return simple_aggregate(Extreme{call.text("field"), call.text("as"), true});
}
lang::Checked<AggregatePtr> make_avg(const lang::BoundCall& call, Compiler&) {
    return simple_aggregate(Average{call.text("field"), call.text("as")});
}

}  // namespace logwood::exec
