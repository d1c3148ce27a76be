#include "exec/text/token_hash.h"

#include <string>

#include "base/bytes.h"

namespace logwood::exec {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Letters, digits, and bytes of other alphabets.
bool is_word(char c) {
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || (c & 0x80) != 0;
}

char shape_of(std::string_view value) {
    for (char c : value)
        if (is_digit(c)) return 'n';
    return value.front() >= 'A' && value.front() <= 'Z' ? 'W' : 'w';
}

/// The shape of one token, such as `[n]`, `user=w` or `w:`.
void append_shape(std::string& out, std::string_view token) {
    std::size_t begin = 0;
    while (begin < token.size() && !is_word(token[begin])) ++begin;
    auto end = token.size();
    while (end > begin && !is_word(token[end - 1])) --end;
    out += token.substr(0, begin);
    auto core = token.substr(begin, end - begin);
    auto separator = core.find_first_of("=:");
    bool has_name = separator != std::string_view::npos && separator > 0 &&
                    shape_of(core.substr(0, separator)) != 'n';
    if (has_name) {
        out += core.substr(0, separator + 1);
        core.remove_prefix(separator + 1);
    }
    if (!core.empty()) out += shape_of(core);
    out += token.substr(end);
}

}  // namespace

std::uint32_t token_hash(std::string_view text) {
    std::uint64_t sum = 0;
    std::string shape;
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && is_blank(text[at])) ++at;
        auto end = at;
        while (end < text.size() && !is_blank(text[end])) ++end;
        if (end == at) break;
        shape.clear();
        append_shape(shape, text.substr(at, end - at));
        sum += checksum64(shape);
        at = end;
    }
    return static_cast<std::uint32_t>(sum >> 32 ^ sum);
}

}  // namespace logwood::exec
