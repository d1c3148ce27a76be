// simdjson finds the tokens and checks UTF-8; names are built in one string that grows and shrinks
// on the way through the tree. Strings are unescaped here, because real logs hold lone surrogates,
// which simdjson refuses.
#include "exec/parse/json_flatten.h"

#include <algorithm>
#include <cstring>

#include "exec/limits.h"
#include "exec/parse/json_value.h"

namespace logwood::exec {
namespace {

namespace ondemand = simdjson::ondemand;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_trailing_blanks(std::string_view token) {
    while (!token.empty() && is_blank(token.back())) token.remove_suffix(1);
    return token;
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// The grammar of JSON numbers.
bool is_number(std::string_view text) {
    std::size_t at = !text.empty() && text[0] == '-';
    auto digits = skip_digits(text, at);
    if (digits == at || (digits > at + 1 && text[at] == '0')) return false;
    at = digits;
    if (at < text.size() && text[at] == '.') {
        digits = skip_digits(text, at + 1);
        if (digits == at + 1) return false;
        at = digits;
    }
    if (at < text.size() && (text[at] | 0x20) == 'e') {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        digits = skip_digits(text, at);
        if (digits == at) return false;
        at = digits;
    }
    return at == text.size();
}

/// Four hex digits, or -1.
int hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return -1;
    int value = 0;
    for (auto c : text.substr(at, 4)) {
        int lower = c | 0x20;
        int digit = is_digit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

void append_utf8(std::string& out, std::uint32_t c) {
    auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

/// Appends what `\uXXXX` at `at` (behind the `u`) means, and a second half where there is one.
/// Returns the bytes read; 0 for bad digits.
std::size_t append_unicode_escape(std::string& out, std::string_view body, std::size_t at) {
    constexpr std::uint32_t kReplacement = 0xFFFD;
    int unit = hex4(body, at);
    if (unit < 0) return 0;
    auto c = static_cast<std::uint32_t>(unit);
    if (c < 0xD800 || c > 0xDFFF) {
        append_utf8(out, c);
        return 4;
    }
    if (c < 0xDC00 && body.substr(at + 4).starts_with("\\u")) {
        int low = hex4(body, at + 6);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            auto second = static_cast<std::uint32_t>(low) - 0xDC00;
            append_utf8(out, 0x10000 + ((c - 0xD800) << 10) + second);
            return 10;
        }
    }
    append_utf8(out, kReplacement);
    return 4;
}

char escaped(char c) {
    switch (c) {
        case '"':
        case '\\':
        case '/':
            return c;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return 0;
    }
}

/// The text between the quotes of the string that starts at `raw` (behind its quote), which the
/// tokeniser saw the end of.
std::string_view quoted_body(const char* raw, const char* end) {
    auto* at = raw;
    while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
    return {raw, static_cast<std::size_t>(std::min(at, end) - raw)};
}

/// Where a text stops being UTF-8 or has a control character in a string.
std::size_t first_bad_byte(std::string_view json) {
    bool is_in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        auto c = static_cast<unsigned char>(json[at]);
        if (c == '\\' && is_in_string) {
            ++at;
        } else if (c == '"') {
            is_in_string = !is_in_string;
        } else if (c < 0x20 && is_in_string) {
            return at;
        } else if (c >= 0x80) {
            std::size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
            if (!simdjson::validate_utf8(json.data() + at, std::min(size, json.size() - at)))
                return at;
            at += size - 1;
        }
    }
    return json.size();
}

std::string_view reason_of(simdjson::error_code error) {
    switch (error) {
        case simdjson::UTF8_ERROR:
            return "bytes that are not UTF-8";
        case simdjson::UNESCAPED_CHARS:
            return "a control character inside a string";
        case simdjson::UNCLOSED_STRING:
            return "a string without end";
        case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
            return "an object or array without end";
        case simdjson::EMPTY:
            return "an empty text";
        default:
            return "unexpected text";
    }
}

}  // namespace

std::unexpected<Error> JsonValueFlattener::wrong(std::string_view what) const {
    auto position = std::clamp<std::ptrdiff_t>(at_ - document_.data(), 0,
                                               static_cast<std::ptrdiff_t>(document_.size()));
    return fail(Code::kInvalidArgument,
                "invalid JSON at byte " + std::to_string(position) + ": " + std::string(what));
}

void JsonValueFlattener::start(std::string_view document, const JsonFlattenOptions& options,
                               FieldSink* sink) {
    document_ = document;
    at_ = document.data();
    options_ = options;
    path_ = options.prefix;
    sink_ = sink;
}

Result<std::string_view> JsonValueFlattener::unescape(std::string_view body, std::string& out) {
    auto* slash = body.empty() ? nullptr : std::memchr(body.data(), '\\', body.size());
    if (!slash) return body;
    out.clear();
    std::size_t at = 0;
    while (at < body.size()) {
        auto next = std::min(body.find('\\', at), body.size());
        out += body.substr(at, next - at);
        if (next + 1 >= body.size()) break;
        at = next + 2;
        if (body[next + 1] == 'u') {
            auto read = append_unicode_escape(out, body, at);
            if (read == 0) return wrong("a bad \\u escape");
            at += read;
        } else if (char c = escaped(body[next + 1])) {
            out += c;
        } else {
            return wrong("an unknown escape");
        }
    }
    return std::string_view(out);
}

Result<void> JsonValueFlattener::emit(std::string_view token, const char* first) {
    at_ = first;
    token = without_trailing_blanks(token);
    if (token.starts_with('"')) {
        if (token.size() < 2 || token.back() != '"') return wrong("a string without end");
        TRY(auto text, unescape(token.substr(1, token.size() - 2), text_));
        if (!text.empty())
            sink_->field(path_, text);
        else if (!options_.exclude_empty)
            sink_->field(path_, "");
        return {};
    }
    if (token == "null") {
        using Nulls = JsonFlattenOptions::Nulls;
        if (options_.nulls == Nulls::kKeep) sink_->field(path_, token);
        if (options_.nulls == Nulls::kEmpty && !options_.exclude_empty) sink_->field(path_, "");
        return {};
    }
    if (token != "true" && token != "false" && !is_number(token)) return wrong("not a value");
    sink_->field(path_, token);
    return {};
}

Result<void> JsonValueFlattener::walk_object(ondemand::object object, int depth) {
    auto size = path_.size();
    bool is_top = depth == 1;
    for (auto found : object) {
        ondemand::field field;
        if (auto error = std::move(found).get(field)) return wrong(reason_of(error));
        at_ = field.key().raw();
        auto* end = document_.data() + document_.size();
        TRY(auto key, unescape(quoted_body(at_, end), key_));
        if (!is_top) path_ += '.';
        path_ += key;
        TRY_OK(walk(field.value(), depth));
        path_.resize(size);
    }
    return {};
}

Result<void> JsonValueFlattener::walk_array(ondemand::array array, int depth) {
    auto size = path_.size();
    std::size_t index = 0;
    for (auto found : array) {
        ondemand::value value;
        if (auto error = std::move(found).get(value)) return wrong(reason_of(error));
        path_ += '[';
        path_ += std::to_string(index++);
        path_ += ']';
        TRY_OK(walk(value, depth));
        path_.resize(size);
    }
    return {};
}

Result<void> JsonValueFlattener::walk(ondemand::value& value, int depth) {
    if (depth >= kJsonDepthMax) return wrong("more than 64 levels");
    ondemand::json_type type{};
    if (auto error = value.type().get(type)) return wrong(reason_of(error));
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (auto error = value.get_object().get(object)) return wrong(reason_of(error));
        return walk_object(object, depth + 1);
    }
    if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (auto error = value.get_array().get(array)) return wrong(reason_of(error));
        return walk_array(array, depth + 1);
    }
    auto token = value.raw_json_token();
    // Whoever goes on behind a scalar steps over it.
    return emit(token, token.data());
}

