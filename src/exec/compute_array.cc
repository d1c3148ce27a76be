// array:length(), array:contains(), concatArray(): functions of one event's array.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "exec/array_fields.h"
#include "exec/column_maker.h"
#include "exec/registry_values.h"

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

class ArrayContainsFilter final : public Filter {
 public:
    ArrayContainsFilter(std::string array, std::string value)
        : array_(std::move(array)), value_(std::move(value)) {}
    Result<Mask> test(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        Mask mask(batch.rows(), 0);
        for (std::size_t row = 0; row < mask.size(); ++row) {
            for (auto& column : columns) {
                auto text = column[row];
                if (model::is_missing(text)) break;
                if (text == value_) {
                    mask[row] = 1;
                    break;
                }
            }
        }
        return mask;
    }

 private:
    std::string array_;
    std::string value_;
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
                if (at > from_) text += separator_;
                text += prefix_;
                text += element;
                text += suffix_;
            }
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
    return std::make_unique<ArrayContainsFilter>(call.text("array"), call.text("value"));
}

lang::Checked<Compute> make_concat_array(const lang::BoundCall& call, Compiler&) {
    return Compute{call.text("as"), std::make_unique<ConcatArrayExpression>(call)};
}

}  // namespace logwood::exec
