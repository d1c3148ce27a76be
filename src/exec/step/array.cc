// array:append(), array:dedup(), array:rename(), array:sort(): steps that rewrite an array.
#include <algorithm>
#include <functional>
#include <memory>
#include <unordered_set>

#include "exec/array/array_fields.h"
#include "exec/array/array_writer.h"
#include "exec/plan/registry_arrays.h"
#include "exec/text/number_text.h"
#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

using model::Column;

class ArrayAppendStep final : public Operator {
 public:
    ArrayAppendStep(std::string array, std::vector<ExpressionPtr> values)
        : array_(std::move(array)), values_(std::move(values)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        ArrayWriter writer;
        std::vector<Column> added;
        for (auto& value : values_) {
            TRY(auto values, value->evaluate(batch));
            added.push_back(values.texts());
            writer.keep_alive(added.back());
        }
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            writer.start_row(array_length(columns, row));
            for (auto& column : added)
                if (auto text = column[row]; !model::is_missing(text)) writer.add_borrowed(text);
        }
        return writer.write(batch, array_, ArrayWriter::Surplus::kKept);
    }

 private:
    std::string array_;
    std::vector<ExpressionPtr> values_;
};

/// Rewrites the elements of each row's array into another, or the same.
class ArrayRewriteStep final : public Operator {
 public:
    /// Changes the elements in place; may drop some.
    using Rewrite = std::function<void(std::vector<std::string_view>&)>;

    ArrayRewriteStep(const lang::BoundCall& call, ArrayWriter::Surplus surplus, Rewrite rewrite)
        : array_(call.text("array")),
          target_(call.text("asArray", array_)),
          surplus_(surplus),
          rewrite_(std::move(rewrite)) {}

    Result<void> run(Batch& batch) const override {
        TRY(auto columns, array_columns(batch, array_));
        ArrayWriter writer;
        for (auto& column : columns) writer.keep_alive(column);
        std::vector<std::string_view> elements;
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            elements.clear();
            for (auto& column : columns) {
                if (model::is_missing(column[row])) break;
                elements.push_back(column[row]);
            }
            if (elements.empty()) {
                writer.skip_row();
                continue;
            }
            rewrite_(elements);
            writer.start_row();
            for (auto element : elements) writer.add_borrowed(element);
        }
        return writer.write(batch, target_, surplus_);
    }

 private:
    std::string array_;
    std::string target_;
    ArrayWriter::Surplus surplus_;
    Rewrite rewrite_;
};

void keep_first_of_each(std::vector<std::string_view>& elements) {
    std::unordered_set<std::string_view> seen;
    std::erase_if(elements, [&](std::string_view text) { return !seen.insert(text).second; });
}

/// What an element sorts by.
struct SortedElement {
    double number = kNullNumber;
    std::string folded;
    std::string_view text;
    std::size_t index = 0;  ///< Where it was: equal ones stay in their order.
};

/// Numbers by value, then texts without regard to case; numbers are first in both directions.
void sort_elements(std::vector<std::string_view>& elements, bool by_number, bool descends) {
    std::vector<SortedElement> sorted;
    for (auto text : elements) {
        auto& one = sorted.emplace_back();
        one.text = text;
        one.index = sorted.size();
        if (by_number) one.number = parse_number(text);
        if (is_null(one.number)) append_lower(one.folded, text);
    }
    std::ranges::sort(sorted, [&](const SortedElement& a, const SortedElement& b) {
        bool is_number = !is_null(a.number);
        if (is_number != !is_null(b.number)) return is_number;
        if (is_number && a.number != b.number) return (a.number < b.number) != descends;
        if (!is_number && a.folded != b.folded) return (a.folded < b.folded) != descends;
        return a.index < b.index;
    });
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = sorted[i].text;
}

class ArrayRenameStep final : public Operator {
 public:
    ArrayRenameStep(OperatorPtr copy, std::string array)
        : copy_(std::move(copy)), array_(std::move(array)) {}

    Result<void> run(Batch& batch) const override {
        TRY_OK(copy_->run(batch));
        ArrayWriter emptied;
        for (std::size_t row = 0; row < batch.rows(); ++row) emptied.start_row();
        return emptied.write(batch, array_, ArrayWriter::Surplus::kRemoved);
    }

 private:
    OperatorPtr copy_;
    std::string array_;
};

class NoStep final : public Operator {
 public:
    Result<void> run(Batch&) const override { return {}; }
};

}  // namespace

lang::Checked<OperatorPtr> make_array_append(const lang::BoundCall& call, Compiler& compiler) {
    std::vector<ExpressionPtr> values;
    for (auto* expr : call.exprs("values")) {
        LANG_TRY(auto value, compiler.expression(*expr));
        values.push_back(std::move(value));
    }
    return std::make_unique<ArrayAppendStep>(call.text("array"), std::move(values));
}

lang::Checked<OperatorPtr> make_array_dedup(const lang::BoundCall& call, Compiler&) {
    return std::make_unique<ArrayRewriteStep>(call, ArrayWriter::Surplus::kRemoved,
                                              keep_first_of_each);
}

lang::Checked<OperatorPtr> make_array_sort(const lang::BoundCall& call, Compiler&) {
    bool by_number = call.text("type") == "number";
    bool descends = call.text("order").starts_with("desc");
    return std::make_unique<ArrayRewriteStep>(call, ArrayWriter::Surplus::kKept,
                                              [=](std::vector<std::string_view>& elements) {
                                                  sort_elements(elements, by_number, descends);
                                              });
}

lang::Checked<OperatorPtr> make_array_rename(const lang::BoundCall& call, Compiler&) {
    auto array = call.text("array");
    if (call.text("asArray") == array) return std::make_unique<NoStep>();
    auto as_they_are = [](std::vector<std::string_view>&) {};
    auto copy = std::make_unique<ArrayRewriteStep>(call, ArrayWriter::Surplus::kRemoved,
                                                   std::move(as_they_are));
    return std::make_unique<ArrayRenameStep>(std::move(copy), std::move(array));
}

}  // namespace logwood::exec
