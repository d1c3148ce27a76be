// percentage(), callFunction()
#include <algorithm>
#include <array>
#include <memory>

#include "exec/aggregate/simple_aggregate.h"
#include "exec/filter/steps_filter.h"
#include "exec/plan/made_call.h"
#include "exec/plan/registry_rows.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

struct Percentage {
    struct Group {
        std::uint64_t passing = 0;
        std::uint64_t all = 0;
    };
    std::shared_ptr<const Filter> condition;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto mask, condition->test(batch));
        for (std::size_t row = 0; row < mask.size(); ++row) {
            auto& group = into[groups[row]];
            group.passing += mask[row];
            ++group.all;
        }
        return {};
    }
    void merge(Group& into, const Group& from) const {
        into.passing += from.passing;
        into.all += from.all;
    }
    void write(ByteWriter& out, const Group& group) const {
        out.put_varint(group.passing);
        out.put_varint(group.all);
    }
    Result<Group> read(ByteReader& in) const {
        Group group;
        TRY(group.passing, in.get_varint());
        TRY(group.all, in.get_varint());
        return group;
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        if (group.all == 0)
            out.clear();
        else
            out[0] = format_number(100 * static_cast<double>(group.passing) /
                                   static_cast<double>(group.all));
    }
    std::size_t memory(const Group&) const { return 0; }
};

}  // namespace

lang::Checked<AggregatePtr> make_percentage(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto steps, compiler.steps(*call.pipeline("condition")));
    return simple_aggregate(Percentage{steps_filter(std::move(steps)), call.text("as")});
}

lang::Checked<AggregatePtr> make_call_function(const lang::BoundCall& call, Compiler& compiler) {
    constexpr std::array<std::string_view, 6> kCallable = {"avg", "count", "max",
                                                           "min", "range", "sum"};
    auto name = call.text("function");
    if (std::ranges::find(kCallable, name) == kCallable.end())
        return wrong_argument(call, "function", "takes avg, count, max, min, range or sum");
    if (!call.has("field") && name != "count")
        return wrong_argument(call, "field", name + "() needs a field");
    auto as = call.text("as");
    auto made = call.has("field")
                    ? made_call(name, {{"field", call.text("field")}, {"as", as}}, call.span())
                    : made_call(name, {{"as", as}}, call.span());
    return compiler.aggregate_call(made);
}

}  // namespace logwood::exec
