// Leaves and wrappers of expressions; operators are in expression_operator.cc.
#include "exec/compute/expression.h"

#include <cmath>

#include "exec/text/number_text.h"

namespace logwood::exec {

using model::Column;

namespace {

class FieldExpression final : public Expression {
 public:
    explicit FieldExpression(std::string field) : field_(std::move(field)) {}
    Result<Values> evaluate(Batch& batch) const override { return batch.values(field_); }
    bool list_fields(std::vector<std::string>& fields) const override {
        fields.push_back(field_);
        return true;
    }

 private:
    std::string field_;
};

class ConstantExpression final : public Expression {
 public:
    explicit ConstantExpression(std::string text) : text_(std::move(text)) {}
    Result<Values> evaluate(Batch& batch) const override {
        return Values::constant(text_, batch.rows());
    }
    bool list_fields(std::vector<std::string>&) const override { return true; }

 private:
    std::string text_;
};

class FilterExpression final : public Expression {
 public:
    explicit FilterExpression(FilterPtr filter) : filter_(std::move(filter)) {}
    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto mask, filter_->test(batch));
        Values::Booleans booleans(mask.size());
        for (std::size_t row = 0; row < mask.size(); ++row)
            booleans[row] = mask[row] ? Values::Tri::kTrue : Values::Tri::kFalse;
        return Values::booleans(std::move(booleans));
    }

 private:
    FilterPtr filter_;
};

class TestFilter final : public Filter {
 public:
    explicit TestFilter(ExpressionPtr expression) : expression_(std::move(expression)) {}
    Result<Mask> test(Batch& batch) const override {
        TRY(auto values, expression_->evaluate(batch));
        auto booleans = values.as_booleans();
        Mask mask(booleans->size());
        for (std::size_t row = 0; row < mask.size(); ++row)
            mask[row] = (*booleans)[row] == Values::Tri::kTrue;
        return mask;
    }
    int cost() const override { return 8; }

 private:
    ExpressionPtr expression_;
};

/// Evaluates over the distinct texts of one column, and a row without value.
class DistinctExpression final : public Expression {
 public:
    DistinctExpression(ExpressionPtr expression, std::string field)
        : expression_(std::move(expression)), field_(std::move(field)) {}

    Result<Values> evaluate(Batch& batch) const override {
        TRY(bool is_number, batch.holds_numbers(field_));
        if (is_number) return expression_->evaluate(batch);
        TRY(auto column, batch.column(field_));
        if (column.kind() != Column::Kind::kDictionary ||
            column.values().size() * 2 > column.rows())
            return expression_->evaluate(batch);
        std::vector<std::string_view> texts(column.values().begin(), column.values().end());
        auto none = static_cast<std::uint32_t>(texts.size());
        texts.push_back(model::kMissing);
        RowTable table;
        table.rows = texts.size();
        table.columns.emplace_back(field_, Column::plain(std::move(texts), column.values_owner()));
        Batch distinct(std::move(table));
        TRY(auto values, expression_->evaluate(distinct));
        auto answers = std::make_shared<const Column>(values.texts());
        std::vector<std::uint32_t> codes(column.rows());
        for (std::size_t row = 0; row < codes.size(); ++row) {
            auto code = std::min(column.codes()[row], none);
            codes[row] = code_of(*answers, code);
        }
        if (answers->kind() == Column::Kind::kMissing) return Values(Column::missing(codes.size()));
        return Values(Column::dictionary(std::move(codes), answers->values(), answers));
    }

    bool list_fields(std::vector<std::string>& fields) const override {
        return expression_->list_fields(fields);
    }

 private:
    static std::uint32_t code_of(const Column& answers, std::uint32_t row) {
        switch (answers.kind()) {
            case Column::Kind::kMissing:
                return Column::kNoCode;
            case Column::Kind::kConstant:
                return 0;
            case Column::Kind::kDictionary:
                return answers.codes()[row];
            case Column::Kind::kPlain:
                return model::is_missing(answers.values()[row]) ? Column::kNoCode : row;
        }
        return Column::kNoCode;
    }

    ExpressionPtr expression_;
    std::string field_;
};

}  // namespace

ExpressionPtr field_expression(std::string field) {
    return std::make_unique<FieldExpression>(std::move(field));
}

ExpressionPtr constant_expression(std::string text) {
    return std::make_unique<ConstantExpression>(std::move(text));
}

ExpressionPtr constant_expression(double number) {
    return constant_expression(format_number(number));
}

ExpressionPtr per_distinct_text(ExpressionPtr expression) {
    std::vector<std::string> fields;
    if (!expression->list_fields(fields) || fields.empty()) return expression;
    for (auto& field : fields)
        if (field != fields[0]) return expression;
    return std::make_unique<DistinctExpression>(std::move(expression), fields[0]);
}

FilterPtr test_filter(ExpressionPtr expression) {
    return std::make_unique<TestFilter>(per_distinct_text(std::move(expression)));
}

ExpressionPtr filter_expression(FilterPtr filter) {
    return std::make_unique<FilterExpression>(std::move(filter));
}

}  // namespace logwood::exec
