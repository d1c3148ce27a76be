// Filters on fields. A predicate is asked once for each distinct text that a segment knows; then
// rows are decided by their codes, or not even decoded.
#include "exec/filter/text_predicate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "exec/columns/column_maker.h"
#include "exec/columns/dictionary_cache.h"

namespace logwood::exec {

using model::Column;

Mask match_rows(const Column& column, const TextPredicate& predicate) {
    auto rows = column.rows();
    switch (column.kind()) {
        case Column::Kind::kMissing:
            return Mask(rows, 0);
        case Column::Kind::kConstant:
            return Mask(rows, predicate.matches(column.values()[0]));
        case Column::Kind::kPlain: {
            Mask mask(rows);
            predicate.match_all(column.values(), mask.data());
            return mask;
        }
        case Column::Kind::kDictionary:
            break;
    }
    if (!internal::codes_worth_a_table(column)) {
        return map_rows<std::uint8_t>(column, 0, [&](std::string_view text) {
            return std::uint8_t(predicate.matches(text));
        });
    }
    Mask bits(column.values().size());
    predicate.match_all(column.values(), bits.data());
    Mask mask(rows);
    auto codes = column.codes();
    for (std::size_t row = 0; row < rows; ++row)
        mask[row] = codes[row] == Column::kNoCode ? std::uint8_t(0) : bits[codes[row]];
    return mask;
}

namespace {

using Bits = DictionaryCache::Bits;

Mask match_codes(const Column& column, const Bits& bits) {
    Mask mask(column.rows());
    auto codes = column.codes();
    for (std::size_t row = 0; row < mask.size(); ++row)
        mask[row] = codes[row] < bits.size() ? bits[codes[row]] : std::uint8_t(0);
    return mask;
}

/// The predicate's answers for the segment's dictionary, remembered when that is safe.
Result<std::shared_ptr<const Bits>> dictionary_bits(Batch& batch, std::string_view field,
                                                    std::span<const std::string_view> dictionary,
                                                    const TextPredicate& predicate) {
    auto* cache = batch.context()->dictionaries;
    if (cache)
        if (auto known = cache->find(&predicate, dictionary)) return known;
    Bits bits(dictionary.size());
    predicate.match_all(dictionary, bits.data());
    if (cache) {
        TRY(auto column, batch.stored_column(field));
        if (column.values().data() == dictionary.data())
            return cache->add(&predicate, dictionary, column.values_owner(), std::move(bits));
    }
    return std::make_shared<const Bits>(std::move(bits));
}

/// One byte a row: does its value match?
Result<Mask> match_stored(Batch& batch, std::string_view field, const TextPredicate& predicate) {
    TRY(auto dictionary, batch.source()->dictionary(field));
    if (!dictionary || dictionary->data() == nullptr) {
        TRY(auto column, batch.stored_column(field));
        return match_rows(column, predicate);
    }
    TRY(auto bits, dictionary_bits(batch, field, *dictionary, predicate));
    if (std::ranges::find(*bits, 1) == bits->end()) return Mask(batch.rows(), 0);
    TRY(auto column, batch.stored_column(field));
    if (column.kind() == Column::Kind::kDictionary && column.values().data() == dictionary->data())
        return match_codes(column, *bits);
    return match_rows(column, predicate);
}

class FieldFilter final : public Filter {
 public:
    FieldFilter(std::string field, TextPredicatePtr predicate, bool missing_passes, bool negate)
        : field_(std::move(field)),
          predicate_(std::move(predicate)),
          missing_passes_(missing_passes),
          negate_(negate) {}

    Result<Mask> test(Batch& batch) const override {
        Mask mask;
        if (batch.is_stored(field_)) {
            TRY(mask, match_stored(batch, field_, *predicate_));
        } else {
            TRY(auto column, batch.column(field_));
            mask = match_rows(column, *predicate_);
        }
        if (negate_)
            for (auto& bit : mask) bit ^= 1;
        // So far a missing field counts as "does not match".
        if (missing_passes_ != negate_) TRY_OK(decide_missing(batch, mask));
        return mask;
    }

    Verdict judge(std::string_view field, std::string_view value) const override {
        if (field != field_) return Verdict::kMaybe;
        bool passes =
            model::is_missing(value) ? missing_passes_ : predicate_->matches(value) != negate_;
        return passes ? Verdict::kAlways : Verdict::kNever;
    }

    int cost() const override { return predicate_->cost(); }

 private:
    Result<void> decide_missing(Batch& batch, Mask& mask) const {
        TRY(auto column, batch.column(field_));
        for (std::size_t row = 0; row < mask.size(); ++row)
            if (model::is_missing(column[row])) mask[row] = missing_passes_;
        return {};
    }

    std::string field_;
    TextPredicatePtr predicate_;
    bool missing_passes_;
    bool negate_;
};

class AnyFieldFilter final : public Filter {
 public:
    AnyFieldFilter(TextPredicatePtr predicate, bool current_fields)
        : predicate_(std::move(predicate)), current_fields_(current_fields) {}

    Result<Mask> test(Batch& batch) const override {
        TRY(auto fields, batch.text_fields());
        // Most texts are found where the event is in one piece.
        if (auto raw = std::ranges::find(fields, "@rawstring"); raw != fields.end())
            std::swap(*raw, fields.front());
        Mask found(batch.rows(), 0);
        for (auto& field : fields) {
            Mask mask;
            if (batch.source() && !(current_fields_ && !batch.is_stored(field))) {
                TRY(mask, match_stored(batch, field, *predicate_));
            } else {
                TRY(auto column, batch.column(field));
                mask = match_rows(column, *predicate_);
            }
            for (std::size_t row = 0; row < found.size(); ++row) found[row] |= mask[row];
            if (std::ranges::find(found, 0) == found.end()) break;
        }
        return found;
    }

    int cost() const override { return 20 + predicate_->cost(); }

 private:
    TextPredicatePtr predicate_;
    bool current_fields_;
};

}  // namespace

FilterPtr field_filter(std::string field, TextPredicatePtr predicate, bool missing_passes,
                       bool negate) {
    return std::make_unique<FieldFilter>(std::move(field), std::move(predicate), missing_passes,
                                         negate);
}

FilterPtr any_field_filter(TextPredicatePtr predicate, bool current_fields) {
    return std::make_unique<AnyFieldFilter>(std::move(predicate), current_fields);
}

}  // namespace logwood::exec
