#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/column.h"

namespace logwood::exec {

/// A null among numbers. Results that are not finite are null too.
inline constexpr double kNullNumber = std::numeric_limits<double>::quiet_NaN();
inline bool is_null(double number) { return std::isnan(number); }

/// One value a row, as an expression gives them: text, number or boolean, with nulls. Everything
/// converts to everything by the rules of the language (reference 1.10). Immutable and shared:
/// copies are cheap.
class Values {
 public:
    using Numbers = std::vector<double>;
    enum class Tri : std::uint8_t { kFalse, kTrue, kNull };
    using Booleans = std::vector<Tri>;

    Values(model::Column texts) : held_(std::move(texts)) {}  // NOLINT: the plain case
    static Values numbers(Numbers numbers);
    static Values booleans(Booleans booleans);
    static Values constant(std::string_view text, std::size_t rows);

    std::size_t rows() const;
    /// True if every row has the same value by construction.
    bool is_constant() const;
    bool is_number() const { return std::holds_alternative<SharedNumbers>(held_); }
    bool is_boolean() const { return std::holds_alternative<SharedBooleans>(held_); }

    /// As texts: numbers in their shortest form, `true`/`false`.
    model::Column texts() const;
    /// As numbers: null for what is not a number (booleans too).
    std::shared_ptr<const Numbers> as_numbers() const;
    /// As a condition: `true`/`false`; numbers are true unless 0; other texts are null.
    std::shared_ptr<const Booleans> as_booleans() const;
    Values gather(std::span<const std::uint32_t> from) const;

 private:
    using SharedNumbers = std::shared_ptr<const Numbers>;
    using SharedBooleans = std::shared_ptr<const Booleans>;
    explicit Values(SharedNumbers held) : held_(std::move(held)) {}
    explicit Values(SharedBooleans held) : held_(std::move(held)) {}

    std::variant<model::Column, SharedNumbers, SharedBooleans> held_;
};

}  // namespace logwood::exec