Result<void> JsonValueFlattener::flatten(ondemand::value value, std::string_view document,
                                         const JsonFlattenOptions& options, FieldSink& sink) {
    start(document, options, &sink);
    return walk(value, 0);
}

Result<std::string_view> JsonValueFlattener::scalar_text(ondemand::value value,
                                                         std::string_view document) {
    document_ = document;
    auto token = without_trailing_blanks(value.raw_json_token());
    at_ = token.data();
    if (token.size() >= 2 && token.starts_with('"') && token.ends_with('"'))
        return unescape(token.substr(1, token.size() - 2), text_);
    bool is_word = token == "true" || token == "false" || token == "null";
    if (!is_word && !is_number(token)) return wrong("not a scalar value");
    return token;
}

struct JsonFlattener::State {
    ondemand::parser parser;
    std::string padded;
    JsonValueFlattener values;
};

JsonFlattener::JsonFlattener() : state_(std::make_unique<State>()) {}
JsonFlattener::~JsonFlattener() = default;
JsonFlattener::JsonFlattener(JsonFlattener&&) noexcept = default;

Result<void> JsonFlattener::flatten(std::string_view json, const JsonFlattenOptions& options,
                                    FieldSink& sink) {
    auto& [parser, padded, values] = *state_;
    padded.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(json);
    values.start(padded, options, &sink);
    ondemand::document document;
    if (auto error =
            parser.iterate(padded.data(), padded.size(), padded.capacity()).get(document)) {
        values.at_ = padded.data() + first_bad_byte(padded);
        return values.wrong(reason_of(error));
    }
    ondemand::json_type type{};
    if (auto error = document.type().get(type)) return values.wrong(reason_of(error));
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (auto error = document.get_object().get(object)) {
            values.at_ = padded.data() + padded.size();
            return values.wrong(reason_of(error));
        }
        TRY_OK(values.walk_object(object, 1));
    } else if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (auto error = document.get_array().get(array)) {
            values.at_ = padded.data() + padded.size();
            return values.wrong(reason_of(error));
        }
        TRY_OK(values.walk_array(array, 1));
    } else {
        return values.wrong("not an object or an array");
    }
    if (const char* rest = nullptr; !document.current_location().get(rest)) {
        values.at_ = rest;
        return values.wrong("text behind the end");
    }
    return {};
}

}  // namespace logwood::exec
