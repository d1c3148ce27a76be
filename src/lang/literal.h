#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/diagnostic.h"

namespace logwood::lang {

struct FieldName {
    std::string name;
    Span span;
};

/// Letters after a regex literal: `d i m g F`.
struct RegexFlags {
    bool dot_all = false;
    bool ignore_case = false;
    bool multi_line = false;
    bool repeat = false;
    bool engine_v2 = false;

    friend bool operator==(RegexFlags, RegexFlags) = default;
};

enum class LiteralKind : std::uint8_t {
    kPattern,    ///< A bare word; `*` is a wildcard where globs are meant.
    kString,     ///< A quoted text, unescaped; `*` is a wildcard here too where globs are meant.
    kRegex,      ///< The body of `/body/flags`; `\/` stands as `/`.
    kParameter,  ///< `?name`; text is the name. Checked: gone, a kString (or several) instead.
};

/// A constant of the text.
struct Literal {
    LiteralKind kind = LiteralKind::kPattern;
    RegexFlags flags;
    Span span;
    std::string text;
};

/// The names of the groups `(?<name>` and `(?P<name>` of a regex body, in text order, each once.
/// Not fooled by escapes, classes, `\Q…\E` or lookbehind; the body need not compile.
std::vector<std::string> named_groups(std::string_view body);

}  // namespace logwood::lang
