// JSON lookups: an array of objects, or one object of objects whose keys become the column `key`.
// Members that are objects, arrays or null give no value.
#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

#include "exec/limits.h"
#include "exec/lookup/lookup_table.h"
#include "exec/parse/json_value.h"

namespace logwood::exec {

namespace {

namespace ondemand = simdjson::ondemand;

/// Checks what lies inside members that are not used.
struct NoSink final : FieldSink {
    void field(std::string_view, std::string_view) override {}
};

class JsonReader {
 public:
    explicit JsonReader(std::string_view content) : content_(content) {}

    Result<LookupTablePtr> read(ondemand::document& document) {
        ondemand::json_type type;
        if (document.type().get(type) != simdjson::SUCCESS) return wrong("this is not JSON");
        if (type == ondemand::json_type::array) {
            TRY_OK(read_array(document));
        } else if (type == ondemand::json_type::object) {
            TRY_OK(read_object(document));
        } else {
            return wrong("an array of objects or an object of objects is expected");
        }
        if (const char* rest = nullptr; !document.current_location().get(rest))
            return wrong("there is text behind the end");
        return builder_.finish();
    }

 private:
    Result<void> read_array(ondemand::document& document) {
        ondemand::array rows;
        if (auto error = document.get_array().get(rows)) return wrong(error);
        for (auto one : rows) {
            ondemand::value value;
            if (auto error = one.get(value)) return wrong(error);
            TRY_OK(read_row(value));
            builder_.end_row();
        }
        return {};
    }

    Result<void> read_object(ondemand::document& document) {
        builder_.set_keyed();
        auto key_column = builder_.column("key");
        ondemand::object rows;
        if (auto error = document.get_object().get(rows)) return wrong(error);
        for (auto one : rows) {
            ondemand::field member;
            if (auto error = std::move(one).get(member)) return wrong(error);
            std::string_view key;
            if (auto error = member.unescaped_key().get(key)) return wrong(error);
            key_ = key;
            TRY_OK(read_row(member.value()));
            builder_.set(key_column, key_);  // goes before a member of that name
            builder_.end_row();
        }
        return {};
    }

    Result<void> read_row(ondemand::value value) {
        ++row_;
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS)
            return wrong("each row must be an object");
        for (auto one : object) {
            ondemand::field member;
            if (auto error = std::move(one).get(member)) return wrong(error);
            std::string_view name;
            if (auto error = member.unescaped_key().get(name)) return wrong(error);
            name_ = name;
            TRY_OK(read_member(member.value()));
        }
        return {};
    }

    Result<void> read_member(ondemand::value value) {
        ondemand::json_type type;
        if (auto error = value.type().get(type)) return wrong(error);
        if (type == ondemand::json_type::array || type == ondemand::json_type::object)
            return flattener_.flatten(value, content_, {}, nothing_);
        TRY(auto text, flattener_.scalar_text(value, content_));
        if (type == ondemand::json_type::null) return {};
        auto number = builder_.column(name_);
        if (number >= kLookupColumnsMax)
            return wrong(fmt::format("more than {} columns", kLookupColumnsMax));
        builder_.set(number, text);
        return {};
    }

    std::unexpected<Error> wrong(std::string_view what) const {
        auto where = row_ == 0 ? std::string() : fmt::format("row {}: ", row_);
        return fail(Code::kInvalidArgument, where + std::string(what));
    }
    std::unexpected<Error> wrong(simdjson::error_code error) const {
        return wrong(simdjson::error_message(error));
    }

    std::string_view content_;
    LookupTableBuilder builder_;
    JsonValueFlattener flattener_;
    NoSink nothing_;
    std::size_t row_ = 0;
    std::string key_;
    std::string name_;
};

}  // namespace

Result<LookupTablePtr> parse_lookup_json(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.empty()) return fail(Code::kInvalidArgument, "the file is empty");
    std::string content;
    content.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    content = text;
    ondemand::parser parser;
    ondemand::document document;
    simdjson::padded_string_view padded(content.data(), content.size(), content.capacity());
    if (auto error = parser.iterate(padded).get(document))
        return fail(Code::kInvalidArgument, simdjson::error_message(error));
    return JsonReader(content).read(document);
}

}  // namespace logwood::exec
