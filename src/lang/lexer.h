#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/diagnostic.h"
#include "lang/literal.h"

namespace logwood::lang {

/// A cursor over query text. What the next token is depends on where the parser stands (`a*b` is
/// one word in a filter and three tokens in an expression), so the parser asks for what fits there.
/// Offsets are bytes. Borrows the text.
class Lexer {
 public:
    explicit Lexer(std::string_view text) : text_(text) {}
    /// As above; `skip` adds the comments that it passes to `comments`, in text order, each once.
    Lexer(std::string_view text, std::vector<Span>& comments) : text_(text), comments_(&comments) {}

    std::string_view text() const { return text_; }
    std::size_t position() const { return at_; }
    void move_to(std::size_t position) { at_ = position; }
    bool at_end() const { return at_ >= text_.size(); }
    /// The next byte, '\0' at the end.
    char peek(std::size_t ahead = 0) const { return byte_at(at_ + ahead); }
    char byte_at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
    bool starts_with(std::string_view s) const { return text_.substr(at_).starts_with(s); }
    std::string_view between(std::size_t begin, std::size_t end) const {
        return text_.substr(begin, end - begin);
    }

    /// Steps over blanks and comments. A block comment without end runs to the end of the text.
    void skip();
    /// Where `skip` would end from `from`.
    std::size_t skip_from(std::size_t from) const;
    /// Takes `c` or `s` if it comes next; does not skip blanks.
    bool accept(char c);
    bool accept(std::string_view s);

    /// `skip`, but stays at `//` that is no comment but a regex: an empty one, or one whose body
    /// begins with a slash that nobody escaped.
    void skip_to_value();

    /// End of the unquoted field name at `from`, with array indexes (`a[0].b`); `from`: none there.
    std::size_t name_end(std::size_t from) const;
    /// End of the unquoted pattern at `from`; `from`: none there. Stops before `:=`.
    std::size_t pattern_end(std::size_t from) const;
    /// End of `name` or `name:name`, a function's name, at `from`; `from`: none there.
    std::size_t function_name_end(std::size_t from) const;
    /// True if the whole pattern at the cursor is `word`, ignoring case.
    bool at_word(std::string_view word) const;

    /// The bare word at the cursor, of pattern characters.
    Checked<std::string_view> pattern();
    /// The quoted text at the cursor, which stands at `"`.
    Checked<std::string> quoted();
    /// End of the quoted text that begins at `from`; nullopt: it has no end.
    std::optional<std::size_t> quoted_end(std::size_t from) const;
    /// The regex literal at the cursor, which stands at `/`. It ends at the first `/` that is not
    /// escaped, not in a class, and followed by flags and a blank, a closing bracket or the like.
    Checked<Literal> regex();

 private:
    std::size_t comment_end(std::size_t from) const;
    std::size_t regex_close_end(std::size_t from) const;
    std::size_t index_end(std::size_t from, bool allow_empty) const;
    std::size_t name_char_size(std::size_t from) const;
    std::size_t pattern_char_size(std::size_t from) const;

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Span>* comments_ = nullptr;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string lower_case(std::string_view text);

}  // namespace logwood::lang
