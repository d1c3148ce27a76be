// One pass over the text, a word at a time; looks at most one word ahead.
#include "exec/parse/kv_parse.h"

namespace logwood::exec {
namespace {

constexpr std::string_view kBeforeKeys = ",;([{|&?";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

class KeyValueParser {
 public:
    KeyValueParser(std::string_view text, const KeyValueOptions& options, FieldSink& sink)
        : text_(text), options_(options), sink_(sink) {}

    void run() {
        while (true) {
            skip_to_key();
            if (at_ >= text_.size()) return;
            step();
        }
    }

 private:
    using Padding = KeyValueOptions::Padding;

    bool is_separator(std::size_t at) const {
        return at < text_.size() && text_[at] == options_.separator;
    }
    std::size_t skip_blanks(std::size_t at) const {
        while (at < text_.size() && is_blank(text_[at])) ++at;
        return at;
    }
    std::size_t word_end(std::size_t at) const {
        while (at < text_.size() && !is_blank(text_[at])) ++at;
        return at;
    }
    /// Position of the quote that closes the one at `at`; npos: none.
    std::size_t closing_quote(std::size_t at) const {
        char quote = text_[at];
        for (auto i = at + 1; i < text_.size(); ++i) {
            if (text_[i] == '\\' && quote == '"')
                ++i;
            else if (text_[i] == quote)
                return i;
        }
        return std::string_view::npos;
    }
    void skip_to_key() {
        while (at_ < text_.size() && (is_blank(text_[at_]) || is_separator(at_) ||
                                      kBeforeKeys.find(text_[at_]) != std::string_view::npos))
            ++at_;
    }

    /// Reads a word, and its value if it is a key.
    void step() {
        std::string_view key;
        if (is_quote(text_[at_])) {
            auto close = text_[at_] == '"' ? closing_quote(at_) : std::string_view::npos;
            bool is_key = close != std::string_view::npos && is_separator(skip_blanks(close + 1));
            if (!is_key) {
                ++at_;
                return;
            }
            key = text_.substr(at_ + 1, close - at_ - 1);
            at_ = close + 1;
        } else {
            auto end = at_;
            while (end < text_.size() && !is_blank(text_[end]) && !is_quote(text_[end]) &&
                   (options_.padding == Padding::kYes || text_[end] != options_.separator))
                ++end;
            key = text_.substr(at_, end - at_);
            at_ = end;
        }
        auto separator = skip_blanks(at_);
        if (!is_separator(separator) || key.empty()) return;
        bool blank_before = separator > at_;
        auto value = skip_blanks(separator + 1);
        bool blank_after = value > separator + 1;
        if (options_.padding == Padding::kNo && blank_before) return;
        if (options_.padding == Padding::kYes && !(blank_before && blank_after)) return;
        at_ = separator + 1;
        bool is_empty =
            value >= text_.size() || (blank_after && (options_.padding == Padding::kNo ||
                                                      next_word_is_key(value, blank_before)));
        if (is_empty)
            give(key, "");
        else
            read_value(key, value);
    }

    /// Does the word behind a separator and a blank start the next pair, so that this one's value
    /// is empty?
    bool next_word_is_key(std::size_t at, bool blank_before) const {
        if (is_quote(text_[at])) return false;
        auto end = word_end(at);
        if (options_.padding == Padding::kYes) return is_separator(skip_blanks(end));
        // `user= ip=1.2.3.4`: the blank is no padding, because there is none on the left.
        return !blank_before &&
               text_.substr(at, end - at).find(options_.separator) != std::string_view::npos;
    }

    void read_value(std::string_view key, std::size_t at) {
        if (is_quote(text_[at])) {
            auto close = closing_quote(at);
            if (close == std::string_view::npos) {
                at_ = at + 1;
                return;
            }
            give(key, text_.substr(at + 1, close - at - 1));
            at_ = close + 1;
            return;
        }
        at_ = word_end(at);
        auto value = text_.substr(at, at_ - at);
        while (value.ends_with(',') || value.ends_with(';')) value.remove_suffix(1);
        give(key, value);
    }

    void give(std::string_view key, std::string_view value) {
        if (value.empty() && options_.exclude_empty) return;
        sink_.field(key, value.empty() ? std::string_view("") : value);
    }

    std::string_view text_;
    const KeyValueOptions& options_;
    FieldSink& sink_;
    std::size_t at_ = 0;
};

}  // namespace

void parse_key_values(std::string_view text, const KeyValueOptions& options, FieldSink& sink) {
    KeyValueParser(text, options, sink).run();
}

}  // namespace logwood::exec
