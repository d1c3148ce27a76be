#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace logwood::segment {

/// Keeps copies of texts at fixed addresses until it ends.
class Arena {
 public:
    /// Never missing, even when empty.
    std::string_view copy(std::string_view text) {
        if (text.size() > left_ || blocks_.empty()) {
            left_ = std::max(text.size(), block_bytes_);
            block_bytes_ = std::min(block_bytes_ * 2, kBlockMax);
            blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
            at_ = blocks_.back().get();
        }
        auto* begin = at_;
        if (!text.empty()) std::memcpy(begin, text.data(), text.size());
        at_ += text.size();
        left_ -= text.size();
        return {begin, text.size()};
    }

 private:
    std::size_t block_bytes_ = 64;
    static constexpr std::size_t kBlockMax = 64 << 10;
    std::vector<std::unique_ptr<char[]>> blocks_;
    char* at_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace logwood::segment
