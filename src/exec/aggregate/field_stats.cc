// fieldstats(): for each type and field how many events have it, and about how many values.
#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include "exec/aggregate/aggregate.h"
#include "exec/aggregate/hll.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/plan/registry_values.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

struct FieldCount {
    std::uint64_t events = 0;
    DistinctCounter values;
};

class FieldStatsState final : public AggregateState {
 public:
    explicit FieldStatsState(std::uint64_t limit) : limit_(limit) {}

    void grow(std::uint32_t count) override { count_ = std::max(count_, count); }

    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        TRY(auto types, batch.column("#type"));
        TRY(auto fields, batch.fields());
        for (auto& field : fields) {
            TRY(auto column, batch.column(field));
            auto hashes = map_rows<std::uint64_t>(
                column, 0, [](std::string_view text) { return checksum64(text); });
            FieldCount* last = nullptr;
            std::string_view last_type;
            auto last_group = kNoGroup;
            for (std::size_t row = 0; row < hashes.size(); ++row) {
                if (model::is_missing(column[row])) continue;
                if (!last || groups[row] != last_group || types[row] != last_type) {
                    last_group = groups[row];
                    last_type = types[row];
                    last = &counts_[{last_group, std::string(last_type), field}];
                }
                ++last->events;
                last->values.add_hash(hashes[row]);
            }
        }
        return {};
    }

    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        grow(count);
        for (auto& [key, counted] : static_cast<const FieldStatsState&>(from).counts_) {
            auto& [group, type, field] = key;
            if (group >= to.size() || to[group] == kNoGroup) continue;
            auto& into = counts_[{to[group], type, field}];
            into.events += counted.events;
            into.values.merge(counted.values);
        }
        return {};
    }

    void serialise(ByteWriter& out) const override {
        out.put_varint(counts_.size());
        for (auto& [key, counted] : counts_) {
            out.put_varint(std::get<0>(key));
            out.put_string(std::get<1>(key));
            out.put_string(std::get<2>(key));
            out.put_varint(counted.events);
            counted.values.write(out);
        }
    }

    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        counts_.clear();
        count_ = count;
        TRY(auto entries, in.get_varint());
        for (std::uint64_t i = 0; i < entries; ++i) {
            TRY(auto group, in.get_varint());
            TRY(auto type, in.get_string());
            TRY(auto field, in.get_string());
            if (group >= count) return fail(Code::kCorrupt, "fieldstats: no such group");
            FieldCount counted;
            TRY(counted.events, in.get_varint());
            TRY(counted.values, DistinctCounter::read(in));
            counts_[{static_cast<std::uint32_t>(group), std::string(type), std::string(field)}] =
                std::move(counted);
        }
        return {};
    }

    std::size_t memory() const override {
        constexpr std::size_t kNodeBytes = 200;
        std::size_t bytes = 0;
        for (auto& [key, counted] : counts_) bytes += kNodeBytes + counted.values.memory();
        return bytes;
    }

    Result<GroupedRows> rows() const override {
        GroupedRows out;
        ColumnMaker types;
        ColumnMaker fields;
        ColumnMaker events;
        ColumnMaker distinct;
        std::uint64_t in_group = 0;
        for (auto& [key, counted] : counts_) {
            auto& [group, type, field] = key;
            in_group = !out.groups.empty() && out.groups.back() == group ? in_group + 1 : 1;
            if (in_group > limit_) continue;
            out.groups.push_back(group);
            types.add(type);
            fields.add(field);
            events.add(std::to_string(counted.events));
            distinct.add(format_number(counted.values.estimate()));
        }
        out.table.rows = out.groups.size();
        out.table.columns.emplace_back("#type", types.finish());
        out.table.columns.emplace_back("field", fields.finish());
        out.table.columns.emplace_back("_count", events.finish());
        out.table.columns.emplace_back("distinct", distinct.finish());
        out.table.field_order = {"#type", "field", "_count", "distinct"};
        return out;
    }

 private:
    using Key = std::tuple<std::uint32_t, std::string, std::string>;

    std::uint64_t limit_;
    std::uint32_t count_ = 1;
    std::map<Key, FieldCount> counts_;
};

class FieldStats final : public Aggregate {
 public:
    explicit FieldStats(std::uint64_t limit) : limit_(limit) {}
    AggregateStatePtr start() const override { return std::make_unique<FieldStatsState>(limit_); }
    std::vector<std::string> outputs() const override {
        return {"#type", "field", "_count", "distinct"};
    }

 private:
    std::uint64_t limit_;
};

}  // namespace

lang::Checked<AggregatePtr> make_field_stats(const lang::BoundCall& call, Compiler&) {
    double limit = call.number("limit", 200);
    if (!(limit >= 1 && limit <= double(kFieldStatsMax)))
        return wrong_argument(call, "limit", "the limit must be between 1 and 10000");
    return std::make_unique<FieldStats>(static_cast<std::uint64_t>(limit));
}

}  // namespace logwood::exec
