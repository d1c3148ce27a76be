// Reads what check_call.cc has put into shape.
#include "lang/bound_call.h"

#include <algorithm>

#include "lang/catalogue/signature.h"
#include "lang/check_state.h"
#include "lang/relative_time.h"

namespace logwood::lang {
namespace {

std::vector<std::string> split_default(const std::string& text, ParamType type) {
    std::vector<std::string> parts;
    if (text.empty()) return parts;
    if (type != ParamType::kNumbers) return {text};
    for (std::size_t at = 0; at <= text.size();) {
        auto end = std::min(text.find(',', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

template <typename T>
std::vector<const T*> items_as(const Expr* list) {
    std::vector<const T*> out;
    if (!list) return out;
    for (const auto& item : list->as<Array>()->items) out.push_back(item.as<T>());
    return out;
}

}  // namespace

BoundCall::BoundCall(const Call& call) : call_(&call) { ASSERT(call.signature != nullptr); }

const Argument* BoundCall::find(std::string_view parameter) const {
    const auto* spec = call_->signature->find(parameter);
    ASSERT(spec != nullptr);
    auto is_it = [spec](const Argument& given) { return given.parameter == spec; };
    auto found = std::ranges::find_if(call_->arguments, is_it);
    return found == call_->arguments.end() ? nullptr : &*found;
}

const std::string& BoundCall::default_of(std::string_view parameter) const {
    const auto* spec = call_->signature->find(parameter);
    ASSERT(spec != nullptr);
    return spec->default_text;
}

bool BoundCall::has(std::string_view parameter) const { return find(parameter) != nullptr; }

Span BoundCall::span_of(std::string_view parameter) const {
    const auto* given = find(parameter);
    return given ? given->value.span : call_->span;
}

std::optional<std::string> BoundCall::optional_text(std::string_view parameter) const {
    const auto* value = literal(parameter);
    return value ? std::optional(value->text) : std::nullopt;
}

std::string BoundCall::text(std::string_view parameter) const {
    return text(parameter, default_of(parameter));
}

std::string BoundCall::text(std::string_view parameter, std::string_view fallback) const {
    const auto* value = literal(parameter);
    return value ? value->text : std::string(fallback);
}

std::vector<std::string> BoundCall::texts(std::string_view parameter) const {
    if (!has(parameter)) {
        return split_default(default_of(parameter), call_->signature->find(parameter)->type);
    }
    std::vector<std::string> out;
    for (auto& value : literals(parameter)) out.push_back(std::move(value.text));
    return out;
}

const Literal* BoundCall::literal(std::string_view parameter) const {
    const auto* given = find(parameter);
    if (!given) return nullptr;
    if (const auto* array = given->value.as<Array>()) {
        return array->items.empty() ? nullptr : array->items.front().as<Literal>();
    }
    return given->value.as<Literal>();
}

std::vector<Literal> BoundCall::literals(std::string_view parameter) const {
    std::vector<Literal> out;
    const auto* given = find(parameter);
    if (!given) return out;
    if (const auto* single = given->value.as<Literal>()) return {*single};
    for (const auto* item : items_as<Literal>(&given->value)) {
        ASSERT(item != nullptr);
        out.push_back(*item);
    }
    return out;
}

double BoundCall::number(std::string_view parameter, double fallback) const {
    if (auto given = optional_number(parameter)) return *given;
    return parse_number(default_of(parameter)).value_or(fallback);
}

std::optional<double> BoundCall::optional_number(std::string_view parameter) const {
    const auto* value = literal(parameter);
    return value ? parse_number(value->text) : std::nullopt;
}

std::vector<double> BoundCall::numbers(std::string_view parameter) const {
    std::vector<double> out;
    for (const auto& value : texts(parameter)) {
        if (auto number = parse_number(value)) out.push_back(*number);
    }
    return out;
}

std::uint64_t BoundCall::limit(std::string_view parameter, std::uint64_t maximum) const {
    auto given = text(parameter);
    if (given == "max") return maximum;
    auto number = parse_number(given);
    return number ? static_cast<std::uint64_t>(*number) : maximum;
}

std::optional<std::int64_t> BoundCall::duration_ms(std::string_view parameter) const {
    auto ms = parse_duration_ms(text(parameter));
    return ms ? std::optional(*ms) : std::nullopt;
}

bool BoundCall::boolean(std::string_view parameter, bool fallback) const {
    auto given = text(parameter);
    return given.empty() ? fallback : given == "true";
}

const Expr* BoundCall::expr(std::string_view parameter) const {
    const auto* given = find(parameter);
    return given ? &given->value : nullptr;
}

std::vector<const Expr*> BoundCall::exprs(std::string_view parameter) const {
    std::vector<const Expr*> out;
    if (const auto* given = find(parameter)) {
        for (const auto& item : given->value.as<Array>()->items) out.push_back(&item);
    }
    return out;
}

const Pipeline* BoundCall::pipeline(std::string_view parameter) const {
    const auto* value = expr(parameter);
    return value ? &**value->as<Box<Pipeline>>() : nullptr;
}

std::vector<const Pipeline*> BoundCall::pipelines(std::string_view parameter) const {
    std::vector<const Pipeline*> out;
    for (const auto* box : items_as<Box<Pipeline>>(expr(parameter))) out.push_back(&**box);
    return out;
}

std::vector<AggregateRef> BoundCall::aggregates(std::string_view parameter) const {
    std::vector<AggregateRef> out;
    for (const auto* item : exprs(parameter)) {
        AggregateRef element;
        if (const auto* call = item->as<Box<Call>>()) element.call = &**call;
        if (const auto* pipeline = item->as<Box<Pipeline>>()) element.composite = &**pipeline;
        out.push_back(element);
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> BoundCall::pairs(
    std::string_view parameter) const {
    std::vector<std::pair<std::string, std::string>> out;
    const auto* value = expr(parameter);
    if (!value || !value->as<Array>()) return out;
    for (const auto* row : items_as<Array>(value)) {
        out.emplace_back(row->items[0].as<Literal>()->text, row->items[1].as<Literal>()->text);
    }
    return out;
}

std::vector<std::pair<std::string_view, const Expr*>> BoundCall::assignments() const {
    std::vector<std::pair<std::string_view, const Expr*>> out;
    out.reserve(call_->arguments.size());
    for (const auto& given : call_->arguments) out.emplace_back(given.name, &given.value);
    return out;
}

std::vector<const CorrelateQuery*> BoundCall::queries(std::string_view parameter) const {
    return items_as<CorrelateQuery>(expr(parameter));
}

}  // namespace logwood::lang
