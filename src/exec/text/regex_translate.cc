// One pass over a regex body: spells it for the engines, and notes literals on the way.
//
// Runs of literal characters outside all groups form parts; the longest part of a body without
// top-level `|` must occur in every match. A body that is one part is a literal.
#include "exec/text/regex_translate.h"

#include <fmt/format.h>

#include <cctype>

namespace logwood::exec {
namespace {

constexpr std::string_view kMeta = R"(\.+*?()|[]{}^$/)";

void append_code_point(std::string& out, unsigned code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

class Translator {
 public:
    Translator(std::string_view body, const RegexOptions& options) : in_(body), options_(options) {}

    Result<TranslatedRegex> run() {
        while (at_ < in_.size()) TRY_OK(next());
        finish_part();
        bool ends_count = !options_.multi_line;
        if (is_literal_ && parts_ <= 1 && (ends_count || (!begins_ && !ends_)))
            out_.literal = {whole_, begins_, ends_};
        if (has_top_alternation_ || has_inline_flags_) out_.required.clear();
        return std::move(out_);
    }

 private:
    Result<void> next() {
        char c = in_[at_];
        switch (c) {
            case '\\':
                return escape();
            case '[':
                return bracket();
            case '(':
                return open_group();
            case ')':
                --depth_;
                return special(")");
            case '|':
                if (depth_ == 0) has_top_alternation_ = true;
                return special("|");
            case '^':
                if (at_ == 0) begins_ = true;
                return at_ == 0 ? edge("^") : special("^");
            case '$':
                if (at_ + 1 == in_.size()) ends_ = true;
                return at_ + 1 == in_.size() ? edge("$") : special("$");
            case '.':
                return special(".");
            case '*':
            case '+':
            case '?':
                return quantifier(c != '+');
            case '{':
                return brace();
            default:
                literal(in_.substr(at_, 1));
                ++at_;
                return {};
        }
    }

    /// `^` or `$` at the end of the body: ends a part, but keeps the body a literal.
    Result<void> edge(std::string_view text) {
        out_.body += text;
        at_ += 1;
        return {};
    }

    Result<void> special(std::string_view text) {
        out_.body += text;
        at_ += text.size();
        is_literal_ = false;
        finish_part();
        return {};
    }

    /// The last character of the part may be absent, or repeated: it does not belong to it.
    Result<void> quantifier(bool may_be_absent) {
        is_literal_ = false;
        if (may_be_absent && !part_.empty()) {
            while (!part_.empty() && (static_cast<unsigned char>(part_.back()) & 0xC0) == 0x80)
                part_.pop_back();
            if (!part_.empty()) part_.pop_back();
        }
        finish_part();
        out_.body += in_[at_++];
        if (at_ < in_.size() && in_[at_] == '+')
            return fail(Code::kInvalidArgument, "possessive quantifiers are not supported");
        return {};
    }

    Result<void> brace() {
        auto end = at_ + 1;
        while (end < in_.size() &&
               (std::isdigit(static_cast<unsigned char>(in_[end])) || in_[end] == ','))
            ++end;
        bool counts = end < in_.size() && in_[end] == '}' && end > at_ + 1 &&
                      std::isdigit(static_cast<unsigned char>(in_[at_ + 1]));
        if (!counts) {  // An ordinary character.
            out_.body += '\\';
            literal("{", false);
            out_.body += '{';
            ++at_;
            return {};
        }
        auto count = in_.substr(at_, end - at_);
        at_ = end;
        out_.body += count;
        return quantifier(true);
    }

    void literal(std::string_view text, bool also_to_body = true) {
        if (also_to_body) out_.body += text;
        if (depth_ == 0) part_ += text;
        whole_ += text;
    }

    void literal_code(unsigned code) {
        std::string text;
        append_code_point(text, code);
        out_.body += fmt::format("\\x{{{:x}}}", code);
        literal(text, false);
    }

    void finish_part() {
        if (depth_ == 0 && !part_.empty()) ++parts_;
        if (part_.size() > out_.required.size()) out_.required = part_;
        part_.clear();
    }

    /// Reads hex digits behind `\x` or `\u`.
    Result<void> hex(std::size_t digits) {
        unsigned code = 0;
        auto text = in_.substr(at_ + 2, digits);
        for (char c : text) {
            if (!std::isxdigit(static_cast<unsigned char>(c)))
                return fail(Code::kInvalidArgument, "an escape needs hex digits");
            code = code * 16 + unsigned(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        if (text.size() != digits)
            return fail(Code::kInvalidArgument, "an escape needs hex digits");
        literal_code(code);
        at_ += 2 + digits;
        return {};
    }

    Result<void> escape() {
        if (at_ + 1 >= in_.size())
            return fail(Code::kInvalidArgument, "a backslash at the end of the regex");
        char c = in_[at_ + 1];
        switch (c) {
            case 'x':
                if (in_.substr(at_ + 2).starts_with('{')) return copy_braced();
                return hex(2);
            case 'u':
                return hex(4);
            case 'c':
                if (at_ + 2 >= in_.size()) break;
                literal_code(static_cast<unsigned>(in_[at_ + 2]) & 0x1F);
                at_ += 3;
                return {};
            case '0':
                return octal();
            case 'Q':
                return quoted();
            case 'Z':
                at_ += 2;
                out_.body += "(?:\\n?\\z)";
                return special("");
            case 'n':
                return control('\n');
            case 't':
                return control('\t');
            case 'r':
                return control('\r');
            case 'f':
                return control('\f');
            case 'a':
                return control('\a');
            case 'h':
            case 'v':
                return space_class(c);
            default:
                break;
        }
        if (std::string_view("dDsSwWbBAzpP").find(c) != std::string_view::npos) {
            at_ += 2;
            out_.body += '\\';
            out_.body += c;
            return special("");
        }
        if (std::isdigit(static_cast<unsigned char>(c)))
            return fail(Code::kInvalidArgument, "backreferences are not supported");
        if (std::isalpha(static_cast<unsigned char>(c)))
            return fail(Code::kInvalidArgument, fmt::format("\\{} is not supported", c));
        if (kMeta.find(c) != std::string_view::npos) out_.body += '\\';
        literal(in_.substr(at_ + 1, 1));
        at_ += 2;
        return {};
    }

    Result<void> control(char c) {
        literal_code(static_cast<unsigned char>(c));
        at_ += 2;
        return {};
    }

    Result<void> space_class(char c) {
        at_ += 2;
        if (!options_.engine_v2) {
            literal({&c, 1});
            return {};
        }
        out_.body += c == 'h' ? "[ \\t\\x{a0}]" : "[\\n\\x{b}\\f\\r]";
        return special("");
    }

    Result<void> copy_braced() {
        auto end = in_.find('}', at_);
        if (end == std::string_view::npos) return fail(Code::kInvalidArgument, "\\x{ without }");
        out_.body += in_.substr(at_, end + 1 - at_);
        at_ = end + 1;
        return special("");
    }

    Result<void> octal() {
        unsigned code = 0;
        at_ += 2;
        for (int i = 0; i < 3 && at_ < in_.size() && in_[at_] >= '0' && in_[at_] <= '7'; ++i)
            code = code * 8 + unsigned(in_[at_++] - '0');
        literal_code(code & 0xFF);
        return {};
    }

    Result<void> quoted() {
        auto begin = at_ + 2;
        auto end = std::min(in_.find("\\E", begin), in_.size());
        for (char c : in_.substr(begin, end - begin)) {
            if (kMeta.find(c) != std::string_view::npos) out_.body += '\\';
            literal({&c, 1});
        }
        at_ = std::min(end + 2, in_.size());
        return {};
    }

    /// Copies a class; only escapes are spelled anew.
    Result<void> bracket() {
        finish_part();
        is_literal_ = false;
        out_.body += in_[at_++];
        if (at_ < in_.size() && in_[at_] == '^') out_.body += in_[at_++];
        for (bool is_first = true; at_ < in_.size(); is_first = false) {
            char c = in_[at_];
            if (c == ']' && !is_first) {
                out_.body += c;
                ++at_;
                return {};
            }
            if (c == '[' || (c == ']' && is_first)) {
                out_.body += '\\';
                out_.body += c;
                ++at_;
            } else if (c == '\\') {
                auto depth = depth_;
                depth_ = 1;  // Nothing inside is a required literal.
                if (in_.substr(at_).starts_with("\\b")) {
                    out_.body += "\\x{8}";
                    at_ += 2;
                } else {
                    TRY_OK(class_escape());
                }
                depth_ = depth;
            } else {
                out_.body += c;
                ++at_;
            }
        }
        return fail(Code::kInvalidArgument, "missing ]");
    }

    Result<void> class_escape() {
        if (at_ + 1 < in_.size() && (in_[at_ + 1] == '-' || in_[at_ + 1] == ' ')) {
            out_.body += in_.substr(at_, 2);
            at_ += 2;
            return {};
        }
        return escape();
    }

    Result<void> open_group() {
        finish_part();
        is_literal_ = false;
        ++depth_;
        auto rest = in_.substr(at_);
        if (!rest.starts_with("(?")) {
            ++groups_;
            return special("(");
        }
        if (rest.starts_with("(?<=") || rest.starts_with("(?<!"))
            return fail(Code::kInvalidArgument, "lookbehind is not supported");
        if (rest.starts_with("(?>"))
            return fail(Code::kInvalidArgument, "atomic groups are not supported");
        if (rest.starts_with("(?=") || rest.starts_with("(?!")) {
            out_.has_lookahead = true;
            return special(rest.substr(0, 3));
        }
        if (rest.starts_with("(?<")) return named_group(3);
        if (rest.starts_with("(?P<")) return named_group(4);
        if (!rest.starts_with("(?:")) has_inline_flags_ = true;
        auto end = rest.find_first_of(":)");
        if (end == std::string_view::npos) return fail(Code::kInvalidArgument, "missing )");
        if (rest[end] == ')') --depth_;
        return special(rest.substr(0, end + 1));
    }

    Result<void> named_group(std::size_t prefix) {
        auto begin = at_ + prefix;
        auto end = in_.find('>', begin);
        if (end == std::string_view::npos || end == begin)
            return fail(Code::kInvalidArgument, "a group name needs >");
        ++groups_;
        out_.named_groups.push_back({std::string(in_.substr(begin, end - begin)), groups_});
        out_.body += fmt::format("(?P<g{}>", groups_);
        at_ = end + 1;
        return special("");
    }

    std::string_view in_;
    const RegexOptions& options_;
    TranslatedRegex out_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::size_t groups_ = 0;
    std::size_t parts_ = 0;
    std::string part_;
    std::string whole_;
    bool is_literal_ = true;
    bool begins_ = false;
    bool ends_ = false;
    bool has_top_alternation_ = false;
    bool has_inline_flags_ = false;
};

}  // namespace

Result<TranslatedRegex> translate_regex(std::string_view body, const RegexOptions& options) {
    return Translator(body, options).run();
}

}  // namespace logwood::exec
