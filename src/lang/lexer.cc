// The character classes of the language and the scanners that use them.
//
// A name is a run of name characters, a pattern a run of those plus `* + - : ~ ¬ /`. Characters
// past Latin-1 count as letters, except blanks, quotes and format characters.
#include "lang/lexer.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace logwood::lang {
namespace {

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 0;  // 0: not UTF-8.
};

CodePoint decode(std::string_view text, std::size_t at) {
    auto lead = static_cast<unsigned char>(text[at]);
    std::size_t size = lead < 0x80   ? 1
                       : lead < 0xC2 ? 0
                       : lead < 0xE0 ? 2
                       : lead < 0xF0 ? 3
                       : lead < 0xF5 ? 4
                                     : 0;
    if (size == 0 || text.size() - at < size) return {};
    if (size == 1) return {lead, 1};
    std::uint32_t value = lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        auto byte = static_cast<unsigned char>(text[at + i]);
        if ((byte & 0xC0u) != 0x80u) return {};
        value = value << 6 | (byte & 0x3Fu);
    }
    return {value, size};
}

constexpr auto kIsNameByte = [] {
    std::array<bool, 128> is{};
    for (char c : std::string_view("#%&.@\\^_")) is[static_cast<std::size_t>(c)] = true;
    for (char c = '0'; c <= '9'; ++c) is[static_cast<std::size_t>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c) is[static_cast<std::size_t>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) is[static_cast<std::size_t>(c)] = true;
    return is;
}();

