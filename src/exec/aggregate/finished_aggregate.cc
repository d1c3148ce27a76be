#include "exec/aggregate/finished_aggregate.h"

#include <utility>

namespace logwood::exec {
namespace {

class FinishedState final : public AggregateState {
 public:
    FinishedState(AggregateStatePtr inner, const FinishRows& finish)
        : inner_(std::move(inner)), finish_(finish) {}

    void grow(std::uint32_t count) override { inner_->grow(count); }
    Result<void> add(Batch& batch, const Groups& groups) override {
        return inner_->add(batch, groups);
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        return inner_->merge(*static_cast<const FinishedState&>(from).inner_, to, count);
    }
    void serialise(ByteWriter& out) const override { inner_->serialise(out); }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        return inner_->deserialise(in, count);
    }
    std::size_t memory() const override { return inner_->memory(); }
    Result<GroupedRows> rows() const override {
        TRY(auto rows, inner_->rows());
        return finish_(std::move(rows));
    }

 private:
    AggregateStatePtr inner_;
    const FinishRows& finish_;
};

class FinishedAggregate final : public Aggregate {
 public:
    FinishedAggregate(AggregatePtr inner, FinishRows finish)
        : inner_(std::move(inner)), finish_(std::move(finish)) {}
    AggregateStatePtr start() const override {
        return std::make_unique<FinishedState>(inner_->start(), finish_);
    }

 private:
    AggregatePtr inner_;
    FinishRows finish_;
};

}  // namespace

AggregatePtr finished_aggregate(AggregatePtr inner, FinishRows finish) {
    return std::make_unique<FinishedAggregate>(std::move(inner), std::move(finish));
}

}  // namespace logwood::exec
