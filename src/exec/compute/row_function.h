#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exec/columns/column_maker.h"
#include "exec/compute/expression.h"
#include "exec/work_limit.h"

namespace logwood::exec {

/// What a row function does with rows that lack an input.
enum class Missing : std::uint8_t { kGivesNothing, kIsPassedOn };

/// An expression from a function of several texts: `f(values, scratch)` gives a view of a value, of
/// `scratch`, or of static storage; kMissing gives none. Called once a distinct text when all
/// inputs but one are constant, once a row otherwise.
template <typename F>
ExpressionPtr row_function(std::vector<ExpressionPtr> inputs, Missing missing, F f);
template <typename F>
ExpressionPtr row_function(const std::vector<std::string>& fields, Missing missing, F f);

// --- implementation ------------------------------------------------------------------------------

template <typename F>
class RowFunction final : public Expression {
 public:
    RowFunction(std::vector<ExpressionPtr> inputs, Missing missing, F f)
        : inputs_(std::move(inputs)), missing_(missing), f_(std::move(f)) {}

    bool list_fields(std::vector<std::string>& fields) const override {
        for (auto& input : inputs_)
            if (!input->list_fields(fields)) return false;
        return true;
    }

    Result<Values> evaluate(Batch& batch) const override {
        std::vector<model::Column> columns;
        std::size_t varying = 0;
        std::size_t varying_count = 0;
        for (auto& input : inputs_) {
            TRY(auto values, input->evaluate(batch));
            columns.push_back(values.texts());
            bool is_constant = columns.back().kind() == model::Column::Kind::kConstant;
            if (is_constant) continue;
            if (columns.back().kind() == model::Column::Kind::kMissing) {
                if (missing_ == Missing::kGivesNothing)
                    return Values(model::Column::missing(batch.rows()));
                continue;
            }
            varying = columns.size() - 1;
            ++varying_count;
        }
        if (batch.rows() == 0) return Values(model::Column::missing(0));
        std::vector<std::string_view> row(columns.size());
        for (std::size_t i = 0; i < row.size(); ++i) row[i] = columns[i][0];
        if (varying_count == 0) {
            std::string scratch;
            auto text = f_(std::span<const std::string_view>(row), scratch);
            if (model::is_missing(text)) return Values(model::Column::missing(batch.rows()));
            return Values::constant(text, batch.rows());
        }
        if (varying_count == 1 && missing_ == Missing::kGivesNothing) {
            return Values(map_texts(columns[varying], [&](std::string_view text, std::string& out) {
                row[varying] = text;
                return f_(std::span<const std::string_view>(row), out);
            }));
        }
        return each_row(columns, row);
    }

 private:
    Values each_row(const std::vector<model::Column>& columns,
                    std::vector<std::string_view>& row) const {
        auto rows = columns[0].rows();
        ColumnMaker maker(rows);
        std::string scratch;
        for (std::size_t at = 0; at < rows; ++at) {
            if (WorkLimit::is_over()) {
                maker.add(model::kMissing);
                continue;
            }
            bool lacks_one = false;
            for (std::size_t i = 0; i < row.size(); ++i) {
                row[i] = columns[i][at];
                lacks_one = lacks_one || model::is_missing(row[i]);
            }
            bool is_skipped = lacks_one && missing_ == Missing::kGivesNothing;
            maker.add(is_skipped ? model::kMissing
                                 : f_(std::span<const std::string_view>(row), scratch));
        }
        return Values(maker.finish());
    }

    std::vector<ExpressionPtr> inputs_;
    Missing missing_;
    F f_;
};

template <typename F>
ExpressionPtr row_function(std::vector<ExpressionPtr> inputs, Missing missing, F f) {
    return std::make_unique<RowFunction<F>>(std::move(inputs), missing, std::move(f));
}

template <typename F>
ExpressionPtr row_function(const std::vector<std::string>& fields, Missing missing, F f) {
    std::vector<ExpressionPtr> inputs;
    for (auto& field : fields) inputs.push_back(field_expression(field));
    return row_function(std::move(inputs), missing, std::move(f));
}

}  // namespace logwood::exec
