// percentile(): a sketch a group; see ddsketch.h for what it promises.
#include <optional>

#include "exec/aggregate/ddsketch.h"
#include "exec/aggregate/simple_aggregate.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

struct Percentile {
    using Group = std::optional<DdSketch>;
    std::string field;
    std::string prefix;
    std::vector<double> percents;
    double accuracy = 0.01;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto values, batch.numbers(field));
        for (std::size_t row = 0; row < values->size(); ++row) {
            auto value = (*values)[row];
            if (is_null(value) || value < 0) continue;
            auto& group = into[groups[row]];
            if (!group) group.emplace(accuracy);
            group->add(value);
        }
        return {};
    }
    void merge(Group& into, const Group& from) const {
        if (!from) return;
        if (!into) into.emplace(accuracy);
        into->merge(*from);
    }
    void write(ByteWriter& out, const Group& group) const {
        out.put(static_cast<std::uint8_t>(group.has_value()));
        if (group) group->write(out);
    }
    Result<Group> read(ByteReader& in) const {
        TRY(auto has_value, in.get<std::uint8_t>());
        if (!has_value) return Group();
        TRY(auto sketch, DdSketch::read(in, accuracy));
        return Group(std::move(sketch));
    }
    std::vector<std::string> outputs() const {
        std::vector<std::string> names;
        for (auto percent : percents) names.push_back(prefix + "_" + format_number(percent));
        return names;
    }
    void row(const Group& group, std::vector<std::string>& out) const {
        if (!group || group->count() == 0) {
            out.clear();
            return;
        }
        for (std::size_t i = 0; i < percents.size(); ++i)
            out[i] = format_number(group->percentile(percents[i]));
    }
    std::size_t memory(const Group& group) const { return group ? group->memory() : 0; }
};

}  // namespace

lang::Checked<AggregatePtr> make_percentile(const lang::BoundCall& call, Compiler&) {
    auto percents = call.numbers("percentiles");
    for (auto percent : percents)
        if (!(percent >= 0 && percent <= 100))
            return wrong_argument(call, "percentiles", "a percentile is from 0 to 100");
    auto accuracy = call.number("accuracy", 0.01);
    if (!(accuracy > 0 && accuracy < 1))
        return wrong_argument(call, "accuracy", "the accuracy is between 0 and 1");
    return simple_aggregate(
        Percentile{call.text("field"), call.text("as"), std::move(percents), accuracy});
}

}  // namespace logwood::exec
