#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "model/column.h"

namespace logwood::exec {

/// Remembers what a predicate says of each text of a segment's dictionary, so that it is asked
/// once a segment and not once a row group. Dictionaries are known by their address; each is kept
/// alive as long as it is remembered, so that an address cannot come to mean another one.
class DictionaryCache {
 public:
    using Bits = std::vector<std::uint8_t>;

    /// Null: not known.
    std::shared_ptr<const Bits> find(const void* predicate,
                                     std::span<const std::string_view> dictionary) const;
    /// `owner` keeps the dictionary alive.
    std::shared_ptr<const Bits> add(const void* predicate,
                                    std::span<const std::string_view> dictionary,
                                    std::shared_ptr<const void> owner, Bits bits);

 private:
    struct Known {
        std::size_t size = 0;
        std::shared_ptr<const void> owner;
        std::map<const void*, std::shared_ptr<const Bits>> bits;
    };
    std::map<const std::string_view*, Known, std::less<>> dictionaries_;
};

}  // namespace logwood::exec
