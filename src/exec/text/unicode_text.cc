// Properties of characters come from the C library's C.UTF-8 locale.
#include "exec/text/unicode_text.h"

#include <clocale>
#include <cwchar>
#include <cwctype>

namespace logwood::exec {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_between(std::uint32_t c, std::uint32_t first, std::uint32_t last) {
    return c >= first && c <= last;
}

locale_t unicode_locale() {
    static const locale_t kLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return kLocale;
}

template <typename F>
void append_mapped(std::string& out, std::string_view text, char first, F map_wide) {
    for (std::size_t at = 0; at < text.size();) {
        char c = text[at];
        if (static_cast<unsigned char>(c) < 0x80) {
            bool changes = c >= first && c < first + 26;
            out += changes ? static_cast<char>(c ^ 0x20) : c;
            ++at;
            continue;
        }
        auto begin = at;
        auto code_point = next_code_point(text, at);
        auto mapped = unicode_locale() && code_point != kReplacement
                          ? static_cast<std::uint32_t>(map_wide(code_point))
                          : code_point;
        if (mapped == code_point)
            out += text.substr(begin, at - begin);
        else
            append_code_point(out, mapped);
    }
}

bool is_extender(std::uint32_t c) {
    if (c < 0x300) return false;
    if (is_between(c, 0x300, 0x36F) || is_between(c, 0xFE00, 0xFE0F) || c == 0x200D ||
        is_between(c, 0x1F3FB, 0x1F3FF) || is_between(c, 0xE0020, 0xE007F))
        return true;
    if (is_between(c, 0x1100, 0x11FF) || c == 0x200B || c == 0xFEFF || c == kReplacement)
        return false;
    // Zero-width characters that are no controls are marks.
    return wcwidth(static_cast<wchar_t>(c)) == 0 && unicode_locale() &&
           !iswcntrl_l(static_cast<wint_t>(c), unicode_locale());
}

bool is_flag_half(std::uint32_t c) { return is_between(c, 0x1F1E6, 0x1F1FF); }

enum class Hangul : std::uint8_t { kNone, kLead, kVowel, kTail, kOpenSyllable, kClosedSyllable };

Hangul hangul_of(std::uint32_t c) {
    if (is_between(c, 0x1100, 0x115F) || is_between(c, 0xA960, 0xA97C)) return Hangul::kLead;
    if (is_between(c, 0x1160, 0x11A7) || is_between(c, 0xD7B0, 0xD7C6)) return Hangul::kVowel;
    if (is_between(c, 0x11A8, 0x11FF) || is_between(c, 0xD7CB, 0xD7FB)) return Hangul::kTail;
    if (is_between(c, 0xAC00, 0xD7A3))
        return (c - 0xAC00) % 28 == 0 ? Hangul::kOpenSyllable : Hangul::kClosedSyllable;
    return Hangul::kNone;
}

bool joins_hangul(std::uint32_t before, std::uint32_t after) {
    auto a = hangul_of(before);
    auto b = hangul_of(after);
    if (a == Hangul::kNone || b == Hangul::kNone) return false;
    if (a == Hangul::kLead) return b != Hangul::kTail;
    if (a == Hangul::kVowel || a == Hangul::kOpenSyllable)
        return b == Hangul::kVowel || b == Hangul::kTail;
    return b == Hangul::kTail;
}

}  // namespace

void append_code_point(std::string& out, std::uint32_t c) {
    auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (is_between(c, 0xD800, 0xDFFF) || c > 0x10FFFF) c = kReplacement;
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0 | c >> 6);
        return put(0x80 | (c & 0x3F));
    }
    if (c < 0x10000) {
        put(0xE0 | c >> 12);
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
}

std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(text[i] & 0xFF); };
    auto first = byte(at++);
    if (first < 0x80) return first;
    std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || at + more > text.size()) return kReplacement;
    auto code_point = first & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return kReplacement;
        code_point = code_point << 6 | (byte(at + i) & 0x3F);
    }
    at += more;
    return code_point;
}

void append_lower(std::string& out, std::string_view text) {
    append_mapped(out, text, 'A', [](std::uint32_t c) {
        return towlower_l(static_cast<wint_t>(c), unicode_locale());
    });
}

void append_upper(std::string& out, std::string_view text) {
    append_mapped(out, text, 'a', [](std::uint32_t c) {
        return towupper_l(static_cast<wint_t>(c), unicode_locale());
    });
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        units += ((byte & 0xC0) != 0x80) + (byte >= 0xF0);
    }
    return units;
}

std::size_t next_grapheme(std::string_view text, std::size_t at) {
    if (at >= text.size()) return text.size();
    auto before = next_code_point(text, at);
    bool is_half_flag = is_flag_half(before);
    while (at < text.size()) {
        auto end = at;
        auto after = next_code_point(text, end);
        bool joins = is_extender(after) || (before == 0x200D && after >= 0x2190) ||
                     (before == '\r' && after == '\n') || joins_hangul(before, after) ||
                     (is_half_flag && is_flag_half(after));
        if (!joins || (before < 0x20 && after != '\n')) break;
        is_half_flag = false;
        before = after;
        at = end;
    }
    return at;
}

std::size_t grapheme_count(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = next_grapheme(text, at)) ++count;
    return count;
}

bool is_unicode_space(std::uint32_t c) {
    return is_between(c, 9, 13) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           is_between(c, 0x2000, 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

}  // namespace logwood::exec
