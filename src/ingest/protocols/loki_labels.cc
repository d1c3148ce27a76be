#include "ingest/protocols/loki_labels.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/utf8.h"
#include "exec/text/unicode_text.h"

namespace logwood::ingest {
namespace {

class LabelReader {
 public:
    explicit LabelReader(std::string_view text) : text_(text) {}

    Result<std::vector<std::pair<std::string, std::string>>> read() {
        std::vector<std::pair<std::string, std::string>> labels;
        if (!is_utf8(text_)) return wrong("labels must be UTF-8");
        if (!take('{')) return wrong("`{` is expected");
        while (!take('}')) {
            if (!labels.empty() && !take(',')) return wrong("`,` or `}` is expected");
            if (!labels.empty() && take('}')) break;
            TRY(auto name, read_name());
            if (!take('=')) return wrong("`=` is expected");
            TRY(auto value, read_quoted());
            labels.emplace_back(std::move(name), std::move(value));
        }
        skip_blanks();
        if (at_ < text_.size()) return wrong("text behind the labels");
        return labels;
    }

 private:
    std::unexpected<Error> wrong(std::string_view what) const {
        return fail(Code::kInvalidArgument,
                    "labels, character " + std::to_string(at_) + ": " + std::string(what));
    }
    void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
    bool take(char wanted) {
        skip_blanks();
        if (at_ == text_.size() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    Result<std::string> read_name() {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == '"') return read_quoted();
        auto end = std::min(text_.find_first_of(" \t\r\n={},\"`", at_), text_.size());
        if (end == at_) return wrong("a name is expected");
        auto start = std::exchange(at_, end);
        return std::string(text_.substr(start, end - start));
    }
    Result<std::string> read_quoted() {
        std::string out;
        if (take('`')) {
            auto end = text_.find('`', at_);
            if (end == std::string_view::npos) return wrong("a text without end");
            out = text_.substr(at_, end - at_);
            at_ = end + 1;
            return out;
        }
        if (!take('"')) return wrong("`\"` is expected");
        while (true) {
            auto stop = text_.find_first_of("\"\\", at_);
            if (stop == std::string_view::npos) return wrong("a text without end");
            out += text_.substr(at_, stop - at_);
            at_ = stop + 1;
            if (text_[stop] == '"') break;
            TRY_OK(read_escape(out));
        }
        if (!is_utf8(out)) return wrong("labels must be UTF-8");
        return out;
    }
    Result<void> read_escape(std::string& out) {
        constexpr std::string_view kNames = "abfnrtv\\\"'";
        constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
        if (at_ == text_.size()) return wrong("a text without end");
        char c = text_[at_++];
        if (auto known = kNames.find(c); known != std::string_view::npos) {
            out += kMeanings[known];
            return {};
        }
        if (c >= '0' && c <= '7') {
            --at_;
            return read_code(3, 8, 0xFF, out);
        }
        if (c == 'x') return read_code(2, 16, 0xFF, out);
        if (c == 'u' || c == 'U') return read_code(c == 'u' ? 4 : 8, 16, 0x10FFFF, out);
        return wrong("no such escape");
    }
    /// A number of so many digits: a byte, or a code point when it has four or more.
    Result<void> read_code(std::size_t digits, int base, std::uint32_t max, std::string& out) {
        auto text = text_.substr(at_, digits);
        std::uint32_t code = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code, base);
        if (text.size() != digits || error != std::errc() || end != text.data() + digits ||
            code > max)
            return wrong("no such escape");
        at_ += digits;
        if (digits < 4)
            out += static_cast<char>(code);
        else
            exec::append_code_point(out, code);
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_loki_labels(std::string_view text) {
    return LabelReader(text).read();
}

}  // namespace logwood::ingest
