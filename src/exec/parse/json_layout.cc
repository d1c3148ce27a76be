#include "exec/parse/json_layout.h"

#include "exec/parse/json_flatten.h"

namespace logwood::exec {
namespace {

class NoFields final : public FieldSink {
 public:
    void field(std::string_view, std::string_view) override {}
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t string_end(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return at + 1;
}

}  // namespace

Result<void> lay_out_json(std::string& out, std::string_view json, std::size_t step) {
    JsonFlattener checker;
    NoFields nowhere;
    TRY_OK(checker.flatten(json, {}, nowhere));
    std::size_t depth = 0;
    auto new_line = [&] { out.append("\n").append(depth * step, ' '); };
    for (std::size_t at = 0; at < json.size(); ++at) {
        char c = json[at];
        if (is_blank(c)) continue;
        switch (c) {
            case '"': {
                auto end = string_end(json, at);
                out += json.substr(at, end - at);
                at = end - 1;
                break;
            }
            case '{':
            case '[': {
                out += c;
                auto next = at + 1;
                while (next < json.size() && is_blank(json[next])) ++next;
                if (next < json.size() && (json[next] == '}' || json[next] == ']')) {
                    out += json[next];
                    at = next;
                    break;
                }
                ++depth;
                new_line();
                break;
            }
            case '}':
            case ']':
                if (depth > 0) --depth;
                new_line();
                out += c;
                break;
            case ',':
                out += c;
                new_line();
                break;
            case ':':
                out += ": ";
                break;
            default:
                out += c;
        }
    }
    return {};
}

bool is_json_number(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    auto digits = [&] {
        auto begin = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        return at - begin;
    };
    bool has_zero = at < text.size() && text[at] == '0';
    auto whole = digits();
    if (whole == 0 || (has_zero && whole > 1)) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == text.size();
}

}  // namespace logwood::exec
