#include "ingest/protocols/json_reader.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>

#include "ingest/limits.h"

namespace logwood::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

struct NoSink final : exec::FieldSink {
    void field(std::string_view, std::string_view) override {}
};

}  // namespace

/// A thread's parsers that no reader uses at the moment.
struct JsonReader::Parser {
    ondemand::parser parser;

    static std::vector<std::unique_ptr<Parser>>& free_ones() {
        thread_local std::vector<std::unique_ptr<Parser>> parsers;
        return parsers;
    }
};

JsonReader::JsonReader() {
    auto& free = Parser::free_ones();
    if (free.empty()) {
        parser_ = std::make_unique<Parser>().release();
    } else {
        parser_ = free.back().release();
        free.pop_back();
    }
}

JsonReader::~JsonReader() {
    std::unique_ptr<Parser> parser(parser_);
    if (parser->parser.capacity() <= kJsonParserBytesKept)
        Parser::free_ones().push_back(std::move(parser));
}

void JsonReader::pad(std::string& text) { text.reserve(text.size() + simdjson::SIMDJSON_PADDING); }

Result<void> JsonReader::open(std::string_view text) {
    text_ = text;
    auto opened =
        parser_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING);
    if (auto error = std::move(opened).get(document_))
        return fail(Code::kInvalidArgument, simdjson::error_message(error));
    return {};
}

Result<JsonReader::Array> JsonReader::root_array() {
    ondemand::json_type type{};
    if (document_.type().get(type) || type != ondemand::json_type::array)
        return wrong("$", "an array is expected");
    return get(document_.get_array(), "$");
}

Result<JsonReader::Object> JsonReader::root_object() {
    ondemand::json_type type{};
    if (document_.type().get(type) || type != ondemand::json_type::object)
        return wrong("$", "an object is expected");
    return get(document_.get_object(), "$");
}

Result<JsonReader::Value> JsonReader::root_value() {
    ondemand::json_type type{};
    if (document_.type().get(type) || type != ondemand::json_type::object)
        return wrong("$", "an object is expected");
    return get(document_.get_value(), "$");
}

Result<void> JsonReader::finish() {
    const char* rest = nullptr;
    if (!document_.current_location().get(rest)) return wrong("$", "text behind the document");
    return {};
}

const char* JsonReader::location() {
    const char* at = nullptr;
    if (document_.current_location().get(at)) at = text_.data() + text_.size();
    return at;
}

std::unexpected<Error> JsonReader::wrong(std::string_view path, std::string_view what) {
    auto byte = std::clamp<std::ptrdiff_t>(location() - text_.data(), 0,
                                           static_cast<std::ptrdiff_t>(text_.size()));
    return fail(Code::kInvalidArgument, std::string(path) + ": " + std::string(what) +
                                            " (near byte " + std::to_string(byte) + ")");
}

Result<std::optional<JsonReader::Value>> JsonReader::member(Object& object, std::string_view name,
                                                            std::string_view path) {
    Value value;
    auto error = object.find_field_unordered(name).get(value);
    if (error == simdjson::NO_SUCH_FIELD) return std::nullopt;
    if (error) return wrong(path, simdjson::error_message(error));  // the document is unusable now
    return value;
}

Result<std::string_view> JsonReader::string(Value value, std::string_view path) {
    auto token = value.raw_json_token();
    if (!token.starts_with('"')) return wrong(path, "a string is expected");
    // simdjson refuses halves of surrogate pairs, which real logs hold.
    if (token.find("\\u") == std::string_view::npos) return get(value.get_string(), path);
    TRY(auto text, values_.scalar_text(value, text_));
    kept_ = text;
    return std::string_view(kept_);
}

Result<std::string_view> JsonReader::scalar(Value value, std::string_view path) {
    auto token = value.raw_json_token();
    if (token.starts_with('{') || token.starts_with('[') || token.starts_with("null"))
        return wrong(path, "a string, a number or a boolean is expected");
    return values_.scalar_text(value, text_);
}

bool JsonReader::is_null(Value value) const { return value.raw_json_token().starts_with("null"); }

Result<void> JsonReader::skip(Value value, std::string_view path) {
    NoSink sink;
    return flatten(value, "", sink, path);
}

Result<void> JsonReader::flatten(Value value, std::string_view prefix, exec::FieldSink& sink,
                                 std::string_view path) {
    exec::JsonFlattenOptions options{.prefix = prefix,
                                     .nulls = exec::JsonFlattenOptions::Nulls::kDiscard};
    auto done = values_.flatten(value, text_, options, sink);
    if (!done) return fail(std::move(done).error().with_context(path));
    return {};
}

Result<void> JsonReader::strings(Value value, std::string_view path,
                                 std::vector<std::pair<std::string, std::string>>& out) {
    return members(value, path, [&](std::string_view key, Value member) -> Result<void> {
        std::string name(key);
        if (is_null(member)) return skip(member, path);
        auto token = member.raw_json_token();
        if (token.starts_with('{') || token.starts_with('[')) {
            Draft nested;
            TRY_OK(flatten(member, "", nested, path));
            for (std::size_t i = 0; i < nested.size(); ++i) {
                auto inner = nested.name(i);
                auto dot = inner.starts_with('[') ? "" : ".";
                out.emplace_back(name + dot + std::string(inner), nested.value(i));
            }
            return {};
        }
        TRY(auto text, scalar(member, path));
        out.emplace_back(std::move(name), text);
        return {};
    });
}

Result<void> JsonReader::tags(Value value, std::string_view path, model::TagSet& out) {
    if (is_null(value)) return skip(value, path);
    return members(value, path, [&](std::string_view key, Value member) -> Result<void> {
        std::string name(key);
        if (is_null(member)) return skip(member, path);
        TRY(auto text, scalar(member, path));
        if (name.empty() || name == "#") return wrong(path, "a tag without a name");
        out.set(name, text);
        return {};
    });
}

Result<std::string_view> JsonObjects::next() {
    auto start = rest_.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return std::string_view();
    was_on_new_line_ = rest_.substr(0, start).contains('\n');
    rest_.remove_prefix(start);
    if (rest_[0] != '{') return fail(Code::kInvalidArgument, "an object is expected");
    std::size_t depth = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
        switch (rest_[at]) {
            case '{':
                ++depth;
                break;
            case '}':
                if (--depth > 0) break;
                return std::exchange(rest_, rest_.substr(at + 1)).substr(0, at + 1);
            case '"':
                for (++at; at < rest_.size() && rest_[at] != '"';) {
                    auto stop = rest_.find_first_of("\"\\", at);
                    if (stop == std::string_view::npos)
                        return fail(Code::kInvalidArgument, "a string without end");
                    at = rest_[stop] == '\\' ? stop + 2 : stop;
                }
                break;
            default:
                break;
        }
    }
    return fail(Code::kInvalidArgument, "an object without end");
}

}  // namespace logwood::ingest
