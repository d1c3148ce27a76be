// Bytes of a state: for each query the names of fields, the number of events, and of each its order
// and packed fields.
#include "exec/aggregate/correlate_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/columns/row_store.h"
#include "exec/limits.h"

namespace logwood::exec {

namespace {

struct KeptEvent {
    model::OrderKey order;
    PackedRow fields;
};

class CorrelateState final : public AggregateState {
 public:
    explicit CorrelateState(const CorrelateOptions& options)
        : options_(options), matched_(options.queries.size()) {}

    void grow(std::uint32_t count) override { ASSERT(count == 1); }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        if (options_.keys && !options_.keys->are_ready())
            return fail(Code::kInternal, "correlate() is asked before it knows the keys");
        for (std::size_t query = 0; query < matched_.size(); ++query)
            TRY_OK(add_matches(query, batch.fork()));
        return {};
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t>,
                       std::uint32_t) override {
        auto& other = static_cast<const CorrelateState&>(from);
        for (std::size_t query = 0; query < matched_.size(); ++query)
            for (auto& event : other.matched_[query].events)
                keep(matched_[query],
                     {event.order,
                      matched_[query].packer.repack(event.fields, other.matched_[query].packer)});
        return {};
    }
    void serialise(ByteWriter& out) const override {
        for (auto& one : matched_) {
            one.packer.write(out);
            out.put_varint(one.events.size());
            for (auto& event : one.events) {
                write_order(out, event.order);
                out.put_string(event.fields);
            }
        }
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        grow(count);
        for (auto& one : matched_) {
            TRY_OK(one.packer.read(in));
            TRY(auto events, in.get_varint());
            for (std::uint64_t i = 0; i < events; ++i) {
                KeptEvent event;
                TRY(event.order, read_order(in));
                TRY(event.fields, in.get_string());
                TRY_OK(one.packer.check(event.fields));
                keep(one, std::move(event));
            }
        }
        return {};
    }
    std::size_t memory() const override {
        auto bytes = memory_;
        for (auto& one : matched_) bytes += one.packer.memory();
        return bytes;
    }
    Result<GroupedRows> rows() const override;

 private:
    /// The events of one query.
    struct Matched {
        RowPacker packer;
        std::vector<KeptEvent> events;
    };

    Result<void> add_matches(std::size_t query, Batch batch);
    void keep(Matched& into, KeptEvent event) {
        memory_ += sizeof event + event.fields.size();
        into.events.push_back(std::move(event));
    }
    static CorrelateEvents events_of(const Matched& matched);

    const CorrelateOptions& options_;
    std::vector<Matched> matched_;
    std::size_t memory_ = 0;
};

Result<void> CorrelateState::add_matches(std::size_t query, Batch batch) {
    auto& how = options_.queries[query];
    TRY_OK(run_all(how.steps, batch));
    for (auto& reduction : options_.reductions) {
        if (reduction.query != query || batch.rows() == 0) continue;
        auto& others = options_.keys->sets()[reduction.other_set];
        TRY(auto hashes, key_hashes(reduction.key, batch));
        Mask mask(batch.rows());
        for (std::size_t row = 0; row < mask.size(); ++row)
            mask[row] = hashes[row] != 0 && others.contains(hashes[row]);
        batch.keep(mask);
    }
    if (batch.rows() == 0) return {};
    auto fields = how.kept;
    if (how.keeps_all) {
        TRY(auto all, batch.fields());
        for (auto& field : all)
            if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
    }
    std::vector<std::uint32_t> rows(batch.rows());
    std::iota(rows.begin(), rows.end(), 0U);
    TRY(auto packed, matched_[query].packer.pack(batch, rows, &fields));
    for (std::size_t row = 0; row < packed.size(); ++row) {
        TRY(auto order, batch.order(row));
        keep(matched_[query], {order, std::move(packed[row])});
    }
    return {};
}

CorrelateEvents CorrelateState::events_of(const Matched& matched) {
    std::vector<const KeptEvent*> sorted;
    for (auto& event : matched.events) sorted.push_back(&event);
    std::ranges::sort(sorted, {}, [](const KeptEvent* event) { return event->order; });
    CorrelateEvents out;
    std::vector<const PackedRow*> packed;
    for (auto* event : sorted) {
        packed.push_back(&event->fields);
        out.orders.push_back(event->order);
    }
    out.rows = matched.packer.table(packed);
    return out;
}

Result<GroupedRows> CorrelateState::rows() const {
    std::vector<CorrelateEvents> events;
    for (auto& one : matched_) events.push_back(events_of(one));
    TRY(auto found, find_constellations(options_.rules, events));
    GroupedRows out;
    auto& table = out.table;
    table.rows = found.rows[0].size();
    out.groups.resize(table.rows);
    for (std::size_t query = 0; query < events.size(); ++query) {
        auto& how = options_.queries[query];
        auto shown = how.shown;
        if (how.keeps_all)
            for (auto& [name, column] : events[query].rows.columns)
                if (std::ranges::find(shown, name) == shown.end()) shown.push_back(name);
        for (auto& field : shown) {
            auto name = fmt::format("{}.{}", how.name, field);
            auto* column = events[query].rows.find(field);
            table.columns.emplace_back(name, column ? gather(*column, found.rows[query])
                                                    : model::Column::missing(table.rows));
            table.field_order.push_back(std::move(name));
        }
    }
    if (found.is_cut)
        table.warnings.push_back({"CorrelateLimitExceeded",
                                  fmt::format("correlate() found more than {} constellations; the "
                                              "others are left out",
                                              kCorrelateRowsMax)});
    return out;
}

class CorrelateAggregate final : public Aggregate {
 public:
    explicit CorrelateAggregate(CorrelateOptions options) : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<CorrelateState>(options_); }

 private:
    CorrelateOptions options_;
};

}  // namespace

AggregatePtr correlate_aggregate(CorrelateOptions options) {
    return std::make_unique<CorrelateAggregate>(std::move(options));
}

}  // namespace logwood::exec
