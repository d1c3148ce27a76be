// array:union(), array:intersection(), fieldset(): which texts there are.
//
// Bytes of a state: for each group the number of arrays, the number of texts, and of each text its
// bytes and in how many arrays it is.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "exec/aggregate/aggregate.h"
#include "exec/array/array_fields.h"
#include "exec/columns/column_maker.h"
#include "exec/plan/registry_arrays.h"

namespace logwood::exec {
namespace {

struct Group {
    std::uint64_t arrays = 0;
    std::map<std::string, std::uint64_t, std::less<>> texts;  ///< In how many arrays each is.

    void note(std::string_view text, std::uint64_t times) {
        auto known = texts.find(text);
        if (known == texts.end()) known = texts.emplace(text, 0).first;
        known->second += times;
    }
};

/// What the texts are, and which of them make up rows.
class TextSetOptions {
 public:
    virtual ~TextSetOptions() = default;
    virtual Result<void> add(Batch& batch, const Groups& groups,
                             std::vector<Group>& into) const = 0;
    virtual GroupedRows rows(const std::vector<Group>& groups) const = 0;
};

class TextSetState final : public AggregateState {
 public:
    explicit TextSetState(const TextSetOptions& options) : options_(options), groups_(1) {}

    void grow(std::uint32_t count) override {
        if (count > groups_.size()) groups_.resize(count);
    }
    Result<void> add(Batch& batch, const Groups& groups) override {
        grow(groups.count);
        return options_.add(batch, groups, groups_);
    }
    Result<void> merge(const AggregateState& from, std::span<const std::uint32_t> to,
                       std::uint32_t count) override {
        grow(count);
        auto& other = static_cast<const TextSetState&>(from).groups_;
        for (std::size_t g = 0; g < other.size() && g < to.size(); ++g) {
            if (to[g] == kNoGroup) continue;
            groups_[to[g]].arrays += other[g].arrays;
            for (auto& [text, times] : other[g].texts) groups_[to[g]].note(text, times);
        }
        return {};
    }
    void serialise(ByteWriter& out) const override {
        for (auto& group : groups_) {
            out.put_varint(group.arrays);
            out.put_varint(group.texts.size());
            for (auto& [text, times] : group.texts) {
                out.put_string(text);
                out.put_varint(times);
            }
        }
    }
    Result<void> deserialise(ByteReader& in, std::uint32_t count) override {
        groups_.clear();
        for (std::uint32_t g = 0; g < count; ++g) {
            auto& group = groups_.emplace_back();
            TRY(group.arrays, in.get_varint());
            TRY(auto texts, in.get_varint());
            for (std::uint64_t i = 0; i < texts; ++i) {
                TRY(auto text, in.get_string());
                TRY(auto times, in.get_varint());
                group.note(text, times);
            }
        }
        return {};
    }
    std::size_t memory() const override {
        constexpr std::size_t kNodeBytes = 80;
        std::size_t bytes = groups_.capacity() * sizeof(Group);
        for (auto& group : groups_)
            for (auto& [text, times] : group.texts) bytes += kNodeBytes + text.capacity();
        return bytes;
    }
    Result<GroupedRows> rows() const override { return options_.rows(groups_); }

 private:
    const TextSetOptions& options_;
    std::vector<Group> groups_;
};

class TextSetAggregate final : public Aggregate {
 public:
    explicit TextSetAggregate(std::unique_ptr<TextSetOptions> options)
        : options_(std::move(options)) {}
    AggregateStatePtr start() const override { return std::make_unique<TextSetState>(*options_); }

 private:
    std::unique_ptr<TextSetOptions> options_;
};

class ArraySets final : public TextSetOptions {
 public:
    ArraySets(std::string array, std::string as, bool in_all)
        : array_(std::move(array)), as_(std::move(as)), in_all_(in_all) {}

    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const override {
        TRY(auto columns, array_columns(batch, array_));
        if (columns.empty()) return {};
        std::set<std::string_view> distinct;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            distinct.clear();
            for (auto& column : columns) {
                if (model::is_missing(column[row])) break;
                distinct.insert(column[row]);
            }
            if (distinct.empty()) continue;
            auto& group = into[groups[row]];
            ++group.arrays;
            for (auto text : distinct) group.note(text, 1);
        }
        return {};
    }

    GroupedRows rows(const std::vector<Group>& groups) const override {
        GroupedRows out;
        std::vector<std::vector<std::string_view>> arrays;
        std::size_t length = 0;
        for (std::uint32_t g = 0; g < groups.size(); ++g) {
            if (groups[g].arrays == 0) continue;
            auto& array = arrays.emplace_back();
            for (auto& [text, times] : groups[g].texts)
                if (!in_all_ || times == groups[g].arrays) array.push_back(text);
            // The order is free; an empty text is of least use, so it goes last.
            if (!array.empty() && array.front().empty())
                std::rotate(array.begin(), array.begin() + 1, array.end());
            out.groups.push_back(g);
            length = std::max(length, array.size());
        }
        out.table.rows = out.groups.size();
        for (std::size_t index = 0; index < length; ++index) {
            auto field = as_ + "[" + std::to_string(index) + "]";
            ColumnMaker maker(arrays.size());
            for (auto& array : arrays)
                maker.add(index < array.size() ? array[index] : model::kMissing);
            out.table.columns.emplace_back(field, maker.finish());
            out.table.field_order.push_back(std::move(field));
        }
        return out;
    }

 private:
    std::string array_;
    std::string as_;
    bool in_all_;
};

class FieldNames final : public TextSetOptions {
 public:
    Result<void> add(Batch& batch, const Groups& groups, std::vector<Group>& into) const override {
        TRY(auto fields, batch.fields());
        for (auto& field : fields) {
            TRY(auto column, batch.column(field));
            auto last = kNoGroup;
            for (std::size_t row = 0; row < column.rows(); ++row) {
                if (groups[row] == last || model::is_missing(column[row])) continue;
                last = groups[row];
                into[last].note(field, 0);
                if (groups.is_single()) break;
            }
        }
        return {};
    }

    GroupedRows rows(const std::vector<Group>& groups) const override {
        GroupedRows out;
        ColumnMaker names;
        for (std::uint32_t g = 0; g < groups.size(); ++g) {
            for (auto& [text, times] : groups[g].texts) {
                names.add(text);
                out.groups.push_back(g);
            }
        }
        out.table.rows = out.groups.size();
        out.table.columns.emplace_back("field", names.finish());
        out.table.field_order = {"field"};
        return out;
    }
};

}  // namespace

lang::Checked<AggregatePtr> make_array_union(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<TextSetAggregate>(
        std::make_unique<ArraySets>(call.text("array"), call.text("as"), false));
}

lang::Checked<AggregatePtr> make_array_intersection(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<TextSetAggregate>(
        std::make_unique<ArraySets>(call.text("array"), call.text("as"), true));
}

lang::Checked<AggregatePtr> make_fieldset(const lang::BoundCall&, Compiler&) {
    return std::make_unique<TextSetAggregate>(std::make_unique<FieldNames>());
}

}  // namespace logwood::exec
