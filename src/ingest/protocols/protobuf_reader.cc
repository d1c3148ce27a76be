#include "ingest/protocols/protobuf_reader.h"

#include <cstring>

namespace logwood::ingest {
namespace {

constexpr unsigned kWireBits = 3;
constexpr std::uint64_t kNumberMax = (1U << 29) - 1;

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return value;
}

}  // namespace

std::unexpected<Error> ProtobufReader::wrong(const char* at, std::string_view what) const {
    return fail(Code::kInvalidArgument,
                "byte " + std::to_string(at - body_) + ": " + std::string(what));
}

Result<std::uint64_t> ProtobufReader::varint() {
    const char* start = at_;
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at_ == end_) return wrong(start, "the message ends within a number");
        auto byte = static_cast<std::uint8_t>(*at_++);
        if (shift == 63 && byte > 1) break;
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return wrong(start, "a number is longer than 64 bits");
}

Result<std::string_view> ProtobufReader::take(std::uint64_t size) {
    if (static_cast<std::uint64_t>(end_ - at_) < size)
        return wrong(at_, "the message ends within a field");
    std::string_view bytes(at_, size);
    at_ += size;
    return bytes;
}

Result<WireField> ProtobufReader::next() {
    const char* start = at_;
    TRY(auto tag, varint());
    WireField field{.number = static_cast<std::uint32_t>(tag >> kWireBits)};
    if (tag >> kWireBits == 0 || tag >> kWireBits > kNumberMax)
        return wrong(start, "no such field number");
    switch (tag & ((1U << kWireBits) - 1)) {
        case 0: {
            field.bytes = {at_, 0};
            TRY(field.value, varint());
            break;
        }
        case 1: {
            TRY(auto bytes, take(sizeof(std::uint64_t)));
            field.wire = Wire::kFixed64;
            field.value = little_endian(bytes);
            field.bytes = bytes.substr(0, 0);
            break;
        }
        case 2: {
            TRY(auto size, varint());
            field.wire = Wire::kBytes;
            TRY(field.bytes, take(size));
            break;
        }
        case 5: {
            TRY(auto bytes, take(sizeof(std::uint32_t)));
            field.wire = Wire::kFixed32;
            field.value = little_endian(bytes);
            field.bytes = bytes.substr(0, 0);
            break;
        }
        default:
            return wrong(start, "groups and unknown kinds of fields are not read");
    }
    return field;
}

Result<std::uint64_t> ProtobufReader::element(Wire wire) {
    if (wire == Wire::kVarint) return varint();
    TRY(auto bytes, take(wire == Wire::kFixed32 ? sizeof(std::uint32_t) : sizeof(std::uint64_t)));
    return little_endian(bytes);
}

Result<void> ProtobufReader::expect(const WireField& field, Wire wire) const {
    if (field.wire == wire) return {};
    return wrong(field.bytes.data(),
                 "field " + std::to_string(field.number) + " has the wrong wire type");
}

}  // namespace logwood::ingest
