#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exec/parse/json_value.h"
#include "ingest/protocols/protocol.h"

namespace logwood::ingest {

/// Walks one JSON document of a request with simdjson's on-demand interface; errors name the byte
/// and the path. Only files that decode JSON include this. One thread; parsers are the thread's.
class JsonReader {
 public:
    using Value = simdjson::ondemand::value;
    using Object = simdjson::ondemand::object;
    using Array = simdjson::ondemand::array;

    JsonReader();
    ~JsonReader();

    /// Opens `text`, behind which `SIMDJSON_PADDING` bytes can be read.
    Result<void> open(std::string_view text);
    /// Gives the string that padding.
    static void pad(std::string& text);

    Result<Array> root_array();
    Result<Object> root_object();
    /// The whole document, an object, as a value.
    Result<Value> root_value();
    /// Refuses text behind the document.
    Result<void> finish();

    template <typename T>
    Result<T> get(simdjson::simdjson_result<T> found, std::string_view path) {
        T value;
        if (auto error = std::move(found).get(value))
            return wrong(path, simdjson::error_message(error));
        return value;
    }
    /// kInvalidArgument: `path: what (near byte n)`.
    std::unexpected<Error> wrong(std::string_view path, std::string_view what);

    /// The unescaped text of a string, valid until the next open(); other types are refused.
    Result<std::string_view> string(Value value, std::string_view path);
    /// The text of any scalar but null, valid until the next call.
    Result<std::string_view> scalar(Value value, std::string_view path);
    bool is_null(Value value) const;
    /// Checks a value that nobody wants.
    Result<void> skip(Value value, std::string_view path);
    /// Flattens an object or array (or gives a scalar under `prefix`); null gives nothing.
    Result<void> flatten(Value value, std::string_view prefix, exec::FieldSink& sink,
                         std::string_view path);
    /// The first member of that name, wherever it stands; nothing when there is none.
    Result<std::optional<Value>> member(Object& object, std::string_view name,
                                        std::string_view path);
    /// Calls take(name, value) for each member; the value must be an object.
    template <typename Take>
    Result<void> members(Value value, std::string_view path, Take take) {
        TRY(auto object, get(value.get_object(), path));
        return members_of(object, path, take);
    }
    template <typename Take>
    Result<void> members_of(Object object, std::string_view path, Take take) {
        for (auto found : object) {
            TRY(auto field, get(std::move(found), path));
            TRY(auto key, get(field.unescaped_key(), path));
            TRY_OK(take(key, field.value()));
        }
        return {};
    }
    /// Adds the members `name: text` of an object; null members are left out.
    Result<void> strings(Value value, std::string_view path,
                         std::vector<std::pair<std::string, std::string>>& out);
    Result<void> tags(Value value, std::string_view path, model::TagSet& out);
    /// Where the next token begins: behind a value that was just read.
    const char* location();
    std::string_view text() const { return text_; }

 private:
    struct Parser;
    Parser* parser_;
    std::string_view text_;
    simdjson::ondemand::document document_;
    exec::JsonValueFlattener values_;
    std::string kept_;
};

/// Cuts a text into the JSON objects that stand in it one behind the other, with or without white
/// space between them.
class JsonObjects {
 public:
    explicit JsonObjects(std::string_view text) : rest_(text) {}
    /// The next object's text, up to its closing brace; null data() at the end. What stands there
    /// may still be no JSON; kInvalidArgument when it does not begin with a brace, or never ends.
    Result<std::string_view> next();
    /// Whether a line break stood before the object that next() gave last.
    bool was_on_new_line() const { return was_on_new_line_; }

 private:
    std::string_view rest_;
    bool was_on_new_line_ = true;
};

/// Calls `each(text)` for every object of JsonObjects, and gives their number. The first error,
/// also one of `each`, ends it and names the object: `kind 3: ...`.
template <typename Each>
Result<std::size_t> for_each_object(std::string_view body, std::string_view kind, Each each) {
    JsonObjects objects(body);
    for (std::size_t number = 0;; ++number) {
        auto text = objects.next();
        if (text && !text->data()) return number;
        auto done = text ? each(*text) : Result<void>(fail(std::move(text).error()));
        if (!done)
            return fail(std::move(done).error().with_context(std::string(kind) + " " +
                                                             std::to_string(number)));
    }
}

}  // namespace logwood::ingest
