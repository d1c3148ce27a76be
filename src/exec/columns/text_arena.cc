// Texts are packed into blocks that double in size; a long text has a block of its own.
#include "exec/columns/text_arena.h"

#include <algorithm>
#include <cstring>

namespace logwood::exec {
namespace {

constexpr std::size_t kBlockBytesMin = 1 << 10;
constexpr std::size_t kBlockBytesMax = 1 << 18;

}  // namespace

std::string_view TextArena::add(std::string_view text) {
    if (text.empty()) return "";
    if (text.size() > left_) {
        auto size = std::clamp(memory_, kBlockBytesMin, kBlockBytesMax);
        auto own_block = text.size() > size / 4;
        if (own_block) size = text.size();
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
        memory_ += size;
        if (own_block) {
            std::memcpy(blocks_.back().get(), text.data(), text.size());
            return {blocks_.back().get(), text.size()};
        }
        next_ = blocks_.back().get();
        left_ = size;
    }
    std::memcpy(next_, text.data(), text.size());
    std::string_view copy(next_, text.size());
    next_ += text.size();
    left_ -= text.size();
    return copy;
}

}  // namespace logwood::exec
