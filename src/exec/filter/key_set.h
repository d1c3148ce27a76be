#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "exec/columns/batch.h"

namespace logwood::exec {

/// A set of hashes that may have more than were added: a Bloom filter of blocks of eight words, in
/// which a hash sets one bit of each word of its block.
class KeySet {
 public:
    void add(std::uint64_t hash);
    bool contains(std::uint64_t hash) const;
    void merge(const KeySet& other);
    /// The part of all other hashes that contains() takes for members, about.
    double error() const;
    std::size_t memory() const { return words_.capacity() * sizeof words_[0]; }
    /// Blocks that are not empty, each behind the number of empty ones before it.
    void serialise(ByteWriter& out) const;
    /// kCorrupt for other bytes.
    static Result<KeySet> deserialise(ByteReader& in);

 private:
    std::vector<std::uint32_t> words_;  ///< None until the first hash.
};

/// The hash of a key of one field.
std::uint64_t key_hash(std::string_view text);
/// One hash a row of the batch; 0 where a field has no value. Of one field as above.
Result<std::vector<std::uint64_t>> key_hashes(std::span<const std::string> fields, Batch& batch);

}  // namespace logwood::exec
