#include "segment/columns/interner.h"

#include <algorithm>
#include <bit>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace logwood::segment {

namespace {

constexpr std::size_t kSample = 256;
constexpr std::size_t kLongTextBytes = 256;

}  // namespace

Interner::Interner() : slots_(1024) {}

void Interner::start(ColumnValues& into, std::size_t values_max) {
    into.clear();
    into_ = &into;
    auto capacity = std::max<std::size_t>(64, std::bit_ceil(values_max * 2));
    if (capacity > slots_.size()) slots_.assign(capacity, {});
    mask_ = capacity - 1;
    if (++round_ == 0) {
        std::ranges::fill(slots_, Slot{});
        round_ = 1;
    }
    last_ = {};
    takes_all_ = false;
}

void Interner::add(std::string_view text) {
    auto& [distinct, ids, distinct_bytes] = *into_;
    if (takes_all_) {
        ids.push_back(static_cast<std::uint32_t>(distinct.size()));
        distinct.push_back(text);
        distinct_bytes += text.size();
        return;
    }
    ids.push_back(intern(text));
    takes_all_ = ids.size() == kSample && distinct.size() == kSample &&
                 distinct_bytes >= kSample * kLongTextBytes;
}

std::uint32_t Interner::intern(std::string_view text) {
    if (last_.data() != nullptr && text == last_) return last_id_;
    auto hash = XXH3_64bits(text.data(), text.size());
    auto& distinct = into_->distinct;
    for (auto at = hash;; ++at) {
        auto& slot = slots_[at & mask_];
        if (slot.round != round_) {
            slot = {round_, static_cast<std::uint32_t>(distinct.size()), hash};
            distinct.push_back(text);
            into_->distinct_bytes += text.size();
            last_id_ = slot.id;
            break;
        }
        if (slot.hash == hash && distinct[slot.id] == text) {
            last_id_ = slot.id;
            break;
        }
    }
    last_ = distinct[last_id_];
    return last_id_;
}

}  // namespace logwood::segment
