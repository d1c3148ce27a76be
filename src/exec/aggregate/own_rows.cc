#include "exec/aggregate/own_rows.h"

#include <memory>
#include <utility>

namespace logwood::exec {

namespace {

using MakeRows = std::shared_ptr<const std::function<Result<RowTable>()>>;

class OwnRowsState final : public AggregateState {
 public:
    explicit OwnRowsState(MakeRows make) : make_(std::move(make)) {}
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
        TRY(out.table, (*make_)());
        out.groups.resize(out.table.rows);
        return out;
    }
    bool is_settled_before(std::int64_t) const override { return true; }

 private:
    MakeRows make_;
};

class OwnRows final : public Aggregate {
 public:
    explicit OwnRows(MakeRows make) : make_(std::move(make)) {}
    AggregateStatePtr start() const override { return std::make_unique<OwnRowsState>(make_); }

 private:
    MakeRows make_;
};

}  // namespace

AggregatePtr own_rows(std::function<Result<RowTable>()> make) {
    return std::make_unique<OwnRows>(
        std::make_shared<const std::function<Result<RowTable>()>>(std::move(make)));
}

}  // namespace logwood::exec
