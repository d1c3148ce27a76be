#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace logwood::exec {

/// Keeps copies of texts at stable addresses until it goes. One thread at a time.
class TextArena {
 public:
    /// Copies; the result is never kMissing, also not for an empty text.
    std::string_view add(std::string_view text);
    /// Heap bytes held.
    std::size_t memory() const { return memory_; }

 private:
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* next_ = nullptr;
    std::size_t left_ = 0;
    std::size_t memory_ = 0;
};

}  // namespace logwood::exec
