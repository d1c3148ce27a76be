// Shows a message with the line it speaks of:
//
//   1:6: expected a value, but found `|`
//     foo= | bar
//          ^
#include "lang/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

namespace logwood::lang {
namespace {

constexpr std::size_t kLineColumnsMax = 120;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

}  // namespace

LineColumn locate(std::string_view text, std::size_t offset) {
    auto before = text.substr(0, offset);
    auto line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    auto line_start = before.rfind('\n') + 1;
    return {line, 1 + code_points(before.substr(line_start))};
}

std::string render(const Diagnostic& diagnostic, std::string_view text) {
    auto begin = std::min<std::size_t>(diagnostic.span.begin, text.size());
    auto end = std::clamp<std::size_t>(diagnostic.span.end, begin, text.size());
    auto place = locate(text, begin);
    auto line_start = text.substr(0, begin).rfind('\n') + 1;
    auto line_end = std::min(text.find('\n', begin), text.size());
    bool is_long = begin - line_start > kLineColumnsMax / 2;
    auto shown_from = is_long ? begin - kLineColumnsMax / 2 : line_start;
    while (shown_from < begin && is_continuation(text[shown_from])) ++shown_from;
    auto shown_to = std::min(line_end, shown_from + kLineColumnsMax);
    while (shown_to < line_end && is_continuation(text[shown_to])) ++shown_to;
    std::string line(text.substr(shown_from, shown_to - shown_from));
    std::ranges::replace_if(line, [](char c) { return c == '\t' || c == '\r'; }, ' ');
    auto carets =
        code_points(text.substr(begin, std::min(end, shown_to) - std::min(begin, shown_to)));
    return fmt::format("{}:{}: {}\n  {}\n  {:{}}{:^<{}}", place.line, place.column,
                       diagnostic.message, line, "",
                       code_points(text.substr(shown_from, begin - shown_from)), "",
                       std::max<std::size_t>(carets, 1));
}

Error to_error(const Diagnostic& diagnostic, std::string_view text) {
    return Error{diagnostic.code, render(diagnostic, text)};
}

}  // namespace logwood::lang
