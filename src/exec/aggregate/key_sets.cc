#include "exec/aggregate/key_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

namespace {

class KeySetsState final : public AggregateState {
 public:
    explicit KeySetsState(const std::vector<KeyPart>& parts) : parts_(parts), sets_(parts.size()) {}

    void grow(std::uint32_t count) override { ASSERT(count == 1); }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        for (std::size_t i = 0; i < sets_.size(); ++i) {
            auto some = batch.fork();
            TRY_OK(run_all(parts_[i].steps, some));
            TRY(auto hashes, key_hashes(parts_[i].key, some));
            add_to(sets_[i], hashes);
        }
        return {};
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t>,
                       std::uint32_t) override {
        auto& other = static_cast<const KeySetsState&>(from);
        for (std::size_t i = 0; i < sets_.size(); ++i) sets_[i].merge(other.sets_[i]);
        return {};
    }
    void serialise(ByteWriter& out) const override {
        for (auto& set : sets_) set.serialise(out);
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        grow(count);
        for (auto& set : sets_) {
            TRY(set, KeySet::deserialise(in));
        }
        return {};
    }
    std::size_t memory() const override {
        std::size_t bytes = 0;
        for (auto& set : sets_) bytes += set.memory();
        return bytes;
    }
    Result<GroupedRows> rows() const override {
        GroupedRows out;
        out.groups = {0};
        out.table.rows = 1;
        for (std::size_t i = 0; i < sets_.size(); ++i) {
            std::string bytes;
            ByteWriter writer(bytes);
            sets_[i].serialise(writer);
            ColumnMaker maker(1);
            maker.add(bytes);
            out.table.columns.emplace_back(std::to_string(i), maker.finish());
        }
        return out;
    }

 private:
    static void add_to(KeySet& set, const std::vector<std::uint64_t>& hashes) {
        std::uint64_t last = 0;
        for (auto hash : hashes) {
            // Events of a key often follow each other. 0 is none.
            if (hash == last || hash == 0) continue;
            last = hash;
            set.add(hash);
        }
    }

    const std::vector<KeyPart>& parts_;
    std::vector<KeySet> sets_;
};

class KeySetsAggregate final : public Aggregate {
 public:
    explicit KeySetsAggregate(std::vector<KeyPart> parts) : parts_(std::move(parts)) {}
    AggregateStatePtr start() const override { return std::make_unique<KeySetsState>(parts_); }

 private:
    std::vector<KeyPart> parts_;
};

}  // namespace

AggregatePtr key_sets_aggregate(std::vector<KeyPart> parts) {
    return std::make_unique<KeySetsAggregate>(std::move(parts));
}

Result<std::vector<Warning>> FoundKeys::take(std::string_view function, std::size_t parts,
                                             const ResultRows& rows) {
    if (rows.rows.size() != 1 || rows.rows[0].values.size() != parts)
        return fail(Code::kCorrupt, "these are not sets of keys");
    for (const auto& [field, bytes] : rows.rows[0].values) {
        ByteReader reader(bytes);
        TRY(auto set, KeySet::deserialise(reader));
        sets_.push_back(std::move(set));
    }
    is_ready_.store(true, std::memory_order_release);
    std::vector<Warning> warnings;
    auto is_full = [](const KeySet& set) { return set.error() > kKeyErrorMax; };
    if (std::ranges::any_of(sets_, is_full))
        warnings.push_back({"SelfJoinInexact",
                            fmt::format("{}() met so many keys that more than 1 % of the events "
                                        "that should not pass may do so; narrow the query",
                                        function)});
    return warnings;
}

}  // namespace logwood::exec
