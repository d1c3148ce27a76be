// Layout:
//
//     form u8 (bit 0: bits instead of planes, bit 1: differences, others 0)
//     divisor varint (>= 1)
//     first varint, only with differences: the first value / divisor, zigzag
//     base varint, zigzag: smallest of what follows
//     planes: count u8 of planes (0 to 8), then the planes
//     bits: for each 1,024 values: width u8 (0 to 56, or 64), then width x values bits, from the
//           low bit of the first byte on, filled up to a whole byte
//
// All arithmetic is modulo 2^64, so that differences of any two integers are exact.
#include "segment/columns/integer_stream.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

namespace logwood::segment {
namespace {

constexpr std::uint8_t kBits = 1;
constexpr std::uint8_t kDelta = 2;
constexpr std::size_t kBlock = 1024;
constexpr unsigned kWidthPackedMax = 56;  ///< A value and 7 bits before it fit in one load.

unsigned width_of(std::uint64_t bits) {
    auto width = static_cast<unsigned>(std::bit_width(bits));
    return width > kWidthPackedMax ? 64 : width;
}

std::size_t packed_bits(std::span<const std::uint64_t> values) {
    std::size_t total = 0;
    for (std::size_t at = 0; at < values.size(); at += kBlock) {
        auto block = values.subspan(at, std::min(kBlock, values.size() - at));
        std::uint64_t all = 0;
        for (auto value : block) all |= value;
        total += 8 + width_of(all) * block.size();
    }
    return total;
}

std::uint64_t common_factor(std::span<const std::int64_t> values) {
    std::uint64_t factor = 0;
    for (auto value : values) {
        if (value == INT64_MIN) return 1;
        factor = std::gcd(factor, static_cast<std::uint64_t>(value < 0 ? -value : value));
        if (factor == 1) break;
    }
    return std::max<std::uint64_t>(factor, 1);
}

/// Subtracts the smallest (as signed) from all; returns it.
std::uint64_t rebase(std::vector<std::uint64_t>& values) {
    if (values.empty()) return 0;
    auto base = static_cast<std::uint64_t>(*std::ranges::min_element(
        values, {}, [](std::uint64_t v) { return static_cast<std::int64_t>(v); }));
    for (auto& value : values) value -= base;
    return base;
}

void pack(std::span<const std::uint64_t> block, unsigned width, std::string& out) {
    auto begin = out.size();
    out.resize(begin + (block.size() * width + 7) / 8 + 8);
    auto* bytes = out.data() + begin;
    std::size_t bit = 0;
    for (auto value : block) {
        std::uint64_t word;
        std::memcpy(&word, bytes + bit / 8, sizeof word);
        word |= value << (bit % 8);
        std::memcpy(bytes + bit / 8, &word, sizeof word);
        bit += width;
    }
    out.resize(out.size() - 8);
}

void unpack(std::string_view bytes, unsigned width, std::span<std::uint64_t> block) {
    auto mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
    std::size_t bit = 0;
    for (auto& value : block) {
        std::uint64_t word = 0;
        auto at = bit / 8;
        std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
        value = (word >> (bit % 8)) & mask;
        bit += width;
    }
}

Result<void> read_planes(ByteReader& reader, std::span<std::uint64_t> values) {
    TRY(auto planes, reader.get<std::uint8_t>());
    if (planes > sizeof(std::uint64_t)) return fail(Code::kCorrupt, "integers: too many planes");
    for (unsigned plane = 0; plane < planes; ++plane) {
        TRY(auto bytes, reader.get_raw(values.size()));
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[i]))
                         << (8 * plane);
    }
    return {};
}

Result<void> read_bits(ByteReader& reader, std::span<std::uint64_t> values) {
    for (std::size_t at = 0; at < values.size(); at += kBlock) {
        auto block = values.subspan(at, std::min(kBlock, values.size() - at));
        TRY(auto width, reader.get<std::uint8_t>());
        if (width > kWidthPackedMax && width != 64)
            return fail(Code::kCorrupt, "integers: bad width");
        TRY(auto bytes, reader.get_raw((block.size() * width + 7) / 8));
        if (width != 0) unpack(bytes, width, block);
    }
    return {};
}

}  // namespace

