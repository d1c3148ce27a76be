#include "segment/columns/dictionary.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "segment/limits.h"

namespace logwood::segment {
namespace {

/// What an entry costs beside its text.
constexpr std::size_t kEntryBytes = sizeof(std::string_view) + 4 * sizeof(std::uint32_t);

}  // namespace

std::size_t Dictionary::slot_of(std::string_view text) const {
    auto mask = slots_.size() - 1;
    for (std::size_t at = XXH3_64bits(text.data(), text.size());; ++at) {
        auto code = slots_[at & mask];
        if (code == 0 || values_[code - 1] == text) return at & mask;
    }
}

std::optional<std::uint32_t> Dictionary::find(std::string_view text) const {
    if (slots_.empty()) return std::nullopt;
    auto code = slots_[slot_of(text)];
    if (code == 0) return std::nullopt;
    return code - 1;
}

std::optional<std::uint32_t> Dictionary::insert(std::string_view text) {
    if (values_.size() * 2 >= slots_.size()) grow();
    auto& slot = slots_[slot_of(text)];
    if (slot != 0) return slot - 1;
    auto cost = text.size() + kEntryBytes;
    if (values_.size() >= kDictionaryValuesMax || bytes_ + text.size() > kDictionaryBytesMax ||
        cost > budget_->bytes_left)
        return std::nullopt;
    budget_->bytes_left -= cost;
    bytes_ += text.size();
    values_.push_back(texts_.copy(text));
    slot = static_cast<std::uint32_t>(values_.size());
    return slot - 1;
}

void Dictionary::grow() {
    slots_.assign(slots_.empty() ? 8 : slots_.size() * 2, 0);
    for (std::uint32_t code = 0; code < values_.size(); ++code)
        slots_[slot_of(values_[code])] = code + 1;
}

}  // namespace logwood::segment
