#pragma once

#include <cstddef>
#include <cstdint>

namespace logwood::lang {

/// Longest text: room for a filter of a million terms; spans stay far below 32 bits.
inline constexpr std::size_t kTextBytesMax = std::size_t{64} << 20;
/// Groups, calls, lists and braces inside one another: the parser and everything that walks the
/// tree recurse this deep, within a stack of two MiB (optimised; twice that at -O0).
inline constexpr int kNestingMax = 256;
/// Operators of one expression below one another (`a + b + c` is two): trees are walked by
/// recursion.
inline constexpr std::uint16_t kExprHeightMax = 1000;
/// Saved queries inside saved queries.
inline constexpr std::size_t kSavedQueryDepthMax = 10;
/// Bytes of all saved queries that one query expands: they can double at each level.
inline constexpr std::size_t kSavedQueryBytesMax = std::size_t{16} << 20;
/// defineTable() and remoteTable() of one query, as documented.
inline constexpr std::size_t kTablesMax = 10;

}  // namespace logwood::lang
