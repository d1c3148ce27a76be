// stats(), createEvents().
#include <utility>

#include "exec/aggregate/stats_state.h"
#include "exec/columns/column_maker.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

/// Gives its own rows, whatever was added.
class CreatedEvents final : public AggregateState {
 public:
    CreatedEvents(std::vector<std::string> texts, UtcTime now)
        : texts_(std::move(texts)), now_(now) {}
    void grow(std::uint32_t) override {}
    Result<void> add(Batch&, const Groups&) override { return {}; }
    Result<void> merge(const AggregateState&, std::span<const std::uint32_t>,
                       std::uint32_t) override {
        return {};
    }
    void serialise(ByteWriter&) const override {}
    Result<void> deserialise(ByteReader&, std::uint32_t) override { return {}; }
    std::size_t memory() const override { return 0; }
    Result<GroupedRows> rows() const override {
        GroupedRows out;
        out.table.rows = texts_.size();
        out.groups.resize(texts_.size());
        ColumnMaker maker(texts_.size());
        for (auto& text : texts_) maker.add(text);
        auto rows = texts_.size();
        out.table.columns.emplace_back("@timestamp",
                                       model::Column::constant(std::to_string(now_.ms()), rows));
        out.table.columns.emplace_back("@timestamp.nanos", model::Column::constant("0", rows));
        out.table.columns.emplace_back("@rawstring", maker.finish());
        return out;
    }

 private:
    std::vector<std::string> texts_;
    UtcTime now_;
};

class CreateEvents final : public Aggregate {
 public:
    CreateEvents(std::vector<std::string> texts, UtcTime now)
        : texts_(std::move(texts)), now_(now) {}
    AggregateStatePtr start() const override {
        return std::make_unique<CreatedEvents>(texts_, now_);
    }

 private:
    std::vector<std::string> texts_;
    UtcTime now_;
};

}  // namespace

lang::Checked<AggregatePtr> make_stats(const lang::BoundCall& call, Compiler& compiler) {
    return compiler.aggregates_or_count(call, "function");
}

lang::Checked<AggregatePtr> make_create_events(const lang::BoundCall& call, Compiler& compiler) {
    return std::make_unique<CreateEvents>(call.texts("rawstring"), compiler.options().now);
}

}  // namespace logwood::exec
