// Conversions between texts, numbers and booleans.
#include "exec/columns/values.h"

#include "exec/columns/column_maker.h"
#include "exec/text/number_text.h"

namespace logwood::exec {
namespace {

using model::Column;

Column texts_of(const Values::Numbers& numbers) {
    ColumnMaker maker(numbers.size());
    std::string text;
    for (auto number : numbers) {
        if (is_null(number)) {
            maker.add_borrowed(model::kMissing);
            continue;
        }
        text.clear();
        append_number(text, number);
        maker.add(text);
    }
    return maker.finish();
}

Column texts_of(const Values::Booleans& booleans) {
    static constexpr std::string_view kNames[] = {"false", "true"};
    std::vector<std::uint32_t> codes(booleans.size());
    for (std::size_t row = 0; row < codes.size(); ++row)
        codes[row] =
            booleans[row] == Values::Tri::kNull ? Column::kNoCode : std::uint32_t(booleans[row]);
    return Column::dictionary(std::move(codes), kNames, nullptr);
}

Values::Tri truth_of(double number) {
    if (is_null(number)) return Values::Tri::kNull;
    return number != 0 ? Values::Tri::kTrue : Values::Tri::kFalse;
}

Values::Tri truth_of_text(std::string_view text) {
    if (text == "true") return Values::Tri::kTrue;
    if (text == "false") return Values::Tri::kFalse;
    return truth_of(parse_number(text));
}

}  // namespace

Values Values::numbers(Numbers numbers) {
    for (auto& number : numbers)
        if (!std::isfinite(number)) number = kNullNumber;
    return Values(std::make_shared<const Numbers>(std::move(numbers)));
}

Values Values::booleans(Booleans booleans) {
    return Values(std::make_shared<const Booleans>(std::move(booleans)));
}

Values Values::constant(std::string_view text, std::size_t rows) {
    return Values(Column::constant(text, rows));
}

std::size_t Values::rows() const {
    if (auto* column = std::get_if<Column>(&held_)) return column->rows();
    if (auto* numbers = std::get_if<SharedNumbers>(&held_)) return (*numbers)->size();
    return std::get<SharedBooleans>(held_)->size();
}

bool Values::is_constant() const {
    auto* column = std::get_if<Column>(&held_);
    return column &&
           (column->kind() == Column::Kind::kConstant || column->kind() == Column::Kind::kMissing);
}

Column Values::texts() const {
    if (auto* column = std::get_if<Column>(&held_)) return *column;
    if (auto* numbers = std::get_if<SharedNumbers>(&held_)) return texts_of(**numbers);
    return texts_of(*std::get<SharedBooleans>(held_));
}

std::shared_ptr<const Values::Numbers> Values::as_numbers() const {
    if (auto* numbers = std::get_if<SharedNumbers>(&held_)) return *numbers;
    if (is_boolean()) return std::make_shared<const Numbers>(rows(), kNullNumber);
    return std::make_shared<const Numbers>(
        map_rows<double>(std::get<Column>(held_), kNullNumber, parse_number));
}

std::shared_ptr<const Values::Booleans> Values::as_booleans() const {
    if (auto* booleans = std::get_if<SharedBooleans>(&held_)) return *booleans;
    if (auto* numbers = std::get_if<SharedNumbers>(&held_)) {
        Booleans out((*numbers)->size());
        for (std::size_t row = 0; row < out.size(); ++row) out[row] = truth_of((**numbers)[row]);
        return std::make_shared<const Booleans>(std::move(out));
    }
    return std::make_shared<const Booleans>(
        map_rows<Tri>(std::get<Column>(held_), Tri::kNull, truth_of_text));
}

Values Values::gather(std::span<const std::uint32_t> from) const {
    if (auto* column = std::get_if<Column>(&held_)) return Values(exec::gather(*column, from));
    if (auto* numbers = std::get_if<SharedNumbers>(&held_)) {
        Numbers out(from.size());
        for (std::size_t row = 0; row < out.size(); ++row) out[row] = (**numbers)[from[row]];
        return Values(std::make_shared<const Numbers>(std::move(out)));
    }
    auto& booleans = *std::get<SharedBooleans>(held_);
    Booleans out(from.size());
    for (std::size_t row = 0; row < out.size(); ++row) out[row] = booleans[from[row]];
    return Values(std::make_shared<const Booleans>(std::move(out)));
}

}  // namespace logwood::exec
