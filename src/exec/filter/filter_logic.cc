#include "exec/filter/filter_logic.h"

#include <algorithm>
#include <utility>

#include "exec/filter/text_predicate.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

int total_cost(const std::vector<FilterPtr>& operands) {
    int cost = 0;
    for (auto& operand : operands) cost += operand->cost();
    return cost;
}

class ConstantFilter final : public Filter {
 public:
    explicit ConstantFilter(bool passes) : passes_(passes) {}
    Result<Mask> test(Batch& batch) const override { return Mask(batch.rows(), passes_); }
    Verdict judge(std::string_view, std::string_view) const override {
        return passes_ ? Verdict::kAlways : Verdict::kNever;
    }
    int cost() const override { return 0; }

 private:
    bool passes_;
};

/// AND, or OR when `kIsOr`: they differ in which answer decides.
template <bool kIsOr>
class JunctionFilter final : public Filter {
 public:
    explicit JunctionFilter(std::vector<FilterPtr> operands) : operands_(std::move(operands)) {
        std::ranges::sort(operands_, {}, [](auto& operand) { return operand->cost(); });
    }

    Result<Mask> test(Batch& batch) const override {
        TRY(auto mask, operands_[0]->test(batch));
        for (std::size_t i = 1; i < operands_.size(); ++i) {
            if (std::ranges::find(mask, kIsOr ? 0 : 1) == mask.end()) break;
            TRY(auto other, operands_[i]->test(batch));
            for (std::size_t row = 0; row < mask.size(); ++row)
                mask[row] = kIsOr ? mask[row] | other[row] : mask[row] & other[row];
        }
        return mask;
    }

    Verdict judge(std::string_view field, std::string_view value) const override {
        constexpr auto kDecides = kIsOr ? Verdict::kAlways : Verdict::kNever;
        auto verdict = kIsOr ? Verdict::kNever : Verdict::kAlways;
        for (auto& operand : operands_) {
            auto one = operand->judge(field, value);
            if (one == kDecides) return one;
            if (one == Verdict::kMaybe) verdict = one;
        }
        return verdict;
    }
    int cost() const override { return total_cost(operands_); }

 private:
    std::vector<FilterPtr> operands_;
};

class NotFilter final : public Filter {
 public:
    explicit NotFilter(FilterPtr operand) : operand_(std::move(operand)) {}
    Result<Mask> test(Batch& batch) const override {
        TRY(auto is_void, operand_->is_void());
        if (is_void) return Mask(batch.rows(), 1);
        TRY(auto mask, operand_->test(batch));
        for (auto& bit : mask) bit ^= 1;
        return mask;
    }
    Verdict judge(std::string_view field, std::string_view value) const override {
        auto verdict = operand_->judge(field, value);
        if (verdict == Verdict::kMaybe) return verdict;
        return verdict == Verdict::kAlways ? Verdict::kNever : Verdict::kAlways;
    }
    int cost() const override { return operand_->cost(); }

 private:
    FilterPtr operand_;
};

bool holds(lang::CompareOp op, double value, double bound) {
    switch (op) {  // A null compares false with everything.
        case lang::CompareOp::kLess:
            return value < bound;
        case lang::CompareOp::kLessEqual:
            return value <= bound;
        case lang::CompareOp::kGreater:
            return value > bound;
        default:
            return value >= bound;
    }
}

class OrderFilter final : public Filter {
 public:
    OrderFilter(std::string field, lang::CompareOp op, double bound)
        : field_(field),
          op_(op),
          bound_(bound),
          texts_(field_filter(std::move(field), text_predicate([=](std::string_view text) {
                                  return holds(op, parse_number(text), bound);
                              }))) {}

    Result<Mask> test(Batch& batch) const override {
        TRY(bool is_number, batch.holds_numbers(field_));
        if (!is_number) return texts_->test(batch);
        TRY(auto numbers, batch.numbers(field_));
        Mask mask(numbers->size());
        for (std::size_t row = 0; row < mask.size(); ++row)
            mask[row] = holds(op_, (*numbers)[row], bound_);
        return mask;
    }
    Verdict judge(std::string_view field, std::string_view value) const override {
        return texts_->judge(field, value);
    }
    int cost() const override { return 2; }

 private:
    std::string field_;
    lang::CompareOp op_;
    double bound_;
    FilterPtr texts_;
};

}  // namespace

FilterPtr constant_filter(bool passes) { return std::make_unique<ConstantFilter>(passes); }

FilterPtr and_filter(std::vector<FilterPtr> operands) {
    if (operands.empty()) return constant_filter(true);
    if (operands.size() == 1) return std::move(operands[0]);
    return std::make_unique<JunctionFilter<false>>(std::move(operands));
}

FilterPtr or_filter(std::vector<FilterPtr> operands) {
    if (operands.size() == 1) return std::move(operands[0]);
    return std::make_unique<JunctionFilter<true>>(std::move(operands));
}

FilterPtr not_filter(FilterPtr operand) { return std::make_unique<NotFilter>(std::move(operand)); }

FilterPtr order_filter(std::string field, lang::CompareOp op, double bound) {
    return std::make_unique<OrderFilter>(std::move(field), op, bound);
}

}  // namespace logwood::exec
