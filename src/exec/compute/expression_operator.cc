// Arithmetic works on whole vectors of doubles, in which NaN is null.
#include "exec/compute/expression_operator.h"

#include <cmath>

#include "exec/columns/column_maker.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using lang::BinaryOp;
using Tri = Values::Tri;

Tri tri(bool value) { return value ? Tri::kTrue : Tri::kFalse; }

class UnaryExpression final : public Expression {
 public:
    UnaryExpression(lang::UnaryOp op, ExpressionPtr operand)
        : op_(op), operand_(std::move(operand)) {}

    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto values, operand_->evaluate(batch));
        if (op_ == lang::UnaryOp::kMinus) {
            auto numbers = *values.as_numbers();
            for (auto& number : numbers) number = -number;
            return Values::numbers(std::move(numbers));
        }
        auto booleans = *values.as_booleans();
        for (auto& boolean : booleans)
            if (boolean != Tri::kNull) boolean = tri(boolean == Tri::kFalse);
        return Values::booleans(std::move(booleans));
    }
    bool list_fields(std::vector<std::string>& fields) const override {
        return operand_->list_fields(fields);
    }

 private:
    lang::UnaryOp op_;
    ExpressionPtr operand_;
};

template <typename F>
Values arithmetic(const Values& left, const Values& right, F f) {
    auto a = left.as_numbers();
    auto b = right.as_numbers();
    Values::Numbers out(a->size());
    // What is not finite (a division by zero, an overflow) becomes null in numbers().
    for (std::size_t row = 0; row < out.size(); ++row) out[row] = f((*a)[row], (*b)[row]);
    return Values::numbers(std::move(out));
}

template <typename F>
Values ordering(const Values& left, const Values& right, F f) {
    auto a = left.as_numbers();
    auto b = right.as_numbers();
    Values::Booleans out(a->size());
    for (std::size_t row = 0; row < out.size(); ++row) {
        bool has_null = is_null((*a)[row]) || is_null((*b)[row]);
        out[row] = has_null ? Tri::kNull : tri(f((*a)[row], (*b)[row]));
    }
    return Values::booleans(std::move(out));
}

/// Equal as texts, or as numbers.
Values equality(const Values& left, const Values& right, bool wanted) {
    if (left.is_number() && right.is_number())
        return ordering(left, right, [=](double a, double b) { return (a == b) == wanted; });
    auto a = left.texts();
    auto b = right.texts();
    auto a_numbers = left.as_numbers();
    auto b_numbers = right.as_numbers();
    Values::Booleans out(a.rows());
    for (std::size_t row = 0; row < out.size(); ++row) {
        auto x = a[row];
        auto y = b[row];
        if (model::is_missing(x) || model::is_missing(y))
            out[row] = Tri::kNull;
        else
            out[row] = tri((x == y || (*a_numbers)[row] == (*b_numbers)[row]) == wanted);
    }
    return Values::booleans(std::move(out));
}

class BinaryExpression final : public Expression {
 public:
    BinaryExpression(BinaryOp op, ExpressionPtr left, ExpressionPtr right)
        : op_(op), left_(std::move(left)), right_(std::move(right)) {}

    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto a, left_->evaluate(batch));
        TRY(auto b, right_->evaluate(batch));
        switch (op_) {
            case BinaryOp::kAdd:
                return arithmetic(a, b, [](double x, double y) { return x + y; });
            case BinaryOp::kSubtract:
                return arithmetic(a, b, [](double x, double y) { return x - y; });
            case BinaryOp::kMultiply:
                return arithmetic(a, b, [](double x, double y) { return x * y; });
            case BinaryOp::kDivide:
                return arithmetic(a, b, [](double x, double y) { return x / y; });
            case BinaryOp::kModulo:
                return arithmetic(a, b, [](double x, double y) { return std::fmod(x, y); });
            case BinaryOp::kEqual:
                return equality(a, b, true);
            case BinaryOp::kNotEqual:
                return equality(a, b, false);
            case BinaryOp::kLess:
                return ordering(a, b, [](double x, double y) { return x < y; });
            case BinaryOp::kLessEqual:
                return ordering(a, b, [](double x, double y) { return x <= y; });
            case BinaryOp::kGreater:
                return ordering(a, b, [](double x, double y) { return x > y; });
            case BinaryOp::kGreaterEqual:
                return ordering(a, b, [](double x, double y) { return x >= y; });
        }
        return fail(Code::kInternal, "an operator without meaning");
    }
    bool list_fields(std::vector<std::string>& fields) const override {
        return left_->list_fields(fields) && right_->list_fields(fields);
    }

 private:
    BinaryOp op_;
    ExpressionPtr left_;
    ExpressionPtr right_;
};

class IfExpression final : public Expression {
 public:
    IfExpression(ExpressionPtr condition, ExpressionPtr then, ExpressionPtr otherwise)
        : condition_(std::move(condition)),
          then_(std::move(then)),
          otherwise_(std::move(otherwise)) {}

    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto condition, condition_->evaluate(batch));
        TRY(auto then, then_->evaluate(batch));
        TRY(auto otherwise, otherwise_->evaluate(batch));
        auto holds = condition.as_booleans();
        if (then.is_number() && otherwise.is_number()) {
            auto out = *otherwise.as_numbers();
            auto numbers = then.as_numbers();
            for (std::size_t row = 0; row < out.size(); ++row)
                if ((*holds)[row] == Tri::kTrue) out[row] = (*numbers)[row];
            return Values::numbers(std::move(out));
        }
        model::Column columns[] = {then.texts(), otherwise.texts()};
        std::vector<std::uint32_t> which(batch.rows());
        std::vector<std::uint32_t> rows(batch.rows());
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            which[row] = (*holds)[row] == Tri::kTrue ? 0 : 1;
            rows[row] = row;
        }
        return Values(interleave(columns, which, rows));
    }
    bool list_fields(std::vector<std::string>& fields) const override {
        return condition_->list_fields(fields) && then_->list_fields(fields) &&
               otherwise_->list_fields(fields);
    }

 private:
    ExpressionPtr condition_;
    ExpressionPtr then_;
    ExpressionPtr otherwise_;
};

}  // namespace

ExpressionPtr unary_expression(lang::UnaryOp op, ExpressionPtr operand) {
    return std::make_unique<UnaryExpression>(op, std::move(operand));
}

ExpressionPtr binary_expression(BinaryOp op, ExpressionPtr left, ExpressionPtr right) {
    return std::make_unique<BinaryExpression>(op, std::move(left), std::move(right));
}

ExpressionPtr if_expression(ExpressionPtr condition, ExpressionPtr then, ExpressionPtr otherwise) {
    return std::make_unique<IfExpression>(std::move(condition), std::move(then),
                                          std::move(otherwise));
}

}  // namespace logwood::exec
