#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "exec/filter/filter.h"

namespace logwood::exec {

/// A test of one text. Immutable, any thread.
class TextPredicate {
 public:
    virtual ~TextPredicate() = default;
    virtual bool matches(std::string_view text) const = 0;
    /// Writes 0 or 1 for each text; 0 for kMissing.
    virtual void match_all(std::span<const std::string_view> texts, std::uint8_t* out) const = 0;
    /// The only text that matches, when there is just one.
    virtual std::optional<std::string_view> exact() const { return std::nullopt; }
    /// See Filter::cost.
    virtual int cost() const { return 2; }
};
using TextPredicatePtr = std::unique_ptr<TextPredicate>;

/// Gives match_all() a loop without virtual calls. `Self` has `bool match(string_view) const`.
template <typename Self>
class TextPredicateOf : public TextPredicate {
 public:
    bool matches(std::string_view text) const final {
        return static_cast<const Self*>(this)->match(text);
    }
    void match_all(std::span<const std::string_view> texts, std::uint8_t* out) const final {
        auto& self = *static_cast<const Self*>(this);
        for (auto text : texts) *out++ = !model::is_missing(text) && self.match(text);
    }
};

/// A predicate from a lambda, for functions whose test is a few instructions.
template <typename F>
TextPredicatePtr text_predicate(F match, int cost = 2) {
    struct Made final : TextPredicateOf<Made> {
        Made(F f, int c) : f_(std::move(f)), cost_(c) {}
        bool match(std::string_view text) const { return f_(text); }
        int cost() const override { return cost_; }
        F f_;
        int cost_;
    };
    return std::make_unique<Made>(std::move(match), cost);
}

/// Passes rows whose field has a value that matches; a missing field passes if `missing_passes`.
/// The predicate sees each distinct value of a segment once, and a row group without a matching
/// value is not decoded.
FilterPtr field_filter(std::string field, TextPredicatePtr predicate, bool missing_passes = false,
                       bool negate = false);

/// Passes rows of which any stored text field (current field in parsers) matches.
FilterPtr any_field_filter(TextPredicatePtr predicate, bool current_fields);

/// The bytes of predicate results for each row of a column; 0 where it has no value.
Mask match_rows(const model::Column& column, const TextPredicate& predicate);

}  // namespace logwood::exec
