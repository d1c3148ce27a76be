#pragma once

#include <simdjson.h>

#include <string>

#include "exec/parse/json_flatten.h"

namespace logwood::exec {

/// What json_flatten.h does, for a value inside a document that the caller walks himself with
/// simdjson's on-demand interface, so that nothing is parsed twice. One thread at a time.
class JsonValueFlattener {
 public:
    /// Consumes the value, which must not have been read from yet. A scalar is given under the
    /// prefix as its name. `document` is the text that the value lies in, for positions in errors.
    Result<void> flatten(simdjson::ondemand::value value, std::string_view document,
                         const JsonFlattenOptions& options, FieldSink& sink);
    /// The text of a scalar (strings unescaped); a view of the document or of this object, until
    /// the next call.
    Result<std::string_view> scalar_text(simdjson::ondemand::value value,
                                         std::string_view document);

 private:
    friend class JsonFlattener;
    Result<void> walk(simdjson::ondemand::value& value, int depth);
    Result<void> walk_object(simdjson::ondemand::object object, int depth);
    Result<void> walk_array(simdjson::ondemand::array array, int depth);
    Result<void> emit(std::string_view token, const char* first);
    Result<std::string_view> unescape(std::string_view body, std::string& out);
    std::unexpected<Error> wrong(std::string_view what) const;
    void start(std::string_view document, const JsonFlattenOptions& options, FieldSink* sink);

    std::string path_;
    std::string key_;
    std::string text_;
    std::string_view document_;
    const char* at_ = nullptr;  ///< The token last looked at.
    JsonFlattenOptions options_;
    FieldSink* sink_ = nullptr;
};

}  // namespace logwood::exec