bool is_wide_name_char(std::uint32_t c) {
    if (c <= 0xA0 || c == 0xAB || c == 0xAC || c == 0xAD || c == 0xBB) return false;
    if (c <= 0xFF) return true;
    bool is_blank_or_format = (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
                              (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
    bool is_quote = c >= 0x2018 && c <= 0x201F;
    return !is_blank_or_format && !is_quote;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Span span_of(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Size of the blank at `at`: ASCII white space, no-break space, zero-width space, byte order mark.
std::size_t blank_size(std::string_view text, std::size_t at) {
    char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') return 1;
    for (std::string_view wide : {"\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF"}) {
        if (text.substr(at).starts_with(wide)) return wide.size();
    }
    return 0;
}

bool set_flag(RegexFlags& flags, char c) {
    switch (c) {
        case 'd':
            return flags.dot_all = true;
        case 'i':
            return flags.ignore_case = true;
        case 'm':
            return flags.multi_line = true;
        case 'g':
            return flags.repeat = true;
        case 'F':
            return flags.engine_v2 = true;
        default:
            return false;
    }
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

/// End of the comment at `from`, or `from`.
std::size_t Lexer::comment_end(std::size_t from) const {
    if (byte_at(from) != '/') return from;
    if (byte_at(from + 1) == '/') return std::min(text_.find('\n', from), text_.size());
    if (byte_at(from + 1) != '*') return from;
    auto end = text_.find("*/", from + 2);
    return end == std::string_view::npos ? text_.size() : end + 2;
}

std::size_t Lexer::skip_from(std::size_t from) const {
    while (from < text_.size()) {
        auto next = from + blank_size(text_, from);
        if (next == from) next = comment_end(from);
        if (next == from) break;
        from = next;
    }
    return from;
}

void Lexer::skip() {
    auto end = skip_from(at_);
    for (auto at = at_; comments_ && at < end;) {
        auto blank = blank_size(text_, at);
        auto next = blank != 0 ? at + blank : comment_end(at);
        bool is_new = comments_->empty() || comments_->back().begin < at;
        if (blank == 0 && is_new) comments_->push_back(span_of(at, next));
        at = next;
    }
    at_ = end;
}

void Lexer::skip_to_value() {
    auto ahead = *this;
    bool is_regex = starts_with("//") && ahead.regex().has_value();
    if (!is_regex) skip();
}

bool Lexer::accept(char c) {
    if (at_end() || peek() != c) return false;
    ++at_;
    return true;
}

bool Lexer::accept(std::string_view s) {
    if (!starts_with(s)) return false;
    at_ += s.size();
    return true;
}

std::size_t Lexer::name_char_size(std::size_t from) const {
    if (from >= text_.size()) return 0;
    auto byte = static_cast<unsigned char>(text_[from]);
    if (byte < 0x80) return kIsNameByte[byte] ? 1 : 0;
    auto c = decode(text_, from);
    return c.size != 0 && is_wide_name_char(c.value) ? c.size : 0;
}

std::size_t Lexer::pattern_char_size(std::size_t from) const {
    if (auto size = name_char_size(from)) return size;
    char c = byte_at(from);
    if (c == ':') return byte_at(from + 1) == '=' ? 0 : 1;
    if (c == '*' || c == '+' || c == '-' || c == '~' || c == '/') return 1;
    return c == '\xC2' && byte_at(from + 1) == '\xAC' ? 2 : 0;
}

/// End of `[12]` at `from` (or of `[]`), or `from`.
std::size_t Lexer::index_end(std::size_t from, bool allow_empty) const {
    if (byte_at(from) != '[') return from;
    auto end = from + 1;
    while (is_digit(byte_at(end))) ++end;
    bool is_index = byte_at(end) == ']' && (end > from + 1 || allow_empty);
    return is_index ? end + 1 : from;
}

std::size_t Lexer::name_end(std::size_t from) const {
    auto end = from;
    while (true) {
        if (auto size = name_char_size(end)) {
            end += size;
        } else if (auto index = index_end(end, false); index > end && end > from) {
            end = index;
        } else {
            return end;
        }
    }
}

std::size_t Lexer::pattern_end(std::size_t from) const {
    if (byte_at(from) == '/') return from;
    auto end = from;
    while (true) {
        if (auto size = pattern_char_size(end)) {
            end += size;
        } else if (auto index = index_end(end, true); index > end && end > from) {
            end = index;
        } else {
            return end;
        }
    }
}

std::size_t Lexer::function_name_end(std::size_t from) const {
    auto run = [this](std::size_t at) {
        while (auto size = name_char_size(at)) at += size;
        return at;
    };
    auto end = run(from);
    if (end == from || byte_at(end) != ':') return end;
    auto member = run(end + 1);
    return member > end + 1 ? member : end;
}

bool Lexer::at_word(std::string_view word) const {
    if (!equals_ignoring_case(text_.substr(at_, word.size()), word)) return false;
    return pattern_char_size(at_ + word.size()) == 0;
}

Checked<std::string_view> Lexer::pattern() {
    auto begin = at_;
    auto end = pattern_end(begin);
    auto word = between(begin, end);
    if (word.empty()) return wrong(span_of(begin, begin + 1), "expected a word or a quoted text");
    if (word.ends_with("//")) {
        return wrong(span_of(begin, end),
                     "an unquoted text may not end in `//`; put it in double quotes");
    }
    at_ = end;
    return word;
}

std::optional<std::size_t> Lexer::quoted_end(std::size_t from) const {
    for (auto i = from + 1; i < text_.size(); ++i) {
        if (text_[i] == '"') return i + 1;
        if (text_[i] == '\\') ++i;
    }
    return std::nullopt;
}

Checked<std::string> Lexer::quoted() {
    auto end = quoted_end(at_);
    if (!end) return wrong(span_of(at_, at_ + 1), "this double quote is never closed");
    auto raw = between(at_ + 1, *end - 1);
    at_ = *end;
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        char next = i + 1 < raw.size() ? raw[i + 1] : '\0';
        if (raw[i] != '\\' || (next != '"' && next != '\\' && next != 'n')) {
            out += raw[i];
            continue;
        }
        out += next == 'n' ? '\n' : next;
        ++i;
    }
    return out;
}

/// Is the slash at `from` followed by flags and then by what may follow a regex? Gives the end of
/// the flags, or `from`. A slash inside a body that nobody escaped is told from the last one so.
std::size_t Lexer::regex_close_end(std::size_t from) const {
    RegexFlags ignored;
    auto end = from + 1;
    while (set_flag(ignored, byte_at(end))) ++end;
    if (end >= text_.size() || blank_size(text_, end) != 0) return end;
    return std::string_view("|)}];,=!").contains(text_[end]) ? end : from;
}

Checked<Literal> Lexer::regex() {
    auto begin = at_;
    Literal literal;
    literal.kind = LiteralKind::kRegex;
    bool in_class = false;
    auto i = begin + 1;
    auto end = i;
    for (;; ++i) {
        char c = byte_at(i);
        if (i >= text_.size() || c == '\n') {
            return wrong(
                span_of(begin, begin + 1),
                "this regular expression is never closed by `/` and its flags (d i m g F)");
        }
        if (c == '\\' && i + 1 < text_.size() && text_[i + 1] != '\n') {
            if (text_[i + 1] != '/') literal.text += c;
            literal.text += text_[++i];
            continue;
        }
        if (c == '/' && !in_class && (end = regex_close_end(i)) > i) break;
        if (c == '[') in_class = true;
        if (c == ']') in_class = false;
        literal.text += c;
    }
    for (at_ = i + 1; at_ < end; ++at_) set_flag(literal.flags, peek());
    literal.span = span_of(begin, at_);
    return literal;
}

}  // namespace logwood::lang
