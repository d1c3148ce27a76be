// counterAsRate(): how much a counter grows a second. A decrease anywhere spoils the result, so
// all samples are kept until they can be put in order.
#include <algorithm>

#include "exec/aggregate/simple_aggregate.h"
#include "exec/columns/event_times.h"
#include "exec/plan/registry_rows.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

struct CounterRate {
    struct Sample {
        std::int64_t time_ns = 0;
        double value = 0;
        friend auto operator<=>(const Sample&, const Sample&) = default;
    };
    using Group = std::vector<Sample>;
    std::string field;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto numbers, batch.numbers(field));
        TRY(auto times, event_times(batch));
        for (std::size_t row = 0; row < numbers->size(); ++row) {
            if (is_null((*numbers)[row]) || times[row] == UtcTime::min().ns) continue;
            into[groups[row]].push_back({times[row], (*numbers)[row]});
        }
        return {};
    }
    void merge(Group& into, const Group& from) const {
        into.insert(into.end(), from.begin(), from.end());
    }
    void write(ByteWriter& out, const Group& group) const {
        out.put_varint(group.size());
        for (auto& sample : group) {
            out.put(sample.time_ns);
            write_number(out, sample.value);
        }
    }
    Result<Group> read(ByteReader& in) const {
        Group group;
        TRY(auto samples, in.get_varint());
        for (std::uint64_t i = 0; i < samples; ++i) {
            Sample sample;
            TRY(sample.time_ns, in.get<std::int64_t>());
            TRY(sample.value, read_number(in));
            if (is_null(sample.value)) return fail(Code::kCorrupt, "a sample is no number");
            group.push_back(sample);
        }
        return group;
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        auto sorted = group;
        std::ranges::sort(sorted, [](const Sample& a, const Sample& b) { return a < b; });
        bool grows = std::ranges::is_sorted(sorted, {}, &Sample::value);
        if (sorted.size() < 2 || !grows || sorted.front().time_ns == sorted.back().time_ns)
            return out.clear();
        // Doubles, as times may lie further apart than 2^63 ns.
        auto seconds = (static_cast<double>(sorted.back().time_ns) -
                        static_cast<double>(sorted.front().time_ns)) /
                       1e9;
        out[0] = format_number((sorted.back().value - sorted.front().value) / seconds);
    }
    std::size_t memory(const Group& group) const { return group.capacity() * sizeof(Sample); }
};

}  // namespace

lang::Checked<AggregatePtr> make_counter_as_rate(const lang::BoundCall& call, Compiler&) {
    return simple_aggregate(CounterRate{call.text("field"), call.text("as")});
}

}  // namespace logwood::exec
