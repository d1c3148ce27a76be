#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace logwood {

static_assert(std::endian::native == std::endian::little, "formats are little endian");

/// Appends fixed-width little-endian numbers, varints and length-prefixed bytes to a string.
class ByteWriter {
 public:
    explicit ByteWriter(std::string& out) : out_(out) {}

    template <typename T>
        requires std::is_integral_v<T>
    void put(T value) {
        out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    /// LEB128, 1 to 10 bytes.
    void put_varint(std::uint64_t value);
    /// ZigZag, then LEB128.
    void put_signed_varint(std::int64_t value);
    /// Varint length, then the bytes.
    void put_string(std::string_view bytes);
    void put_raw(std::string_view bytes) { out_.append(bytes); }
    std::size_t size() const { return out_.size(); }

 private:
    std::string& out_;
};

/// Reads what ByteWriter wrote from bytes that may be damaged: every read is bounds-checked and
/// fails with kCorrupt. Views point into the borrowed bytes.
class ByteReader {
 public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    template <typename T>
        requires std::is_integral_v<T>
    Result<T> get() {
        if (bytes_.size() - at_ < sizeof(T)) return truncated();
        T value;
        std::memcpy(&value, bytes_.data() + at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    Result<std::uint64_t> get_varint();
    Result<std::int64_t> get_signed_varint();
    Result<std::string_view> get_string();
    Result<std::string_view> get_raw(std::size_t size);
    std::size_t position() const { return at_; }
    std::size_t remaining() const { return bytes_.size() - at_; }

 private:
    static std::unexpected<Error> truncated();

    std::string_view bytes_;
    std::size_t at_ = 0;
};

/// XXH3, 64 bits, of the bytes; `seed` tells apart what must never be taken for one another.
std::uint64_t checksum64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace logwood
