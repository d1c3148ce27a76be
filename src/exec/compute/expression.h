#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "exec/columns/batch.h"
#include "exec/columns/values.h"
#include "exec/filter/filter.h"

namespace logwood::exec {

/// Computes one value a row; changes nothing. Immutable, any thread.
class Expression {
 public:
    virtual ~Expression() = default;
    /// As many values as the batch has rows.
    virtual Result<Values> evaluate(Batch& batch) const = 0;
    /// Adds the fields that decide the value. False when they cannot be told.
    virtual bool list_fields(std::vector<std::string>& /*fields*/) const { return false; }
};
using ExpressionPtr = std::unique_ptr<Expression>;

/// The value of a field.
ExpressionPtr field_expression(std::string field);
/// The same text everywhere.
ExpressionPtr constant_expression(std::string text);
/// The same number everywhere.
ExpressionPtr constant_expression(double number);
/// Evaluates once a distinct text when the expression reads a single field that has few of them.
ExpressionPtr per_distinct_text(ExpressionPtr expression);
/// Passes rows where the expression is true.
FilterPtr test_filter(ExpressionPtr expression);
/// The answer of a filter as true or false.
ExpressionPtr filter_expression(FilterPtr filter);

/// An expression from a function of one text: called once a distinct text (see map_texts).
template <typename F>
ExpressionPtr text_function(std::string field, F f);
/// An expression from a function of one number; null in, null out.
template <typename F>
ExpressionPtr number_function(std::string field, F f);

}  // namespace logwood::exec

#include "exec/columns/column_maker.h"

namespace logwood::exec {

template <typename F>
ExpressionPtr text_function(std::string field, F f) {
    struct Made final : Expression {
        Made(std::string name, F function) : field_(std::move(name)), f_(std::move(function)) {}
        Result<Values> evaluate(Batch& batch) const override {
            TRY(auto column, batch.column(field_));
            return Values(map_texts(column, f_));
        }
        bool list_fields(std::vector<std::string>& fields) const override {
            fields.push_back(field_);
            return true;
        }
        std::string field_;
        F f_;
    };
    return std::make_unique<Made>(std::move(field), std::move(f));
}

template <typename F>
ExpressionPtr number_function(std::string field, F f) {
    struct Made final : Expression {
        Made(std::string name, F function) : field_(std::move(name)), f_(std::move(function)) {}
        Result<Values> evaluate(Batch& batch) const override {
            TRY(auto in, batch.numbers(field_));
            Values::Numbers out(in->size());
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = is_null((*in)[i]) ? kNullNumber : f_((*in)[i]);
            return Values::numbers(std::move(out));
        }
        bool list_fields(std::vector<std::string>& fields) const override {
            fields.push_back(field_);
            return true;
        }
        std::string field_;
        F f_;
    };
    return std::make_unique<Made>(std::move(field), std::move(f));
}

}  // namespace logwood::exec
