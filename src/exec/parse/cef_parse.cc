// CEF and LEEF: a header between bars, then pairs.
#include "exec/parse/cef_parse.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace logwood::exec {
namespace {

constexpr const char* kCefHeader[] = {"version",        "device.vendor",  "device.product",
                                      "device.version", "event_class_id", "name",
                                      "severity"};
constexpr const char* kLeefHeader[] = {"version", "device.vendor", "device.product",
                                       "device.version", "event_id"};

/// Takes one header field off the text, with `\|` and `\\` unescaped; nullopt: no bar follows.
std::optional<std::string> take_header(std::string_view& text) {
    std::string value;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '|') {
            text.remove_prefix(at + 1);
            return value;
        }
        bool is_escape = text[at] == '\\' && at + 1 < text.size() &&
                         (text[at + 1] == '|' || text[at + 1] == '\\');
        if (is_escape) ++at;
        value += text[at];
    }
    return std::nullopt;
}

std::string unescaped_value(std::string_view text) {
    std::string value;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            value += text[at];
            continue;
        }
        char next = text[++at];
        if (next == 'n')
            value += '\n';
        else if (next == 'r')
            value += '\r';
        else if (next == '=' || next == '\\' || next == '|')
            value += next;
        else
            (value += '\\') += next;
    }
    return value;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Position of the `=` at or after `at` that no backslash stands before; npos: none.
std::size_t find_equals(std::string_view text, std::size_t at) {
    for (; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '=')
            return at;
    }
    return std::string_view::npos;
}

using Pairs = std::vector<std::pair<std::string_view, std::string>>;

/// Pairs whose values may hold blanks: the word before each `=` is the next key.
Pairs extension_pairs(std::string_view text) {
    Pairs pairs;
    auto key_of = [&](std::size_t from, std::size_t equals) {
        auto begin = equals;
        while (begin > from && !is_blank(text[begin - 1])) --begin;
        return begin;
    };
    std::size_t from = 0;
    auto equals = find_equals(text, 0);
    auto key_begin = equals == std::string_view::npos ? 0 : key_of(0, equals);
    while (equals != std::string_view::npos) {
        auto key = text.substr(key_begin, equals - key_begin);
        from = equals + 1;
        // An `=` without a key before it, as in `a==b`, belongs to the value.
        auto next = find_equals(text, from);
        auto next_key = next == std::string_view::npos ? text.size() : key_of(from, next);
        while (next != std::string_view::npos && (next_key == from || next_key == next)) {
            next = find_equals(text, next + 1);
            next_key = next == std::string_view::npos ? text.size() : key_of(from, next);
        }
        auto value = text.substr(from, next_key - from);
        while (!value.empty() &&
               (is_blank(value.back()) || value.back() == '\n' || value.back() == '\r'))
            value.remove_suffix(1);
        if (!key.empty()) pairs.emplace_back(key, unescaped_value(value));
        equals = next;
        key_begin = next_key;
    }
    return pairs;
}

void give_cef_pairs(const Pairs& pairs, const CefOptions& options, FieldSink& sink) {
    std::map<std::string_view, std::string_view> labels;
    for (auto& [key, value] : pairs)
        if (key.ends_with("Label")) labels[key.substr(0, key.size() - 5)] = value;
    for (auto& [key, value] : pairs) {
        auto label = labels.find(key);
        if (label != labels.end() && !label->second.empty())
            sink.field(options.label_prefix + std::string(label->second), value);
        bool is_label_part = label != labels.end() || key.ends_with("Label");
        if (!is_label_part || options.keeps_labels)
            sink.field(options.prefix + std::string(key), value);
    }
}

/// The delimiter in a LEEF 2.0 header: a character, or its code as `x09` or `0x09`.
std::optional<char> delimiter_of(std::string_view text) {
    if (text.size() == 1) return text[0];
    if (text.starts_with('0')) text.remove_prefix(1);
    if (!text.starts_with('x') && !text.starts_with('X')) return std::nullopt;
    unsigned code = 0;
    auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), code, 16);
    if (error != std::errc() || end != text.data() + text.size() || code > 0x7F)
        return std::nullopt;
    return static_cast<char>(code);
}

}  // namespace

Result<void> parse_cef(std::string_view text, const CefOptions& options, FieldSink& sink) {
    auto start = text.find("CEF:");
    if (start == std::string_view::npos)
        return fail(Code::kInvalidArgument, "parseCEF: there is no 'CEF:'");
    auto rest = text.substr(start + 4);
    for (auto* name : kCefHeader) {
        bool is_last = name == kCefHeader[6];
        auto value = take_header(rest);
        if (!value && is_last) {
            value = std::string(rest);
            rest = {};
        }
        if (!value)
            return fail(Code::kInvalidArgument,
                        "parseCEF: the header ends at byte " + std::to_string(text.size()));
        sink.field(options.header_prefix + name, *value);
    }
    give_cef_pairs(extension_pairs(rest), options, sink);
    return {};
}

Result<void> parse_leef(std::string_view text, const LeefOptions& options, FieldSink& sink) {
    auto start = text.find("LEEF:");
    if (start == std::string_view::npos)
        return fail(Code::kInvalidArgument, "parseLEEF: there is no 'LEEF:'");
    auto rest = text.substr(start + 5);
    bool is_second = rest.starts_with('2');
    bool is_cef_body = rest.starts_with('0');
    for (auto* name : kLeefHeader) {
        auto value = take_header(rest);
        if (!value)
            return fail(Code::kInvalidArgument,
                        "parseLEEF: the header ends at byte " + std::to_string(text.size()));
        sink.field(options.header_prefix + name, *value);
    }
    auto delimiter = options.delimiter;
    if (auto bar = rest.find('|'); is_second && bar != std::string_view::npos) {
        if (auto given = delimiter_of(rest.substr(0, bar))) {
            delimiter = *given;
            rest.remove_prefix(bar + 1);
        } else if (bar == 0) {
            rest.remove_prefix(1);
        }
    }
    if (is_cef_body) {
        for (auto& [key, value] : extension_pairs(rest))
            sink.field(options.prefix + std::string(key), value);
        return {};
    }
    while (!rest.empty()) {
        auto end = std::min(rest.find(delimiter), rest.size());
        auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        auto equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        auto key = pair.substr(0, equals);
        while (!key.empty() && is_blank(key.front())) key.remove_prefix(1);
        sink.field(options.prefix + std::string(key), pair.substr(equals + 1));
    }
    return {};
}

}  // namespace logwood::exec
