// count(): rows, rows that have a field, or an estimate of a field's distinct values.
#include <cmath>

#include "exec/aggregate/hll.h"
#include "exec/aggregate/simple_aggregate.h"
#include "exec/aggregate/stats_state.h"
#include "exec/plan/registry_core.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using model::Column;

struct Count {
    struct Group {
        std::uint64_t rows = 0;
    };
    std::string field;  ///< Empty: every row counts.
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        if (field.empty()) {
            if (groups.is_single())
                into[0].rows += batch.rows();
            else
                for (auto group : groups.of_rows) ++into[group].rows;
            return {};
        }
        TRY(auto column, batch.column(field));
        for (std::size_t row = 0; row < column.rows(); ++row)
            if (!model::is_missing(column[row])) ++into[groups[row]].rows;
        return {};
    }
    void merge(Group& into, const Group& from) const { into.rows += from.rows; }
    void write(ByteWriter& out, const Group& group) const { out.put_varint(group.rows); }
    Result<Group> read(ByteReader& in) const {
        TRY(auto rows, in.get_varint());
        return Group{rows};
    }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        out[0] = std::to_string(group.rows);
    }
    std::size_t memory(const Group&) const { return 0; }
};

struct CountDistinct {
    using Group = DistinctCounter;
    std::string field;
    std::string as;

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        TRY(auto column, batch.column(field));
        if (groups.is_single() && column.kind() == Column::Kind::kDictionary) {
            std::vector<std::uint8_t> seen(column.values().size());
            for (auto code : column.codes()) {
                if (code == Column::kNoCode || seen[code]) continue;
                seen[code] = 1;
                into[0].add(column.values()[code]);
            }
            return {};
        }
        struct Hash {
            std::uint64_t hash = 0;
            bool is_there = false;
        };
        auto hashes = map_rows<Hash>(
            column, {}, [](std::string_view text) { return Hash{checksum64(text), true}; });
        for (std::size_t row = 0; row < hashes.size(); ++row)
            if (hashes[row].is_there) into[groups[row]].add_hash(hashes[row].hash);
        return {};
    }
    void merge(Group& into, const Group& from) const { into.merge(from); }
    void write(ByteWriter& out, const Group& group) const { group.write(out); }
    Result<Group> read(ByteReader& in) const { return DistinctCounter::read(in); }
    std::vector<std::string> outputs() const { return {as}; }
    void row(const Group& group, std::vector<std::string>& out) const {
        out[0] = format_number(std::round(group.estimate()));
    }
    std::size_t memory(const Group& group) const { return group.memory(); }
};

}  // namespace

AggregatePtr count_aggregate(std::string as) { return simple_aggregate(Count{"", std::move(as)}); }

lang::Checked<AggregatePtr> make_count(const lang::BoundCall& call, Compiler&) {
    auto field = call.text("field");
    if (!call.boolean("distinct")) return simple_aggregate(Count{field, call.text("as")});
    if (field.empty()) return wrong_argument(call, "distinct", "distinct values of which field?");
    return simple_aggregate(CountDistinct{field, call.text("as")});
}

}  // namespace logwood::exec
