#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "segment/arena.h"

namespace logwood::segment {

/// The memory of all dictionaries of a segment that is being written.
struct DictionaryBudget {
    std::size_t bytes_left;
};

/// A field's texts in a segment, in the order of first use; the index is the code.
class Dictionary {
 public:
    explicit Dictionary(DictionaryBudget& budget) : budget_(&budget) {}

    std::optional<std::uint32_t> find(std::string_view text) const;
    /// The text's code, new or old; nullopt when a limit is reached.
    std::optional<std::uint32_t> insert(std::string_view text);
    std::span<const std::string_view> values() const { return values_; }
    std::size_t bytes() const { return bytes_; }

 private:
    std::size_t slot_of(std::string_view text) const;
    void grow();

    DictionaryBudget* budget_;
    Arena texts_;
    std::vector<std::string_view> values_;
    std::vector<std::uint32_t> slots_;  ///< Code + 1, or 0; a power of two, at most half full.
    std::size_t bytes_ = 0;
};

}  // namespace logwood::segment