IntegerStream::IntegerStream(std::span<const std::int64_t> values)
    : divisor_(common_factor(values)) {
    rest_.reserve(values.size());
    for (auto value : values)
        rest_.push_back(static_cast<std::uint64_t>(value / static_cast<std::int64_t>(divisor_)));
    auto deltas = rest_;
    if (!deltas.empty()) {
        first_ = deltas.front();
        std::adjacent_difference(deltas.begin(), deltas.end(), deltas.begin());
        deltas.erase(deltas.begin());
    }
    auto delta_base = rebase(deltas);
    base_ = rebase(rest_);
    // Differences must save a tenth to be worth it: they cannot be read at one place.
    if (packed_bits(deltas) * 10 < packed_bits(rest_) * 9) {
        is_delta_ = true;
        base_ = delta_base;
        rest_ = std::move(deltas);
    }
    for (auto value : rest_) all_bits_ |= value;
}

void IntegerStream::append_head(std::uint8_t form, std::string& out) const {
    ByteWriter writer(out);
    writer.put(static_cast<std::uint8_t>(form | (is_delta_ ? kDelta : 0)));
    writer.put_varint(divisor_);
    if (is_delta_) writer.put_signed_varint(static_cast<std::int64_t>(first_));
    writer.put_signed_varint(static_cast<std::int64_t>(base_));
}

void IntegerStream::append_planes(std::string& out) const {
    append_head(0, out);
    auto planes = static_cast<unsigned>(std::bit_width(all_bits_) + 7) / 8;
    out.push_back(static_cast<char>(planes));
    auto at = out.size();
    out.resize(at + planes * rest_.size());
    for (unsigned plane = 0; plane < planes; ++plane)
        for (auto value : rest_) out[at++] = static_cast<char>(value >> (8 * plane));
}

void IntegerStream::append_bits(std::string& out) const {
    append_head(kBits, out);
    std::span<const std::uint64_t> values(rest_);
    for (std::size_t at = 0; at < values.size(); at += kBlock) {
        auto block = values.subspan(at, std::min(kBlock, values.size() - at));
        std::uint64_t all = 0;
        for (auto value : block) all |= value;
        auto width = width_of(all);
        out.push_back(static_cast<char>(width));
        if (width != 0) pack(block, width, out);
    }
}

Result<std::vector<std::int64_t>> read_integers(ByteReader& reader, std::size_t count) {
    TRY(auto form, reader.get<std::uint8_t>());
    if (form > (kBits | kDelta)) return fail(Code::kUnsupported, "integers: unknown form");
    TRY(auto divisor, reader.get_varint());
    auto is_delta = (form & kDelta) != 0;
    std::uint64_t sum = 0;
    if (is_delta) {
        TRY(auto first, reader.get_signed_varint());
        sum = static_cast<std::uint64_t>(first);
        if (count == 0) return fail(Code::kCorrupt, "integers: differences of nothing");
    }
    TRY(auto signed_base, reader.get_signed_varint());
    auto base = static_cast<std::uint64_t>(signed_base);
    // A plane or a block header is read before a value of it is believed, but a width of 0 costs
    // nothing: callers bound `count` by what a row group or a dictionary may hold.
    std::vector<std::uint64_t> rest(count);
    auto body = is_delta ? std::span(rest).subspan(1) : std::span(rest);
    TRY_OK((form & kBits) != 0 ? read_bits(reader, body) : read_planes(reader, body));
    std::vector<std::int64_t> values(count);
    if (is_delta) {
        values[0] = static_cast<std::int64_t>(sum * divisor);
        for (std::size_t i = 1; i < count; ++i) {
            sum += rest[i] + base;
            values[i] = static_cast<std::int64_t>(sum * divisor);
        }
    } else {
        for (std::size_t i = 0; i < count; ++i)
            values[i] = static_cast<std::int64_t>((rest[i] + base) * divisor);
    }
    return values;
}

}  // namespace logwood::segment
