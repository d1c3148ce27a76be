// split(): one event for each element of an array, its members as fields of their own.
#include <memory>

#include "exec/array/array_fields.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"
#include "exec/plan/registry_values.h"

namespace logwood::exec {
namespace {

using model::Column;

class SplitStep final : public Operator {
 public:
    SplitStep(std::string array, bool strip) : array_(std::move(array)), strip_(strip) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto members, array_members(batch, array_));
        if (members.empty()) return {};
        for (auto& [name, columns] : members)
            for (std::size_t i = 0; i < columns.size(); ++i)
                if (columns[i].kind() != Column::Kind::kMissing)
                    batch.drop(array_ + "[" + std::to_string(i) + "]" + name);
        std::vector<std::uint32_t> from;
        std::vector<std::uint32_t> indices;
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            auto length = member_length(members, row);
            // An event without the array passes as it is.
            if (length == 0) {
                from.push_back(row);
                indices.push_back(Column::kNoCode);
            }
            for (std::uint32_t i = 0; i < length; ++i) {
                from.push_back(row);
                indices.push_back(i);
            }
            if (from.size() > kBatchRowsMax)
                return fail(Code::kTooLarge, "split() makes too many events at once");
        }
        batch.rearrange(from);
        for (auto& [name, columns] : members)
            TRY_OK(set_member(batch, name, columns, from, indices));
        TRY_OK(set_index(batch, indices));
        return {};
    }

 private:
    Result<void> set_member(Batch& batch, std::string_view name, const std::vector<Column>& columns,
                            const std::vector<std::uint32_t>& from,
                            const std::vector<std::uint32_t>& indices) const {
        std::string target = array_ + std::string(name);
        if ((strip_ || array_.empty()) && name.starts_with('.')) target = name.substr(1);
        if (target.empty()) return {};
        ColumnMaker maker(from.size());
        for (auto& column : columns) maker.keep_alive(column);
        for (std::size_t row = 0; row < from.size(); ++row) {
            bool has_one = indices[row] < columns.size();
            maker.add_borrowed(has_one ? columns[indices[row]][from[row]] : model::kMissing);
        }
        return batch.assign(target, Values(maker.finish()));
    }

    static Result<void> set_index(Batch& batch, const std::vector<std::uint32_t>& indices) {
        Values::Numbers numbers(indices.size(), kNullNumber);
        TRY(auto ids, batch.column("@id"));
        bool has_ids = ids.kind() != Column::Kind::kMissing;
        ColumnMaker new_ids(has_ids ? indices.size() : 0);
        for (std::size_t row = 0; row < indices.size(); ++row) {
            bool is_element = indices[row] != Column::kNoCode;
            if (is_element) numbers[row] = indices[row];
            bool is_named = is_element && has_ids && !model::is_missing(ids[row]);
            if (is_named)
                new_ids.add(std::string(ids[row]) + "__" + std::to_string(indices[row]));
            else if (has_ids)
                new_ids.add(ids[row]);
        }
        TRY_OK(batch.assign("_index", Values::numbers(std::move(numbers))));
        return has_ids ? batch.assign("@id", Values(new_ids.finish())) : Result<void>();
    }

    std::string array_;
    bool strip_;
};

}  // namespace

lang::Checked<OperatorPtr> make_split(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<SplitStep>(call.text("field"), call.boolean("strip"));
}

}  // namespace logwood::exec
