#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace logwood {

/// 128 opaque bits, written as 32 lower-case hex digits. All-zero means "none".
struct Id128 {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    bool is_none() const { return high == 0 && low == 0; }
    std::string to_string() const;
    static Result<Id128> parse(std::string_view text);
    friend auto operator<=>(const Id128&, const Id128&) = default;
};

/// An Id128 that names one kind of thing; `Tag` is never defined.
template <typename Tag>
struct TypedId : Id128 {
    TypedId() = default;
    explicit TypedId(Id128 id) : Id128(id) {}
    static Result<TypedId> parse(std::string_view text) {
        TRY(auto id, Id128::parse(text));
        return TypedId(id);
    }
    friend auto operator<=>(const TypedId&, const TypedId&) = default;
};

using RepoId = TypedId<struct RepoTag>;
using HostId = TypedId<struct HostTag>;
using SegmentId = TypedId<struct SegmentTag>;
using ParserId = TypedId<struct ParserTag>;
using ClusterId = TypedId<struct ClusterTag>;
using ChangeId = TypedId<struct ChangeTag>;

}  // namespace logwood

template <>
struct std::hash<logwood::Id128> {
    std::size_t operator()(const logwood::Id128& id) const noexcept {
        return static_cast<std::size_t>(id.high ^ (id.low * 0x9E3779B97F4A7C15ULL));
    }
};
template <typename Tag>
struct std::hash<logwood::TypedId<Tag>> : std::hash<logwood::Id128> {};
