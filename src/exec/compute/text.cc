// length(), text:length(), text:substring(), text:positionOf(), text:trim(), text:contains() and
// its kin: texts as people see them.
#include <algorithm>
#include <cmath>
#include <optional>

#include "exec/compute/row_function.h"
#include "exec/plan/registry_values.h"
#include "exec/text/number_text.h"
#include "exec/text/unicode_text.h"

namespace logwood::exec {
namespace {

using Row = std::span<const std::string_view>;

std::string_view number_text(std::string& out, std::size_t number) {
    out = std::to_string(number);
    return out;
}

/// A position in a text: a whole number from 0 on; nullopt: it is none.
std::optional<std::size_t> position_of(std::string_view text) {
    double number = parse_number(text);
    if (!(number >= 0 && number < 1e9) || std::trunc(number) != number) return std::nullopt;
    return static_cast<std::size_t>(number);
}

/// Byte offset of the n-th grapheme; nullopt: the text is shorter.
std::optional<std::size_t> grapheme_offset(std::string_view text, std::size_t n) {
    std::size_t at = 0;
    for (; n > 0 && at < text.size(); --n) at = next_grapheme(text, at);
    if (n > 0) return std::nullopt;
    return at;
}

std::string_view substring(std::string_view text, std::string_view begin, std::string_view end) {
    auto from = position_of(begin);
    auto first = from ? grapheme_offset(text, *from) : std::nullopt;
    if (!first) return model::kMissing;
    if (model::is_missing(end)) return text.substr(*first);
    auto to = position_of(end);
    auto last = to && *to >= 1 ? grapheme_offset(text, *to) : std::nullopt;
    if (!last || *last < *first) return model::kMissing;
    return text.substr(*first, *last - *first);
}

std::string_view trimmed(std::string_view text, bool start, bool end) {
    std::size_t first = 0;
    std::size_t last = 0;
    bool is_leading = true;
    for (std::size_t at = 0; at < text.size();) {
        bool is_space = is_unicode_space(next_code_point(text, at));
        if (is_space && is_leading) first = at;
        is_leading = is_leading && is_space;
        if (!is_space) last = at;
    }
    auto to = end ? std::max(last, start ? first : 0) : text.size();
    auto from = start ? std::min(first, to) : 0;
    return text.substr(from, to - from);
}

lang::Checked<std::vector<ExpressionPtr>> expressions(
    const lang::BoundCall& call, Compiler& compiler,
    std::initializer_list<std::string_view> parameters) {
    std::vector<ExpressionPtr> out;
    for (auto parameter : parameters) {
        auto* expr = call.expr(parameter);
        if (!expr) return wrong_argument(call, parameter, "the argument is missing");
        LANG_TRY(auto made, compiler.expression(*expr));
        out.push_back(std::move(made));
    }
    return out;
}

/// Compiles the argument, or stands for `otherwise` when it is not given.
lang::Checked<ExpressionPtr> expression_or(const lang::BoundCall& call, Compiler& compiler,
                                           std::string_view parameter, std::string otherwise) {
    if (auto* expr = call.has(parameter) ? call.expr(parameter) : nullptr)
        return compiler.expression(*expr);
    return constant_expression(std::move(otherwise));
}

template <typename F>
lang::Checked<FilterPtr> text_filter(const lang::BoundCall& call, Compiler& compiler, F test) {
    LANG_TRY(auto inputs, expressions(call, compiler, {"string", "substring"}));
    auto answer = [test](Row row, std::string&) -> std::string_view {
        return test(row[0], row[1]) ? "true" : "false";
    };
    return test_filter(row_function(std::move(inputs), Missing::kGivesNothing, answer));
}

}  // namespace

lang::Checked<Compute> make_length(const lang::BoundCall& call, Compiler&) {
    auto length = [](std::string_view text, std::string& out) {
        return number_text(out, utf16_length(text));
    };
    return Compute{call.text("as"), text_function(call.text("field"), length)};
}

lang::Checked<Compute> make_text_length(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto inputs, expressions(call, compiler, {"string"}));
    auto length = [](Row row, std::string& out) {
        return number_text(out, grapheme_count(row[0]));
    };
    return Compute{call.text("as"),
                   row_function(std::move(inputs), Missing::kGivesNothing, length)};
}

lang::Checked<Compute> make_text_substring(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto inputs, expressions(call, compiler, {"string"}));
    LANG_TRY(auto begin, expression_or(call, compiler, "begin", "0"));
    inputs.push_back(std::move(begin));
    bool has_end = call.has("end");
    if (has_end) {
        LANG_TRY(auto end, expression_or(call, compiler, "end", ""));
        inputs.push_back(std::move(end));
    }
    auto cut = [has_end](Row row, std::string&) {
        return substring(row[0], row[1], has_end ? row[2] : model::kMissing);
    };
    return Compute{call.text("as"), row_function(std::move(inputs), Missing::kGivesNothing, cut)};
}

lang::Checked<Compute> make_text_position_of(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto inputs, expressions(call, compiler, {"string", "character"}));
    LANG_TRY(auto begin, expression_or(call, compiler, "begin", "0"));
    LANG_TRY(auto occurrence, expression_or(call, compiler, "occurrence", "1"));
    inputs.push_back(std::move(begin));
    inputs.push_back(std::move(occurrence));
    auto find = [](Row row, std::string& out) {
        auto from = position_of(row[2]);
        auto count = position_of(row[3]);
        auto at = from ? grapheme_offset(row[0], *from) : std::nullopt;
        if (!at || !count || *count == 0 || row[1].empty()) return model::kMissing;
        auto found = row[0].find(row[1], *at);
        for (auto n = *count; n > 1 && found != std::string_view::npos; --n)
            found = row[0].find(row[1], found + 1);
        if (found == std::string_view::npos) return model::kMissing;
        return number_text(out, grapheme_count(row[0].substr(0, found)));
    };
    return Compute{call.text("as"), row_function(std::move(inputs), Missing::kGivesNothing, find)};
}

lang::Checked<Compute> make_text_trim(const lang::BoundCall& call, Compiler& compiler) {
    LANG_TRY(auto inputs, expressions(call, compiler, {"field"}));
    auto mode = call.text("mode");
    auto trim = [start = mode != "end", end = mode != "start"](Row row, std::string&) {
        return trimmed(row[0], start, end);
    };
    return Compute{call.text("as"), row_function(std::move(inputs), Missing::kGivesNothing, trim)};
}

lang::Checked<FilterPtr> make_text_contains(const lang::BoundCall& call, Compiler& compiler) {
    return text_filter(call, compiler, [](std::string_view text, std::string_view part) {
        return text.find(part) != std::string_view::npos;
    });
}

lang::Checked<FilterPtr> make_text_starts_with(const lang::BoundCall& call, Compiler& compiler) {
    return text_filter(call, compiler, [](std::string_view text, std::string_view part) {
        return text.starts_with(part);
    });
}

lang::Checked<FilterPtr> make_text_ends_with(const lang::BoundCall& call, Compiler& compiler) {
    return text_filter(call, compiler, [](std::string_view text, std::string_view part) {
        return text.ends_with(part);
    });
}

}  // namespace logwood::exec
