// array:length(), array:contains(), array:regex(), array:drop(), concatArray(): functions of one
// event's array.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "exec/array/array_fields.h"
#include "exec/columns/column_maker.h"
#include "exec/filter/text_predicate.h"
#include "exec/plan/registry_values.h"
#include "exec/text/regex.h"

namespace logwood::exec {
namespace {

class ArrayLengthExpression final : public Expression {
 public:
    explicit ArrayLengthExpression(std::string array) : array_(std::move(array)) {}
    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        Values::Numbers lengths(batch.rows());
        for (std::size_t row = 0; row < lengths.size(); ++row)
            lengths[row] = static_cast<double>(array_length(columns, row));
        return Values::numbers(std::move(lengths));
    }

 private:
    std::string array_;
};

/// Passes rows with an element that matches.
class AnyElementFilter final : public Filter {
 public:
    AnyElementFilter(std::string array, TextPredicatePtr predicate)
        : array_(std::move(array)), predicate_(std::move(predicate)) {}
    Result<Mask> test(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        Mask mask(batch.rows(), 0);
        Mask is_open(batch.rows(), 1);  // The row's array has not ended yet.
        for (auto& column : columns) {
            auto matches = match_rows(column, *predicate_);
            for (std::size_t row = 0; row < mask.size(); ++row) {
                is_open[row] &= !model::is_missing(column[row]);
                mask[row] |= is_open[row] & matches[row];
            }
        }
        return mask;
    }

 private:
    std::string array_;
    TextPredicatePtr predicate_;
};

class ArrayDropStep final : public Operator {
 public:
    explicit ArrayDropStep(std::string array) : array_(std::move(array)) {}
    Result<void> run(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        std::vector<std::size_t> lengths(batch.rows());
        for (std::size_t row = 0; row < lengths.size(); ++row)
            lengths[row] = array_length(columns, row);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            // What stands behind a row's gap stays.
            ColumnMaker left(batch.rows());
            left.keep_alive(columns[i]);
            for (std::size_t row = 0; row < lengths.size(); ++row)
                left.add_borrowed(i < lengths[row] ? model::kMissing : columns[i][row]);
            batch.replace(array_ + "[" + std::to_string(i) + "]", Values(left.finish()));
        }
        return {};
    }

 private:
    std::string array_;
};

class ConcatArrayExpression final : public Expression {
 public:
    explicit ConcatArrayExpression(const lang::BoundCall& call)
        : array_(call.text("field")),
          from_(static_cast<std::size_t>(std::max(0.0, call.number("from")))),
          separator_(call.text("separator")),
          prefix_(call.text("prefix")),
          suffix_(call.text("suffix")) {
        if (auto to = call.optional_number("to"); to && *to >= 0)
            to_ = static_cast<std::size_t>(*to);
    }
    Result<Values> evaluate(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        ColumnMaker maker(batch.rows());
        std::string text;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            text.clear();
            auto at = from_;
            for (; at < columns.size() && at <= to_; ++at) {
                auto element = columns[at][row];
                if (model::is_missing(element)) break;
                text += at > from_ ? separator_ : prefix_;
                text += element;
            }
            text += suffix_;
            maker.add(at > from_ ? std::string_view(text) : model::kMissing);
        }
        return Values(maker.finish());
    }

 private:
    std::string array_;
    std::size_t from_;
    std::size_t to_ = SIZE_MAX;
    std::string separator_;
    std::string prefix_;
    std::string suffix_;
};

}  // namespace

lang::Checked<Compute> make_array_length(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), std::make_unique<ArrayLengthExpression>(call.text("array"))};
}

lang::Checked<FilterPtr> make_array_contains(const lang::BoundCall& call, Compiler&) {
    auto equals = [value = call.text("value")](std::string_view text) { return text == value; };
    return std::make_unique<AnyElementFilter>(call.text("array"), text_predicate(equals));
}

lang::Checked<FilterPtr> make_array_regex(const lang::BoundCall& call, Compiler&) {
    auto flags = call.text("flags");
    RegexOptions options;
    options.ignore_case = flags.find('i') != std::string::npos;
    options.dot_all = flags.find('d') != std::string::npos;
    options.multi_line = flags.find('m') != std::string::npos;
    options.engine_v2 = flags.find('F') != std::string::npos;
    auto predicate = regex_predicate(call.text("regex"), options);
    if (!predicate) return wrong_argument(call, "regex", predicate.error().message);
    return std::make_unique<AnyElementFilter>(call.text("array"), std::move(*predicate));
}

lang::Checked<OperatorPtr> make_array_drop(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<ArrayDropStep>(call.text("array"));
}

lang::Checked<Compute> make_concat_array(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), std::make_unique<ConcatArrayExpression>(call)};
}

}  // namespace logwood::exec
