// eventInternals(): where an event is stored. Fields are `datasourceId`, which is the same for all
// events of one repository with the same tags, and the event's place in the log: `logEpoch`,
// `partition`, `offset` of its record, `index` in that.
#include <fmt/format.h>

#include <utility>

#include "base/bytes.h"
#include "exec/columns/column_maker.h"
#include "exec/plan/registry_core.h"

namespace logwood::exec {
namespace {

class EventInternals final : public Operator {
 public:
    explicit EventInternals(std::string prefix) : prefix_(std::move(prefix)) {}

    Result<void> run(Batch& batch) const override {
        if (!batch.has_order()) return {};
        TRY_OK(set_source(batch));
        Values::Numbers epochs;
        Values::Numbers partitions;
        Values::Numbers offsets;
        Values::Numbers indexes;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            TRY(auto order, batch.order(row));
            epochs.push_back(order.at.epoch.value);
            partitions.push_back(order.at.partition.value);
            offsets.push_back(static_cast<double>(order.at.offset.value));
            indexes.push_back(order.at.index);
        }
        TRY_OK(batch.assign(prefix_ + "logEpoch", Values::numbers(std::move(epochs))));
        TRY_OK(batch.assign(prefix_ + "partition", Values::numbers(std::move(partitions))));
        TRY_OK(batch.assign(prefix_ + "offset", Values::numbers(std::move(offsets))));
        return batch.assign(prefix_ + "index", Values::numbers(std::move(indexes)));
    }

 private:
    /// Tags are hashed once a distinct text.
    Result<void> set_source(Batch& batch) const {
        std::vector<std::uint64_t> hashes(batch.rows());
        TRY(auto fields, batch.fields());
        for (auto& field : fields) {
            if (!field.starts_with('#')) continue;
            TRY(auto column, batch.stored_column(field));
            auto seed = checksum64(field);
            auto of_rows = map_rows<std::uint64_t>(
                column, 0, [&](std::string_view text) { return checksum64(text, seed) | 1; });
            // A tag that an event lacks counts as little as one that no event has.
            for (std::size_t row = 0; row < hashes.size(); ++row) hashes[row] += of_rows[row];
        }
        ColumnMaker maker(hashes.size());
        for (auto hash : hashes) maker.add(fmt::format("{:016x}", hash));
        return batch.assign(prefix_ + "datasourceId", Values(maker.finish()));
    }

    std::string prefix_;
};

}  // namespace

lang::Checked<OperatorPtr> make_event_internals(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<EventInternals>(call.text("prefix"));
}

}  // namespace logwood::exec
