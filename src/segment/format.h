#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace logwood::segment {

/// The numbers of `docs/formats/segment.md`. None may change its meaning; new ones are added.
inline constexpr std::string_view kHeaderMagic = "LWSEGH1\n";
inline constexpr std::string_view kTrailerMagic = "LWSEGT1\n";
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 52;
inline constexpr std::size_t kTrailerBytes = 48;
inline constexpr std::size_t kChunkHeaderBytes = 42;

enum class ChunkKind : std::uint8_t {
    kColumn = 1,      ///< One column of one row group.
    kPack = 2,        ///< Several small columns of one row group.
    kDictionary = 3,  ///< One field's dictionary.
    kDictionaryPack = 4,
    kTail = 5,
};

enum class Codec : std::uint8_t { kNone = 0, kZstd = 1, kLz4 = 2 };

/// How the values of a column in a row group are stored.
enum class Encoding : std::uint8_t {
    kConstant = 1,    ///< One dictionary code, in the tail.
    kDictionary = 2,  ///< A dictionary code a value.
    kRunLength = 3,   ///< Runs of dictionary codes.
    kMapped = 4,      ///< Integers that a text layout renders.
    kHex = 5,         ///< Fixed-length texts of hex digits and constant characters.
    kStrings = 6,     ///< Lengths and bytes.
};

/// Kinds of sections in the tail's table. A reader skips those that it does not know, unless the
/// table says that they must be understood.
enum class Section : std::uint8_t { kRowGroups = 1, kDictionaries = 2 };
inline constexpr std::uint8_t kSectionMustUnderstand = 1;

}  // namespace logwood::segment
