// By reflection, so that a new field of an entity needs no code here. Unlike protobuf's own JSON it
// keeps 64-bit numbers as numbers and shows ids as the hex that people see elsewhere.
#include "global/message_json.h"

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace logwood::global {

namespace json = boost::json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

Result<std::string> from_hex(std::string_view text) {
    std::string out;
    if (text.size() % 2 != 0) return fail(Code::kCorrupt, "hex of odd length");
    out.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        auto high = hex_digit(text[at]);
        auto low = hex_digit(text[at + 1]);
        if (high < 0 || low < 0) return fail(Code::kCorrupt, "not a hex digit");
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

json::value text_to_json(const FieldDescriptor& field, const std::string& text) {
    return json::string(field.type() == FieldDescriptor::TYPE_BYTES ? to_hex(text) : text);
}

json::value single_to_json(const Message& message, const Reflection& reflection,
                           const FieldDescriptor& field) {
    std::string scratch;
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_UINT32:
            return std::uint64_t{reflection.GetUInt32(message, &field)};
        case FieldDescriptor::CPPTYPE_UINT64:
            return reflection.GetUInt64(message, &field);
        case FieldDescriptor::CPPTYPE_INT64:
            return reflection.GetInt64(message, &field);
        case FieldDescriptor::CPPTYPE_BOOL:
            return reflection.GetBool(message, &field);
        case FieldDescriptor::CPPTYPE_STRING:
            return text_to_json(field, reflection.GetStringReference(message, &field, &scratch));
        case FieldDescriptor::CPPTYPE_MESSAGE:
            return message_to_json(reflection.GetMessage(message, &field));
        default:
            ASSERT(false && "a type of field that entities do not use");
            return nullptr;
    }
}

json::value list_to_json(const Message& message, const Reflection& reflection,
                         const FieldDescriptor& field) {
    json::array list;
    std::string scratch;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
            list.push_back(message_to_json(reflection.GetRepeatedMessage(message, &field, i)));
        else
            list.push_back(text_to_json(
                field, reflection.GetRepeatedStringReference(message, &field, i, &scratch)));
    }
    return list;
}

Result<std::string> text_from_json(const FieldDescriptor& field, const json::value& value) {
    const auto* text = value.if_string();
    if (!text) return fail(Code::kCorrupt, field.name() + " is not a text");
    if (field.type() == FieldDescriptor::TYPE_BYTES)
        return from_hex(std::string_view(text->data(), text->size()));
    return std::string(text->data(), text->size());
}

template <typename Number>
Result<Number> number_from_json(const FieldDescriptor& field, const json::value& value) {
    json::error_code error;
    if (value.is_int64() || value.is_uint64()) {
        auto number = value.to_number<Number>(error);
        if (!error) return number;
    }
    return fail(Code::kCorrupt, field.name() + " is not a number of its type");
}

Result<void> single_from_json(const json::value& value, Message& message,
                              const Reflection& reflection, const FieldDescriptor& field) {
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_UINT32: {
            TRY(auto number, number_from_json<std::uint32_t>(field, value));
            reflection.SetUInt32(&message, &field, number);
            return {};
        }
        case FieldDescriptor::CPPTYPE_UINT64: {
            TRY(auto number, number_from_json<std::uint64_t>(field, value));
            reflection.SetUInt64(&message, &field, number);
            return {};
        }
        case FieldDescriptor::CPPTYPE_INT64: {
            TRY(auto number, number_from_json<std::int64_t>(field, value));
            reflection.SetInt64(&message, &field, number);
            return {};
        }
        case FieldDescriptor::CPPTYPE_BOOL:
            if (!value.is_bool()) return fail(Code::kCorrupt, field.name() + " is not a bool");
            reflection.SetBool(&message, &field, value.get_bool());
            return {};
        case FieldDescriptor::CPPTYPE_STRING: {
            TRY(auto text, text_from_json(field, value));
            reflection.SetString(&message, &field, std::move(text));
            return {};
        }
        case FieldDescriptor::CPPTYPE_MESSAGE:
            return message_from_json(value, *reflection.MutableMessage(&message, &field));
        default:
            return fail(Code::kUnsupported, field.name() + " is of a type unknown here");
    }
}

Result<void> list_from_json(const json::value& value, Message& message,
                            const Reflection& reflection, const FieldDescriptor& field) {
    const auto* list = value.if_array();
    if (!list) return fail(Code::kCorrupt, field.name() + " is not a list");
    for (const auto& item : *list) {
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
            TRY_OK(message_from_json(item, *reflection.AddMessage(&message, &field)));
        } else {
            TRY(auto text, text_from_json(field, item));
            reflection.AddString(&message, &field, std::move(text));
        }
    }
    return {};
}

}  // namespace

json::value message_to_json(const Message& message) {
    const auto& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    json::object object;
    for (const auto* field : fields)
        object.emplace(field->name(), field->is_repeated()
                                          ? list_to_json(message, reflection, *field)
                                          : single_to_json(message, reflection, *field));
    return object;
}

Result<void> message_from_json(const json::value& value, Message& message) {
    const auto* object = value.if_object();
    if (!object) return fail(Code::kCorrupt, "not an object where one belongs");
    const auto& reflection = *message.GetReflection();
    for (const auto& member : *object) {
        std::string name(member.key().data(), member.key().size());
        const auto* field = message.GetDescriptor()->FindFieldByName(name);
        if (!field) return fail(Code::kUnsupported, "a field that is unknown here: " + name);
        if (field->is_repeated())
            TRY_OK(list_from_json(member.value(), message, reflection, *field));
        else
            TRY_OK(single_from_json(member.value(), message, reflection, *field));
    }
    return {};
}

}  // namespace logwood::global
