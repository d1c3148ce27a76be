#include "ingest/protocols/otlp_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/json_text.h"
#include "ingest/limits.h"
#include "ingest/protocols/binary_text.h"

namespace logwood::ingest {
namespace {

using enum OtlpKind;

Wire wire_of(OtlpKind kind) {
    switch (kind) {
        case kBool:
        case kInteger:
        case kUnsigned:
        case kZigZag:
            return Wire::kVarint;
        case kFixed32:
            return Wire::kFixed32;
        case kFixed64:
        case kSignedFixed64:
        case kDouble:
            return Wire::kFixed64;
        default:
            return Wire::kBytes;
    }
}

bool is_zero(const OtlpField& field, const WireField& found) {
    if (found.wire == Wire::kBytes) return found.bytes.empty() && field.kind != kValue;
    return found.value == 0;
}

void append_double(std::string& out, double value) {
    if (std::isnan(value)) {
        out += R"("NaN")";
    } else if (std::isinf(value)) {
        out += value < 0 ? R"("-Infinity")" : R"("Infinity")";
    } else {
        std::array<char, 32> text;
        auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        out.append(text.data(), end);
    }
}

void append_number(OtlpKind kind, std::uint64_t bits, std::string& out) {
    switch (kind) {
        case kBool:
            out += bits != 0 ? "true" : "false";
            break;
        case kInteger:
        case kSignedFixed64:
            out += std::to_string(static_cast<std::int64_t>(bits));
            break;
        case kZigZag:
            out += std::to_string(static_cast<std::int64_t>(bits >> 1) ^
                                  -static_cast<std::int64_t>(bits & 1));
            break;
        case kFixed64:
            out += '"' + std::to_string(bits) + '"';
            break;
        case kDouble:
            append_double(out, std::bit_cast<double>(bits));
            break;
        default:
            out += std::to_string(bits);
    }
}

/// Counts levels while it lives.
class Level {
 public:
    explicit Level(int& depth) : depth_(++depth) {}
    Level(const Level&) = delete;
    ~Level() { --depth_; }

 private:
    int& depth_;
};

}  // namespace

/// Where the members of a message were found, by their place in the schema.
struct OtlpText::Members {
    struct Member {
        const char* first = nullptr;  ///< Where the first one begins; null: there is none.
        WireField last;
    };
    std::array<Member, kOtlpFieldsMax> of_field{};
};

Result<void> OtlpText::collect(const OtlpSchema& schema, std::string_view message,
                               Members& members) {
    ProtobufReader fields(body_, message);
    while (!fields.is_done()) {
        const char* start = fields.position();
        TRY(auto found, fields.next());
        const auto* field = schema.find(found.number);
        if (!field) continue;
        bool is_packed = field->is_repeated && found.wire == Wire::kBytes;
        if (!is_packed) TRY_OK(fields.expect(found, wire_of(field->kind)));
        auto& member = members.of_field[static_cast<std::size_t>(field - schema.fields.data())];
        if (!member.first) member.first = start;
        member.last = found;
    }
    return {};
}

Result<void> OtlpText::append_object(const OtlpSchema& schema, std::string_view message,
                                     bool with_messages, std::string& out) {
    if (depth_ >= kOtlpDepthMax) return fail(Code::kTooLarge, "values are nested too deeply");
    Level level(depth_);
    Members members;
    TRY_OK(collect(schema, message, members));
    out += '{';
    bool needs_comma = false;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const auto& field = schema.fields[i];
        const auto& member = members.of_field[i];
        if (!member.first || (field.kind == kMessage && !with_messages)) continue;
        if (!field.is_repeated && !field.keeps_zero && is_zero(field, member.last)) continue;
        if (std::exchange(needs_comma, true)) out += ',';
        ((out += '"') += field.name) += "\":";
        if (field.is_repeated) {
            auto size = static_cast<std::size_t>(message.data() + message.size() - member.first);
            TRY_OK(append_repeated(field, {member.first, size}, out));
        } else {
            TRY_OK(append_one(field, member.last, out));
        }
    }
    out += '}';
    return {};
}

Result<void> OtlpText::append_repeated(const OtlpField& field, std::string_view rest,
                                       std::string& out) {
    bool is_object = field.kind == kAttributes;
    out += is_object ? '{' : '[';
    auto start = out.size();
    ProtobufReader fields(body_, rest);
    while (!fields.is_done()) {
        TRY(auto found, fields.next());
        if (found.number != field.number) continue;
        if (out.size() > start) out += ',';
        if (found.wire == Wire::kBytes && wire_of(field.kind) != Wire::kBytes) {
            TRY_OK(append_packed(field, found.bytes, out));
        } else {
            TRY_OK(fields.expect(found, wire_of(field.kind)));
            TRY_OK(append_one(field, found, out));
        }
        if (out.back() == ',') out.pop_back();  // a packed field of no elements
    }
    out += is_object ? '}' : ']';
    return {};
}

Result<void> OtlpText::append_packed(const OtlpField& field, std::string_view elements,
                                     std::string& out) {
    ProtobufReader reader(body_, elements);
    for (bool is_first = true; !reader.is_done(); is_first = false) {
        TRY(auto bits, reader.element(wire_of(field.kind)));
        if (!is_first) out += ',';
        append_number(field.kind, bits, out);
    }
    return {};
}

Result<void> OtlpText::append_one(const OtlpField& field, const WireField& found,
                                  std::string& out) {
    switch (field.kind) {
        case kString:
            append_json_string(out, found.bytes);
            return {};
        case kBytes:
            out += '"';
            append_base64(out, found.bytes);
            out += '"';
            return {};
        case kHex:
            out += '"';
            append_hex(out, found.bytes);
            out += '"';
            return {};
        case kMessage:
            return append(*field.message, found.bytes, out);
        case kAttributes:
            return append_attribute(found.bytes, out);
        case kValue:
            return append_value(found.bytes, out);
        default:
            append_number(field.kind, found.value, out);
            return {};
    }
}

Result<void> OtlpText::append_attribute(std::string_view key_value, std::string& out) {
    Members members;
    TRY_OK(collect(kOtlpKeyValue, key_value, members));
    append_json_string(out, members.of_field[0].last.bytes);
    out += ':';
    return append_value(members.of_field[1].last.bytes, out);
}

Result<void> OtlpText::append_value(std::string_view any_value, std::string& out) {
    if (depth_ >= kOtlpDepthMax) return fail(Code::kTooLarge, "values are nested too deeply");
    Level level(depth_);
    ProtobufReader fields(body_, any_value);
    const OtlpField* kind = nullptr;
    WireField last;
    while (!fields.is_done()) {
        TRY(auto found, fields.next());
        const auto* field = kOtlpAnyValue.find(found.number);
        if (!field) continue;
        TRY_OK(fields.expect(found, wire_of(field->kind)));
        kind = field;
        last = found;
    }
    if (!kind) {
        out += "null";
        return {};
    }
    if (kind->kind != kMessage) return append_one(*kind, last, out);
    // The lists have one field each, which stands for all of them here.
    return append_repeated(kind->message->fields[0], last.bytes, out);
}

}  // namespace logwood::ingest
