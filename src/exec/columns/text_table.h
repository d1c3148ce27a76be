#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "exec/columns/text_arena.h"

namespace logwood::exec {

/// Numbers distinct texts 0, 1, 2, ... in the order they come. One thread at a time.
class TextTable {
 public:
    std::uint32_t number_of(std::string_view text);
    std::string_view text(std::uint32_t number) const { return texts_[number]; }
    /// Depends on the text alone.
    std::uint64_t hash(std::uint32_t number) const { return hashes_[number]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }
    std::size_t memory() const;
    void write(ByteWriter& out) const;
    /// Reads into an empty table; kCorrupt for texts that occur twice.
    Result<void> read(ByteReader& in);

 private:
    void grow();

    TextArena arena_;
    std::vector<std::string_view> texts_;
    std::vector<std::uint64_t> hashes_;
    std::vector<std::uint32_t> slots_;  ///< Open addressing; number + 1, 0 is free.
};

/// Numbers distinct tuples of a fixed width 0, 1, 2, ...
class TupleTable {
 public:
    explicit TupleTable(std::size_t width) : width_(width) {}
    std::uint32_t number_of(const std::uint32_t* tuple);
    /// The same, but kNone instead of a new number when there are `limit` already.
    std::uint32_t number_of(const std::uint32_t* tuple, std::uint32_t limit);
    const std::uint32_t* tuple(std::uint32_t number) const { return &tuples_[number * width_]; }
    std::uint32_t size() const { return size_; }
    std::size_t memory() const;
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

 private:
    std::uint64_t hash(const std::uint32_t* tuple) const;
    void grow();

    std::size_t width_;
    std::uint32_t size_ = 0;
    std::vector<std::uint32_t> tuples_;
    std::vector<std::uint32_t> slots_;
};

}  // namespace logwood::exec
