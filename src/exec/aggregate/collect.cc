// collect(): the distinct values of fields. They are kept in sorted order, so that the result does
// not depend on the order in which shards are merged, also when a limit cuts it.
#include <set>

#include "exec/aggregate/group_by_state.h"
#include "exec/aggregate/sparse_aggregate.h"
#include "exec/limits.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

struct Collect {
    struct ValueSet {
        std::set<std::string, std::less<>> texts;
        std::size_t bytes = 0;
        bool is_cut = false;
    };
    using Group = std::vector<ValueSet>;  ///< Empty, or one a field.
    std::vector<std::string> fields;
    std::string separator;
    std::uint64_t limit = 0;
    bool warns = true;  ///< When the limit was not asked for.

    void put(ValueSet& into, std::string_view text) const {
        if (into.texts.contains(text)) return;
        into.bytes += text.size() + 1;
        into.texts.emplace(text);
        while (into.texts.size() > limit || into.bytes > kCollectBytesMax) {
            auto last = std::prev(into.texts.end());
            into.bytes -= last->size() + 1;
            into.texts.erase(last);
            into.is_cut = true;
        }
    }
    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            TRY(auto column, batch.column(fields[i]));
            if (column.kind() == model::Column::Kind::kMissing) continue;
            std::string_view last;
            auto last_group = kNoGroup;
            for (std::size_t row = 0; row < column.rows(); ++row) {
                auto text = column[row];
                bool is_repeated = text.data() == last.data() && text.size() == last.size() &&
                                   groups[row] == last_group;
                if (model::is_missing(text) || is_repeated) continue;
                last = text;
                last_group = groups[row];
                auto& group = into[last_group];
                group.resize(fields.size());
                put(group[i], text);
            }
        }
        return {};
    }
    void merge(Group& into, const Group& from) const {
        if (from.empty()) return;
        into.resize(fields.size());
        for (std::size_t i = 0; i < from.size(); ++i) {
            for (auto& text : from[i].texts) put(into[i], text);
            into[i].is_cut = into[i].is_cut || from[i].is_cut;
        }
    }
    void write(ByteWriter& out, const Group& group) const {
        out.put<std::uint8_t>(!group.empty());
        for (auto& set : group) {
            out.put<std::uint8_t>(set.is_cut);
            out.put_varint(set.texts.size());
            for (auto& text : set.texts) out.put_string(text);
        }
    }
    Result<Group> read(ByteReader& in) const {
        Group group;
        TRY(auto has_values, in.get<std::uint8_t>());
        if (has_values == 0) return group;
        group.resize(fields.size());
        for (auto& set : group) {
            TRY(auto is_cut, in.get<std::uint8_t>());
            TRY(auto count, in.get_varint());
            for (std::uint64_t n = 0; n < count; ++n) {
                TRY(auto text, in.get_string());
                put(set, text);
            }
            set.is_cut = set.is_cut || is_cut != 0;
        }
        return group;
    }
    std::vector<std::string> outputs() const { return fields; }
    bool has_row(const Group& group) const { return !group.empty(); }
    std::string_view text(const Group& group, std::size_t i, std::string& out) const {
        if (group[i].texts.empty()) return model::kMissing;
        out.clear();
        for (auto& text : group[i].texts) {
            if (&text != &*group[i].texts.begin()) out += separator;
            out += text;
        }
        return out;
    }
    void finish(const std::vector<Group>& groups, RowTable& table) const {
        for (auto& group : groups)
            for (auto& set : group)
                if (set.is_cut && (warns || set.texts.size() < limit)) {
                    table.warnings.push_back(
                        {"CollectLimitExceeded",
                         "collect() reached its limit; some values are left out"});
                    return;
                }
    }
    std::size_t memory(const Group& group) const {
        constexpr std::size_t kNodeBytes = 80;
        std::size_t bytes = group.capacity() * sizeof(ValueSet);
        for (auto& set : group) bytes += set.texts.size() * kNodeBytes + set.bytes;
        return bytes;
    }
};

}  // namespace

lang::Checked<AggregatePtr> make_collect(const lang::BoundCall& call, Compiler&) {
    auto limit = call.limit("limit", kRowsMax);
    if (limit < 1) return wrong_argument(call, "limit", "the limit must be at least 1");
    if (!call.boolean("multival", true)) {
        GroupByOptions options;
        options.keys = call.fields("fields");
        options.limit = limit;
        options.warns = !call.has("limit");
        return group_by_aggregate(std::move(options));
    }
    return sparse_aggregate(
        Collect{call.fields("fields"), call.text("separator", "\n"), limit, !call.has("limit")});
}

}  // namespace logwood::exec
