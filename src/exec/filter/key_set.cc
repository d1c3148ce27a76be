// Split block Bloom filters, after Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient
// Bloom Filters": the upper half of a hash chooses the block, the lower one a bit of each word.
#include "exec/filter/key_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "exec/columns/column_maker.h"
#include "exec/limits.h"

namespace logwood::exec {

namespace {

constexpr std::size_t kBlockWords = 8;
constexpr std::size_t kBlockBytes = kBlockWords * sizeof(std::uint32_t);
/// Odd numbers without pattern, one a word.
constexpr std::array<std::uint32_t, kBlockWords> kFactors = {
    0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F, 0x165667B1, 0xD3A2646D, 0xFD7046C5, 0xB55A4F09};

std::size_t block_of(std::uint64_t hash) {
    return static_cast<std::size_t>(((hash >> 32) * kKeyBlocks) >> 32) * kBlockWords;
}

std::uint32_t bit_of(std::uint64_t hash, std::size_t word) {
    return std::uint32_t{1} << (static_cast<std::uint32_t>(hash) * kFactors[word] >> 27);
}

}  // namespace

void KeySet::add(std::uint64_t hash) {
    if (words_.empty()) words_.resize(kKeyBlocks * kBlockWords);
    auto* block = &words_[block_of(hash)];
    for (std::size_t i = 0; i < kBlockWords; ++i) block[i] |= bit_of(hash, i);
}

bool KeySet::contains(std::uint64_t hash) const {
    if (words_.empty()) return false;
    const auto* block = &words_[block_of(hash)];
    std::uint32_t absent = 0;
    for (std::size_t i = 0; i < kBlockWords; ++i) absent |= ~block[i] & bit_of(hash, i);
    return absent == 0;
}

void KeySet::merge(const KeySet& other) {
    if (other.words_.empty()) return;
    if (words_.empty()) {
        words_ = other.words_;
        return;
    }
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}

double KeySet::error() const {
    double sum = 0;
    for (std::size_t block = 0; block < words_.size(); block += kBlockWords) {
        double passes = 1;
        for (std::size_t i = 0; i < kBlockWords; ++i)
            passes *= std::popcount(words_[block + i]) / 32.0;
        sum += passes;
    }
    return sum / double{kKeyBlocks};
}

void KeySet::serialise(ByteWriter& out) const {
    std::uint64_t empty = 0;
    for (std::size_t block = 0; block < words_.size(); block += kBlockWords) {
        auto words = std::span(words_).subspan(block, kBlockWords);
        if (std::ranges::all_of(words, [](auto word) { return word == 0; })) {
            ++empty;
            continue;
        }
        out.put_varint(empty);
        out.put_raw({reinterpret_cast<const char*>(words.data()), kBlockBytes});
        empty = 0;
    }
    out.put_varint(kKeyBlocks);
}

Result<KeySet> KeySet::deserialise(ByteReader& in) {
    KeySet set;
    for (std::uint64_t block = 0;; ++block) {
        TRY(auto empty, in.get_varint());
        if (empty == kKeyBlocks) return set;
        if (empty >= kKeyBlocks - std::min<std::uint64_t>(block, kKeyBlocks))
            return fail(Code::kCorrupt, "a set of keys has too many blocks");
        block += empty;
        TRY(auto bytes, in.get_raw(kBlockBytes));
        if (set.words_.empty()) set.words_.resize(kKeyBlocks * kBlockWords);
        std::memcpy(&set.words_[block * kBlockWords], bytes.data(), kBlockBytes);
    }
}

std::uint64_t key_hash(std::string_view text) {
    auto hash = checksum64(text);
    return hash == 0 ? 1 : hash;
}

Result<std::vector<std::uint64_t>> key_hashes(std::span<const std::string> fields, Batch& batch) {
    std::vector<std::uint64_t> hashes;
    for (const auto& field : fields) {
        TRY(auto column, batch.column(field));
        auto next = map_rows<std::uint64_t>(column, 0, key_hash);
        if (hashes.empty()) {
            hashes = std::move(next);
            continue;
        }
        for (std::size_t row = 0; row < hashes.size(); ++row) {
            // Of all pairs of hashes few share a product; order counts.
            auto mixed = (std::rotl(hashes[row], 23) ^ next[row]) * 0x9E3779B97F4A7C15ULL;
            mixed ^= mixed >> 32;
            bool is_whole = hashes[row] != 0 && next[row] != 0;
            hashes[row] = is_whole ? mixed | 1 : 0;
        }
    }
    return hashes;
}

}  // namespace logwood::exec
