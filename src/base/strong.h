#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace logwood {

/// A value that does not mix with others of the same representation: ids, offsets, versions.
template <typename Tag, typename T>
struct Strong {
    using Value = T;
    T value{};

    constexpr Strong() = default;
    constexpr explicit Strong(T v) : value(v) {}
    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace logwood

template <typename Tag, typename T>
struct std::hash<logwood::Strong<Tag, T>> {
    std::size_t operator()(const logwood::Strong<Tag, T>& strong) const noexcept {
        return std::hash<T>()(strong.value);
    }
};
