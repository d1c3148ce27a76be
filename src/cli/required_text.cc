#include "cli/required_text.h"

#include <algorithm>
#include <cstring>

#include "cli/input.h"
#include "exec/text/regex_translate.h"
#include "lang/check.h"

namespace logwood::cli {
namespace {

/// Shorter texts also stand in values that parsers add, such as the time zone `Z`.
constexpr std::size_t kNeedleBytesMin = 3;

/// The longest run of a glob that stands for itself.
std::string longest_run(std::string_view glob) {
    std::string_view longest;
    while (!glob.empty()) {
        auto run = glob.substr(0, glob.find_first_of("*\\"));
        if (run.size() > longest.size()) longest = run;
        glob.remove_prefix(std::min(run.size() + 1, glob.size()));
    }
    return longest.size() < kNeedleBytesMin ? std::string() : std::string(longest);
}

/// What every text has that a regex matches.
std::string of_regex(const lang::Literal& literal) {
    if (literal.flags.ignore_case) return {};
    auto translated = exec::translate_regex(
        literal.text, {.dot_all = literal.flags.dot_all, .multi_line = literal.flags.multi_line});
    bool is_known = translated && !translated->has_lookahead;
    if (!is_known || translated->required.size() < kNeedleBytesMin) return {};
    return translated->required;
}

std::string of_literal(const lang::Literal& literal) {
    if (literal.kind == lang::LiteralKind::kRegex) return of_regex(literal);
    bool is_glob =
        literal.kind == lang::LiteralKind::kPattern || literal.kind == lang::LiteralKind::kString;
    return is_glob ? longest_run(literal.text) : std::string();
}

std::string of_filter(const lang::Filter& filter) {
    if (auto* text = filter.as<lang::FreeText>()) return of_literal(text->value);
    if (auto* compare = filter.as<lang::Compare>()) {
        auto& field = compare->field.name;
        bool is_of_line = field == "@rawstring" || !field.starts_with('@');
        bool is_equal =
            compare->op == lang::CompareOp::kEqual || compare->op == lang::CompareOp::kLike;
        return is_of_line && !field.starts_with('#') && is_equal ? of_literal(compare->value)
                                                                 : std::string();
    }
    std::string longest;
    if (auto* all = filter.as<lang::And>())
        for (auto& operand : all->operands)
            if (auto text = of_filter(operand); text.size() > longest.size()) longest = text;
    return longest;
}

/// Calls may set fields that stand in no line.
bool has_call(const lang::Filter& filter) {
    if (filter.as<lang::Box<lang::Call>>()) return true;
    if (auto* negated = filter.as<lang::Not>()) return has_call(*negated->operand);
    auto any = [](auto& operands) { return std::ranges::any_of(operands, has_call); };
    if (auto* all = filter.as<lang::And>()) return any(all->operands);
    auto* one = filter.as<lang::Or>();
    return one && any(one->operands);
}

std::size_t position_of(std::string_view text, std::string_view needle, std::size_t from) {
    auto* found = ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
                 : text.size();
}

}  // namespace

std::string required_text(std::string_view query) {
    auto checked = lang::compile(query);
    std::string longest;
    if (!checked) return longest;
    for (auto& step : checked->pipeline.steps) {
        auto* filter = step.as<lang::Filter>();
        if (!filter) break;
        if (auto text = of_filter(*filter); text.size() > longest.size()) longest = text;
        if (has_call(*filter)) break;
    }
    return longest;
}

std::string_view hiding_escape(std::string_view needle) {
    auto has_short_escape = [](char c) {
        return c == '"' || c == '\\' || c == '/' || static_cast<unsigned char>(c) < ' ';
    };
    return std::ranges::any_of(needle, has_short_escape) ? "\\" : "\\u";
}

std::vector<std::string_view> lines_with(std::string_view text, std::string_view needle,
                                         std::string_view escape) {
    std::vector<std::string_view> lines;
    if (needle.empty()) {
        for_each_line(text, [&](std::string_view line) { lines.push_back(line); });
        return lines;
    }
    auto needle_at = position_of(text, needle, 0);
    auto escape_at = escape.empty() ? text.size() : position_of(text, escape, 0);
    while (true) {
        auto hit = std::min(needle_at, escape_at);
        if (hit == text.size()) return lines;
        auto before = hit == 0 ? std::string_view::npos : text.rfind('\n', hit - 1);
        auto begin = before == std::string_view::npos ? 0 : before + 1;
        auto end = std::min(text.find('\n', hit), text.size());
        auto line = text.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        if (needle_at < end) needle_at = position_of(text, needle, end);
        if (escape_at < end) escape_at = position_of(text, escape, end);
    }
}

}  // namespace logwood::cli
