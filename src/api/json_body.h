#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace logwood::api {

/// The error of a body that is not what it should be; becomes 400.
Error malformed(std::string detail);

/// A JSON object of a request's body. The getters give nothing when the key is absent or null, and
/// malformed() when the value is of another type.
class JsonObject {
 public:
    /// malformed() when `body` is not one JSON object.
    static Result<JsonObject> parse(std::string_view body);
    /// The same of a value made otherwise.
    static Result<JsonObject> of(boost::json::value document);

    /// Null when the key is absent or its value is null.
    const boost::json::value* find(std::string_view key) const;
    Result<std::optional<std::string>> text(std::string_view key) const;
    Result<std::optional<bool>> boolean(std::string_view key) const;
    /// Also takes 5.0 and 5e3.
    Result<std::optional<std::int64_t>> integer(std::string_view key) const;
    Result<std::optional<double>> number(std::string_view key) const;
    Result<std::optional<JsonObject>> object(std::string_view key) const;
    /// An array of strings; empty when absent.
    Result<std::vector<std::string>> texts(std::string_view key) const;
    /// An array of objects; empty when absent.
    Result<std::vector<JsonObject>> objects(std::string_view key) const;
    const boost::json::object& members() const { return *object_; }

 private:
    JsonObject(std::shared_ptr<const boost::json::value> document,
               const boost::json::object& object)
        : document_(std::move(document)), object_(&object) {}

    std::shared_ptr<const boost::json::value> document_;
    const boost::json::object* object_;
};

}  // namespace logwood::api
