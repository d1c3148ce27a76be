// split(): one event for each element of an array, its members as fields of their own.
#include <charconv>
#include <map>
#include <memory>
#include <optional>

#include "exec/column_maker.h"
#include "exec/limits.h"
#include "exec/registry_values.h"

namespace logwood::exec {
namespace {

using model::Column;

/// A field `array[3].x` taken apart: 3 and `.x`; nullopt: of no element.
std::optional<std::pair<std::uint32_t, std::string_view>> element_of(std::string_view array,
                                                                     std::string_view field) {
    if (!field.starts_with(array) || !field.substr(array.size()).starts_with('['))
        return std::nullopt;
    auto rest = field.substr(array.size() + 1);
    std::uint32_t index = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (error != std::errc() || !rest.starts_with(']') || index >= kArrayElementsMax)
        return std::nullopt;
    return std::pair(index, rest.substr(1));
}

class SplitStep final : public Operator {
 public:
    SplitStep(std::string array, bool strip) : array_(std::move(array)), strip_(strip) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto members, members_of(batch));
        if (members.empty()) return {};
        std::vector<std::uint32_t> from;
        std::vector<std::uint32_t> indices;
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            auto length = length_at(members, row);
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
    /// Columns by element, of each member (`.x`, or empty for plain values).
    using Members = std::map<std::string, std::vector<Column>, std::less<>>;

    Result<Members> members_of(Batch& batch) const {
        Members members;
        TRY(auto fields, batch.fields());
        for (auto& field : fields) {
            auto element = element_of(array_, field);
            if (!element) continue;
            auto& columns = members[std::string(element->second)];
            if (columns.size() <= element->first)
                columns.resize(element->first + 1, Column::missing(batch.rows()));
            TRY(columns[element->first], batch.column(field));
            batch.drop(field);
        }
        return members;
    }

    static std::uint32_t length_at(const Members& members, std::uint32_t row) {
        std::uint32_t length = 0;
        for (bool has_more = true; has_more; length += has_more) {
            has_more = false;
            for (auto& [name, columns] : members)
                has_more = has_more ||
                           (length < columns.size() && !model::is_missing(columns[length][row]));
        }
        return length;
    }

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
