#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exec/aggregate/aggregate.h"

namespace logwood::exec {

/// An aggregate from a kernel that keeps one small value a group, and gives at most one row.
///
/// Kernel (copied into each state; holds parameters):
///   struct Group;                                          default-made: empty
///   Result<void> add(Batch&, const Groups&, std::vector<Group>&) const;   groups exist already
///   void merge(Group& into, const Group& from) const;
///   void write(ByteWriter&, const Group&) const;
///   Result<Group> read(ByteReader&) const;
///   std::vector<std::string> outputs() const;              names of the columns
///   void row(const Group&, std::vector<std::string>& out) const;
///       fills one text a column (sized, empty); clears `out` to give no row
///   std::size_t memory(const Group&) const;                beyond sizeof(Group)
template <typename Kernel>
AggregatePtr simple_aggregate(Kernel kernel);

// --- implementation ------------------------------------------------------------------------------

template <typename Kernel>
class SimpleState final : public AggregateState {
 public:
    using Group = typename Kernel::Group;

    explicit SimpleState(Kernel kernel) : kernel_(std::move(kernel)), groups_(1) {}

    void grow(std::uint32_t count) override {
        if (count > groups_.size()) groups_.resize(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        return kernel_.add(batch, groups, groups_);
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        auto& other = static_cast<const SimpleState&>(from);
        grow(count);
        for (std::size_t g = 0; g < other.groups_.size() && g < to.size(); ++g)
            if (to[g] != kNoGroup) kernel_.merge(groups_[to[g]], other.groups_[g]);
        return {};
    }
    void serialise(ByteWriter& out) const override {
        for (auto& group : groups_) kernel_.write(out, group);
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        groups_.clear();
        for (std::uint32_t g = 0; g < count; ++g) {
            TRY(auto group, kernel_.read(in));
            groups_.push_back(std::move(group));
        }
        return {};
    }
    std::size_t memory() const override {
        auto bytes = groups_.capacity() * sizeof(Group);
        // Kernels without heap of their own make this loop vanish.
        for (auto& group : groups_) bytes += kernel_.memory(group);
        return bytes;
    }
    Result<GroupedRows> rows() const override;

 private:
    Kernel kernel_;
    std::vector<Group> groups_;
};

template <typename Kernel>
class SimpleAggregate final : public Aggregate {
 public:
    explicit SimpleAggregate(Kernel kernel) : kernel_(std::move(kernel)) {}
    AggregateStatePtr start() const override {
        return std::make_unique<SimpleState<Kernel>>(kernel_);
    }
    std::vector<std::string> outputs() const override { return kernel_.outputs(); }

 private:
    Kernel kernel_;
};

template <typename Kernel>
AggregatePtr simple_aggregate(Kernel kernel) {
    return std::make_unique<SimpleAggregate<Kernel>>(std::move(kernel));
}

}  // namespace logwood::exec

#include "exec/columns/column_maker.h"

namespace logwood::exec {

template <typename Kernel>
Result<GroupedRows> SimpleState<Kernel>::rows() const {
    GroupedRows out;
    auto names = kernel_.outputs();
    std::vector<ColumnMaker> makers;
    for (std::size_t i = 0; i < names.size(); ++i) makers.emplace_back(groups_.size());
    std::vector<std::string> texts;
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
        texts.assign(names.size(), {});
        kernel_.row(groups_[g], texts);
        if (texts.empty()) continue;
        for (std::size_t i = 0; i < names.size(); ++i) makers[i].add(texts[i]);
        out.groups.push_back(g);
    }
    out.table.rows = out.groups.size();
    for (std::size_t i = 0; i < names.size(); ++i)
        out.table.columns.emplace_back(names[i], makers[i].finish());
    out.table.field_order = std::move(names);
    return out;
}

}  // namespace logwood::exec
