#include "exec/array/array_elements.h"

#include <algorithm>
#include <utility>

#include "exec/array/array_fields.h"
#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

using model::Column;

namespace {

/// Which elements there are, and the columns that make the variable.
struct Found {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> indices;
    ArrayMembers members;
};

Result<Found> find_elements(Batch& batch, std::string_view array, ElementKind kind) {
    Found found;
    if (kind == ElementKind::kFlat) {
        TRY(auto columns, array_columns(batch, array));
        found.members.emplace("", std::move(columns));
    } else {
        TRY(found.members, array_members(batch, array));
    }
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        auto length = member_length(found.members, row);
        for (std::uint32_t index = 0; index < length; ++index) {
            found.rows.push_back(row);
            found.indices.push_back(index);
        }
        if (found.rows.size() > kBatchRowsMax)
            return fail(Code::kTooLarge, "the arrays have too many elements at once");
    }
    return found;
}

class ElementsStep final : public Operator {
 public:
    ElementsStep(std::string array, std::string variable, std::string index_field)
        : array_(std::move(array)),
          variable_(std::move(variable)),
          index_field_(std::move(index_field)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto found, find_elements(batch, array_, ElementKind::kFlat));
        auto& columns = found.members.find("")->second;
        auto values =
            columns.empty() ? Column::missing(0) : interleave(columns, found.indices, found.rows);
        batch.rearrange(found.rows);
        batch.replace(variable_, Values(std::move(values)));
        if (index_field_.empty()) return {};
        Values::Numbers numbers(found.indices.begin(), found.indices.end());
        batch.replace(index_field_, Values::numbers(std::move(numbers)));
        return {};
    }

 private:
    std::string array_;
    std::string variable_;
    std::string index_field_;
};

}  // namespace

Result<ArrayElements> array_elements(Batch& batch, std::string_view array,
                                     std::string_view variable, ElementKind kind) {
    TRY(auto found, find_elements(batch, array, kind));
    auto exploded = batch.fork();
    exploded.rearrange(found.rows);
    for (auto& [member, columns] : found.members) {
        // Elements beyond the last that has this member lack it.
        std::vector<Column> all = columns;
        auto nothing = static_cast<std::uint32_t>(all.size());
        all.push_back(Column::missing(batch.rows()));
        auto which = found.indices;
        for (auto& index : which) index = std::min(index, nothing);
        exploded.replace(std::string(variable) + member,
                         Values(interleave(all, which, found.rows)));
    }
    return ArrayElements{exploded.fork(), std::move(found.rows), std::move(found.indices)};
}

OperatorPtr elements_step(std::string array, std::string variable, std::string index_field) {
    return std::make_unique<ElementsStep>(std::move(array), std::move(variable),
                                          std::move(index_field));
}

}  // namespace logwood::exec
