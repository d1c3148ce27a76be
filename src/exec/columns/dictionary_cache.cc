#include "exec/columns/dictionary_cache.h"

#include "exec/limits.h"

namespace logwood::exec {

std::shared_ptr<const DictionaryCache::Bits> DictionaryCache::find(
    const void* predicate, std::span<const std::string_view> dictionary) const {
    auto known = dictionaries_.find(dictionary.data());
    if (known == dictionaries_.end() || known->second.size != dictionary.size()) return nullptr;
    auto bits = known->second.bits.find(predicate);
    return bits == known->second.bits.end() ? nullptr : bits->second;
}

std::shared_ptr<const DictionaryCache::Bits> DictionaryCache::add(
    const void* predicate, std::span<const std::string_view> dictionary,
    std::shared_ptr<const void> owner, Bits bits) {
    auto shared = std::make_shared<const Bits>(std::move(bits));
    if (!owner) return shared;
    // Segments are scanned one after another: what is dropped here is seldom asked for again.
    if (dictionaries_.size() >= kDictionariesRememberedMax) dictionaries_.clear();
    auto& known = dictionaries_[dictionary.data()];
    if (known.size != dictionary.size()) known.bits.clear();
    known.size = dictionary.size();
    known.owner = std::move(owner);
    known.bits[predicate] = shared;
    return shared;
}

}  // namespace logwood::exec
