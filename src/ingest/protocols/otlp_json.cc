// A message's length is written as a varint of fixed width before what it measures is known, so
// that nothing is copied when messages end.
#include "ingest/protocols/otlp_json.h"

#include <bit>
#include <charconv>
#include <limits>
#include <optional>

#include "base/bytes.h"
#include "ingest/limits.h"
#include "ingest/protocols/binary_text.h"
#include "ingest/protocols/json_reader.h"
#include "ingest/protocols/protobuf_reader.h"

namespace logwood::ingest {
namespace {

using Value = JsonReader::Value;
using enum OtlpKind;

constexpr std::size_t kLengthBytes = 5;

std::optional<double> double_of(std::string_view text) {
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

template <typename T>
std::optional<std::uint64_t> integer_of(std::string_view text) {
    T value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

/// The bits of a number as protobuf writes them; nothing when the text is no such number.
std::optional<std::uint64_t> bits_of(OtlpKind kind, std::string_view text) {
    switch (kind) {
        case kBool:
            if (text != "true" && text != "false") return std::nullopt;
            return text == "true";
        case kInteger:
        case kSignedFixed64:
            return integer_of<std::int64_t>(text);
        case kZigZag: {
            auto value = integer_of<std::int64_t>(text);
            if (!value) return std::nullopt;
            return *value << 1 ^ (*value >> 63 != 0 ? ~std::uint64_t{0} : 0);
        }
        case kDouble: {
            auto value = double_of(text);
            if (!value) return std::nullopt;
            return std::bit_cast<std::uint64_t>(*value);
        }
        case kFixed32:
            return integer_of<std::uint32_t>(text);
        default:
            return integer_of<std::uint64_t>(text);
    }
}

/// `time_unix_nano` to `timeUnixNano`.
std::string camel_case(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        bool is_break =
            name[i] == '_' && i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
        out += is_break ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
    }
    return out;
}

class Encoder {
 public:
    Encoder(JsonReader& reader, std::string& out) : reader_(reader), bytes_(out), out_(out) {}

    Result<void> message(Value value, const OtlpSchema& schema, std::string_view path);

 private:
    Result<void> member(Value value, const OtlpField& field, std::string_view path);
    Result<void> one(Value value, const OtlpField& field, std::string_view path);
    Result<void> text(Value value, const OtlpField& field, std::string_view path);
    Result<void> number(Value value, const OtlpField& field, std::string_view path);
    void tag(const OtlpField& field, Wire wire) {
        bytes_.put_varint(std::uint64_t{field.number} << 3 | static_cast<std::uint64_t>(wire));
    }

    JsonReader& reader_;
    ByteWriter bytes_;
    std::string& out_;
    int depth_ = 0;
};

Result<void> Encoder::message(Value value, const OtlpSchema& schema, std::string_view path) {
    // An array inside a value is three messages deep.
    if (depth_ >= 3 * kOtlpDepthMax) return reader_.wrong(path, "values are nested too deeply");
    if (!value.raw_json_token().starts_with('{'))
        return reader_.wrong(path, "an object is expected");
    ++depth_;
    auto take = [&](std::string_view key, Value inner) -> Result<void> {
        const auto* field = schema.find(key);
        if (!field && key.contains('_')) field = schema.find(camel_case(key));
        if (!field || reader_.is_null(inner)) return reader_.skip(inner, path);
        return member(inner, *field, field->name);
    };
    TRY_OK(reader_.members(value, path, take));
    --depth_;
    return {};
}

Result<void> Encoder::member(Value value, const OtlpField& field, std::string_view path) {
    if (!field.is_repeated) return one(value, field, path);
    if (!value.raw_json_token().starts_with('['))
        return reader_.wrong(path, "an array is expected");
    TRY(auto elements, reader_.get(value.get_array(), path));
    for (auto found : elements) {
        TRY(auto element, reader_.get(std::move(found), path));
        TRY_OK(one(element, field, path));
    }
    return {};
}

Result<void> Encoder::one(Value value, const OtlpField& field, std::string_view path) {
    if (!field.message) {
        bool is_text = field.kind == kString || field.kind == kBytes || field.kind == kHex;
        return is_text ? text(value, field, path) : number(value, field, path);
    }
    tag(field, Wire::kBytes);
    auto length_at = out_.size();
    out_.append(kLengthBytes, '\0');
    TRY_OK(message(value, *field.message, path));
    auto length = out_.size() - length_at - kLengthBytes;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        auto digit = length >> (7 * i) & 0x7F;
        out_[length_at + i] = static_cast<char>(digit | (i + 1 < kLengthBytes ? 0x80 : 0));
    }
    return {};
}

Result<void> Encoder::text(Value value, const OtlpField& field, std::string_view path) {
    TRY(auto text, reader_.string(value, path));
    if (field.kind == kString) {
        tag(field, Wire::kBytes);
        bytes_.put_string(text);
        return {};
    }
    auto bytes = field.kind == kHex ? decode_hex(text) : decode_base64(text);
    if (!bytes) return reader_.wrong(path, field.kind == kHex ? "no hex digits" : "no base64");
    tag(field, Wire::kBytes);
    bytes_.put_string(*bytes);
    return {};
}

Result<void> Encoder::number(Value value, const OtlpField& field, std::string_view path) {
    TRY(auto text, reader_.scalar(value, path));
    auto bits = bits_of(field.kind, text);
    if (!bits) return reader_.wrong(path, "no such number");
    switch (field.kind) {
        case kFixed32:
            tag(field, Wire::kFixed32);
            bytes_.put(static_cast<std::uint32_t>(*bits));
            break;
        case kFixed64:
        case kSignedFixed64:
        case kDouble:
            tag(field, Wire::kFixed64);
            bytes_.put(*bits);
            break;
        default:
            tag(field, Wire::kVarint);
            bytes_.put_varint(*bits);
    }
    return {};
}

}  // namespace

Result<std::string> otlp_protobuf_of(std::string& json, const OtlpSchema& schema) {
    JsonReader::pad(json);
    JsonReader reader;
    TRY_OK(reader.open(json));
    TRY(auto root, reader.root_value());
    std::string out;
    out.reserve(json.size());
    Encoder encoder(reader, out);
    TRY_OK(encoder.message(root, schema, "$"));
    TRY_OK(reader.finish());
    return out;
}

}  // namespace logwood::ingest
