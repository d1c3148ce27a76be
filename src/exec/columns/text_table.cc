// Hash tables with open addressing, at most half full.
#include "exec/columns/text_table.h"

#include <algorithm>

namespace logwood::exec {

std::uint32_t TextTable::number_of(std::string_view text) {
    if (slots_.size() < 2 * (texts_.size() + 1)) grow();
    auto hash = checksum64(text);
    auto mask = slots_.size() - 1;
    for (auto at = hash & mask;; at = (at + 1) & mask) {
        if (slots_[at] == 0) {
            texts_.push_back(arena_.add(text));
            hashes_.push_back(hash);
            slots_[at] = size();
            return size() - 1;
        }
        auto number = slots_[at] - 1;
        if (hashes_[number] == hash && texts_[number] == text) return number;
    }
}

void TextTable::grow() {
    slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), 0);
    auto mask = slots_.size() - 1;
    for (std::uint32_t number = 0; number < hashes_.size(); ++number) {
        auto at = hashes_[number] & mask;
        while (slots_[at] != 0) at = (at + 1) & mask;
        slots_[at] = number + 1;
    }
}

std::size_t TextTable::memory() const {
    return arena_.memory() + texts_.capacity() * sizeof(std::string_view) +
           hashes_.capacity() * sizeof(std::uint64_t) + slots_.capacity() * sizeof(std::uint32_t);
}

void TextTable::write(ByteWriter& out) const {
    out.put_varint(texts_.size());
    for (auto text : texts_) out.put_string(text);
}

Result<void> TextTable::read(ByteReader& in) {
    TRY(auto count, in.get_varint());
    if (count > in.remaining()) return fail(Code::kCorrupt, "more texts than bytes");
    for (std::uint64_t i = 0; i < count; ++i) {
        TRY(auto text, in.get_string());
        if (number_of(text) != i) return fail(Code::kCorrupt, "a text occurs twice");
    }
    return {};
}

std::uint64_t TupleTable::hash(const std::uint32_t* tuple) const {
    std::uint64_t mixed = 0x9E3779B97F4A7C15ULL;
    for (std::size_t i = 0; i < width_; ++i) {
        mixed ^= tuple[i];
        mixed *= 0xD6E8FEB86659FD93ULL;
        mixed ^= mixed >> 32;
    }
    return mixed;
}

std::uint32_t TupleTable::number_of(const std::uint32_t* tuple) { return number_of(tuple, kNone); }

std::uint32_t TupleTable::number_of(const std::uint32_t* tuple, std::uint32_t limit) {
    if (slots_.size() < 2 * (std::size_t{size_} + 1)) grow();
    auto mask = slots_.size() - 1;
    for (auto at = hash(tuple) & mask;; at = (at + 1) & mask) {
        if (slots_[at] == 0) {
            if (size_ >= limit) return kNone;
            tuples_.insert(tuples_.end(), tuple, tuple + width_);
            slots_[at] = ++size_;
            return size_ - 1;
        }
        auto number = slots_[at] - 1;
        if (std::equal(tuple, tuple + width_, this->tuple(number))) return number;
    }
}

void TupleTable::grow() {
    slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), 0);
    auto mask = slots_.size() - 1;
    for (std::uint32_t number = 0; number < size_; ++number) {
        auto at = hash(tuple(number)) & mask;
        while (slots_[at] != 0) at = (at + 1) & mask;
        slots_[at] = number + 1;
    }
}

std::size_t TupleTable::memory() const {
    return (tuples_.capacity() + slots_.capacity()) * sizeof(std::uint32_t);
}

}  // namespace logwood::exec
