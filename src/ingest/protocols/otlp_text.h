#pragma once

#include <string>
#include <string_view>

#include "ingest/protocols/otlp_schema.h"
#include "ingest/protocols/protobuf_reader.h"

namespace logwood::ingest {

/// Writes messages of OTLP, read in place from protobuf, as the JSON that our events have: members
/// in the order of the schema, lists of attributes as objects, values without their wrapping, ids
/// in hex, bytes in base64, 64-bit times as strings. Numbers that are zero, and empty texts, are
/// left out as protobuf does, unless the schema keeps them.
class OtlpText {
 public:
    /// Errors count bytes from the start of `body`.
    explicit OtlpText(std::string_view body) : body_(body) {}

    /// Appends the message as an object. kInvalidArgument: the bytes are no such message.
    /// kTooLarge: values are nested deeper than kOtlpDepthMax.
    Result<void> append(const OtlpSchema& schema, std::string_view message, std::string& out) {
        return append_object(schema, message, true, out);
    }
    /// The same without the messages inside.
    Result<void> append_head(const OtlpSchema& schema, std::string_view message, std::string& out) {
        return append_object(schema, message, false, out);
    }
    ProtobufReader reader(std::string_view message) const { return {body_, message}; }

 private:
    struct Members;

    Result<void> append_object(const OtlpSchema& schema, std::string_view message,
                               bool with_messages, std::string& out);
    Result<void> collect(const OtlpSchema& schema, std::string_view message, Members& members);
    Result<void> append_repeated(const OtlpField& field, std::string_view rest, std::string& out);
    Result<void> append_packed(const OtlpField& field, std::string_view elements, std::string& out);
    Result<void> append_one(const OtlpField& field, const WireField& found, std::string& out);
    Result<void> append_attribute(std::string_view key_value, std::string& out);
    Result<void> append_value(std::string_view any_value, std::string& out);

    std::string_view body_;
    int depth_ = 0;
};

}  // namespace logwood::ingest
