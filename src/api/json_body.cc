#include "api/json_body.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <limits>

namespace logwood::api {

namespace json = boost::json;

namespace {

std::unexpected<Error> expected(std::string_view key, std::string_view what) {
    return fail(malformed(fmt::format("{}: {} is expected", key, what)));
}

}  // namespace

Error malformed(std::string detail) {
    return {Code::kInvalidArgument, "The request content was malformed:\n" + std::move(detail)};
}

Result<JsonObject> JsonObject::parse(std::string_view body) {
    json::error_code error;
    auto document = json::parse({body.data(), body.size()}, error);
    if (error) return fail(malformed(error.message()));
    return of(std::move(document));
}

Result<JsonObject> JsonObject::of(json::value value) {
    if (!value.is_object()) return fail(malformed("an object is expected"));
    auto document = std::make_shared<const json::value>(std::move(value));
    auto& object = document->get_object();
    return JsonObject(std::move(document), object);
}

const json::value* JsonObject::find(std::string_view key) const {
    auto* value = object_->if_contains({key.data(), key.size()});
    return value && !value->is_null() ? value : nullptr;
}

Result<std::optional<std::string>> JsonObject::text(std::string_view key) const {
    auto* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_string()) return expected(key, "a string");
    return std::string(value->get_string());
}

Result<std::optional<bool>> JsonObject::boolean(std::string_view key) const {
    auto* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_bool()) return expected(key, "true or false");
    return value->get_bool();
}

Result<std::optional<std::int64_t>> JsonObject::integer(std::string_view key) const {
    auto* value = find(key);
    if (!value) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    if (value->is_uint64()) return std::numeric_limits<std::int64_t>::max();
    if (!value->is_double() || std::trunc(value->get_double()) != value->get_double() ||
        std::abs(value->get_double()) > 9e18)
        return expected(key, "an integer");
    return static_cast<std::int64_t>(value->get_double());
}

Result<std::optional<double>> JsonObject::number(std::string_view key) const {
    auto* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_number()) return expected(key, "a number");
    return value->to_number<double>();
}

Result<std::optional<JsonObject>> JsonObject::object(std::string_view key) const {
    auto* value = find(key);
    if (!value) return std::nullopt;
    if (!value->is_object()) return expected(key, "an object");
    return JsonObject(document_, value->get_object());
}

Result<std::vector<JsonObject>> JsonObject::objects(std::string_view key) const {
    std::vector<JsonObject> objects;
    auto* value = find(key);
    if (!value) return objects;
    if (!value->is_array()) return expected(key, "an array of objects");
    for (auto& entry : value->get_array()) {
        if (!entry.is_object()) return expected(key, "an array of objects");
        objects.push_back(JsonObject(document_, entry.get_object()));
    }
    return objects;
}

Result<std::vector<std::string>> JsonObject::texts(std::string_view key) const {
    std::vector<std::string> texts;
    auto* value = find(key);
    if (!value) return texts;
    if (!value->is_array()) return expected(key, "an array of strings");
    for (auto& entry : value->get_array()) {
        if (!entry.is_string()) return expected(key, "an array of strings");
        texts.emplace_back(entry.get_string());
    }
    return texts;
}

}  // namespace logwood::api
