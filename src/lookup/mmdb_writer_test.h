#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Writes small MaxMind databases (format version 2.0) for the tests of this module.
namespace logwood::lookup {

/// A value of the data section, encoded.
class MmdbValue {
 public:
    static MmdbValue text(std::string_view value) {
        return MmdbValue(head(2, value.size()) + std::string(value));
    }
    static MmdbValue number(double value) {
        return MmdbValue(head(3, 8) + big_endian(std::bit_cast<std::uint64_t>(value), 8));
    }
    static MmdbValue uint16(std::uint16_t value) {
        return MmdbValue(head(5, 2) + big_endian(value, 2));
    }
    static MmdbValue uint32(std::uint32_t value) {
        return MmdbValue(head(6, 4) + big_endian(value, 4));
    }
    static MmdbValue uint64(std::uint64_t value) {
        return MmdbValue(head(9, 8) + big_endian(value, 8));
    }
    static MmdbValue map(const std::vector<std::pair<std::string, MmdbValue>>& members) {
        auto bytes = head(7, members.size());
        for (const auto& [name, value] : members) bytes += text(name).bytes_ + value.bytes_;
        return MmdbValue(bytes);
    }
    static MmdbValue empty_array() { return MmdbValue(head(11, 0)); }
    const std::string& bytes() const { return bytes_; }

 private:
    explicit MmdbValue(std::string bytes) : bytes_(std::move(bytes)) {}
    static std::string big_endian(std::uint64_t value, int size) {
        std::string out;
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
            out += static_cast<char>(value >> shift & 0xFF);
        return out;
    }
    /// Types and sizes up to what one and two bytes hold.
    static std::string head(int type, std::size_t size) {
        std::string out;
        auto small = size < 29 ? size : 29;
        if (type < 8)
            out = {static_cast<char>(type << 5 | static_cast<int>(small))};
        else
            out = {static_cast<char>(small), static_cast<char>(type - 7)};
        if (size >= 29) out += static_cast<char>(size - 29);
        return out;
    }

    std::string bytes_;
};

/// A tree of IPv6 networks; IPv4 ones lie in ::/96.
class MmdbWriter {
 public:
    /// `address` in network order, 16 bytes.
    void add(const std::string& address, unsigned bits, const MmdbValue& value) {
        auto data = static_cast<std::uint32_t>(data_.size());
        data_ += value.bytes();
        std::size_t node = 0;
        for (unsigned i = 0; i < bits; ++i) {
            std::size_t side = static_cast<std::uint8_t>(address[i / 8]) >> (7 - i % 8) & 1U;
            if (i + 1 == bits) {
                nodes_[node][side] = {Record::kData, data};
                return;
            }
            if (nodes_[node][side].kind != Record::kNode) {
                nodes_[node][side] = {Record::kNode, static_cast<std::uint32_t>(nodes_.size())};
                nodes_.emplace_back(2);
            }
            node = nodes_[node][side].value;
        }
    }
    void add_v4(const std::string& four_bytes, unsigned bits, const MmdbValue& value) {
        add(std::string(12, '\0') + four_bytes, 96 + bits, value);
    }

    std::string finish(const std::string& type) const {
        auto count = static_cast<std::uint32_t>(nodes_.size());
        std::string out;
        for (const auto& node : nodes_)
            for (const auto& record : node) {
                auto value = record.kind == Record::kNode   ? record.value
                             : record.kind == Record::kNone ? count
                                                            : count + 16 + record.value;
                for (int shift : {16, 8, 0}) out += static_cast<char>(value >> shift & 0xFF);
            }
        out += std::string(16, '\0') + data_ + "\xAB\xCD\xEFMaxMind.com";
        return out + MmdbValue::map({
                                        {"node_count", MmdbValue::uint32(count)},
                                        {"record_size", MmdbValue::uint16(24)},
                                        {"ip_version", MmdbValue::uint16(6)},
                                        {"database_type", MmdbValue::text(type)},
                                        {"languages", MmdbValue::empty_array()},
                                        {"binary_format_major_version", MmdbValue::uint16(2)},
                                        {"binary_format_minor_version", MmdbValue::uint16(0)},
                                        {"build_epoch", MmdbValue::uint64(1'700'000'000)},
                                        {"description", MmdbValue::map({})},
                                    })
                         .bytes();
    }

 private:
    struct Record {
        enum Kind : std::uint8_t { kNone, kNode, kData };
        Kind kind = kNone;
        std::uint32_t value = 0;
    };
    std::vector<std::vector<Record>> nodes_{std::vector<Record>(2)};
    std::string data_;
};

}  // namespace logwood::lookup
