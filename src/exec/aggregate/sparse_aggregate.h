#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exec/aggregate/aggregate.h"
#include "exec/columns/column_maker.h"

namespace logwood::exec {

/// As simple_aggregate(), for kernels whose rows may lack single fields. Instead of row():
///   bool has_row(const Group&) const;
///   std::string_view text(const Group&, std::size_t output, std::string& scratch) const;
///       a view of the group or of scratch; kMissing: the row lacks the field
///   void finish(const std::vector<Group>&, RowTable&) const;      adds warnings and the like
template <typename Kernel>
AggregatePtr sparse_aggregate(Kernel kernel);

// --- implementation ------------------------------------------------------------------------------

template <typename Kernel>
class SparseState final : public AggregateState {
 public:
    explicit SparseState(Kernel kernel) : kernel_(std::move(kernel)), groups_(1) {}

    void grow(std::uint32_t count) override {
        if (count > groups_.size()) groups_.resize(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        return kernel_.add(batch, groups, groups_);
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        auto& other = static_cast<const SparseState&>(from);
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
        auto bytes = groups_.capacity() * sizeof(groups_[0]);
        for (auto& group : groups_) bytes += kernel_.memory(group);
        return bytes;
    }
    Result<GroupedRows> rows() const override {
        GroupedRows out;
        for (std::uint32_t g = 0; g < groups_.size(); ++g)
            if (kernel_.has_row(groups_[g])) out.groups.push_back(g);
        out.table.rows = out.groups.size();
        auto names = kernel_.outputs();
        std::string scratch;
        for (std::size_t i = 0; i < names.size(); ++i) {
            ColumnMaker maker(out.groups.size());
            for (auto g : out.groups) maker.add(kernel_.text(groups_[g], i, scratch));
            out.table.columns.emplace_back(names[i], maker.finish());
        }
        out.table.field_order = std::move(names);
        kernel_.finish(groups_, out.table);
        return out;
    }

 private:
    Kernel kernel_;
    std::vector<typename Kernel::Group> groups_;
};

template <typename Kernel>
class SparseAggregate final : public Aggregate {
 public:
    explicit SparseAggregate(Kernel kernel) : kernel_(std::move(kernel)) {}
    AggregateStatePtr start() const override {
        return std::make_unique<SparseState<Kernel>>(kernel_);
    }
    std::vector<std::string> outputs() const override { return kernel_.outputs(); }

 private:
    Kernel kernel_;
};

template <typename Kernel>
AggregatePtr sparse_aggregate(Kernel kernel) {
    return std::make_unique<SparseAggregate<Kernel>>(std::move(kernel));
}

}  // namespace logwood::exec
