#include "base/bytes.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace logwood {

void ByteWriter::put_varint(std::uint64_t value) {
    while (value >= 0x80) {
        out_.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
}

void ByteWriter::put_signed_varint(std::int64_t value) {
    put_varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void ByteWriter::put_string(std::string_view bytes) {
    put_varint(bytes.size());
    out_.append(bytes);
}

std::unexpected<Error> ByteReader::truncated() {
    return fail(Code::kCorrupt, "bytes end too early");
}

Result<std::uint64_t> ByteReader::get_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at_ == bytes_.size()) return truncated();
        auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
        if (shift == 63 && byte > 1) break;
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return fail(Code::kCorrupt, "varint is longer than 64 bits");
}

Result<std::int64_t> ByteReader::get_signed_varint() {
    TRY(auto raw, get_varint());
    return static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
}

Result<std::string_view> ByteReader::get_string() {
    TRY(auto size, get_varint());
    return get_raw(size);
}

Result<std::string_view> ByteReader::get_raw(std::size_t size) {
    if (remaining() < size) return truncated();
    auto view = bytes_.substr(at_, size);
    at_ += size;
    return view;
}

std::uint64_t checksum64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace logwood
