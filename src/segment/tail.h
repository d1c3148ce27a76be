#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/tag_set.h"
#include "model/time_range.h"
#include "segment/format.h"
#include "segment/summary.h"

namespace logwood::segment {

using FieldId = std::uint32_t;       ///< Index in Tail::fields.
using Shape = std::vector<FieldId>;  ///< The fields of an event, ascending.

/// A piece of a chunk's payload.
struct Piece {
    std::uint32_t chunk = 0;  ///< Which chunk of the row group, or of the dictionaries.
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;  ///< 0 = the whole chunk, which has nothing else in it.
    friend bool operator==(const Piece&, const Piece&) = default;
};

struct TailField {
    std::string name;
    std::uint64_t rows = 0;
    bool is_coded = true;  ///< All values are in the dictionary.
    std::optional<std::pair<std::int64_t, std::int64_t>> integers;
    std::uint32_t dictionary_values = 0;
    std::optional<Piece> dictionary;  ///< Else `listed` is the dictionary.
    std::vector<std::string> listed;
    std::vector<std::uint64_t> counts;  ///< One a listed value, when the field is coded.
    friend bool operator==(const TailField&, const TailField&) = default;
};

struct TailColumn {
    FieldId field = 0;
    Encoding encoding{};
    std::uint32_t constant_code = 0;  ///< For kConstant, which has no piece.
    Piece piece;
    friend bool operator==(const TailColumn&, const TailColumn&) = default;
};

/// The frame of a row group: what all rows have.
enum class Frame : std::uint8_t { kTimes = 0, kShapes = 1, kCoordinates = 2 };
inline constexpr std::size_t kFrames = 3;

struct TailGroup {
    std::uint32_t rows = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t value_bytes = 0;  ///< Of all values of all fields.
    model::TimeBounds event_times;
    std::vector<std::uint32_t> chunk_bytes;  ///< The chunks lie back to back.
    Piece frames[kFrames];
    std::vector<TailColumn> columns;  ///< Ascending fields.
    friend bool operator==(const TailGroup&, const TailGroup&) = default;
};

struct TailSection {
    std::uint8_t kind = 0;
    std::uint8_t flags = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const TailSection&, const TailSection&) = default;
};

struct Tail {
    Summary summary;  ///< Without checksum, tail offset and stored bytes; id comes from the caller.
    std::vector<TailSection> sections;
    std::vector<TailField> fields;
    std::vector<Shape> shapes;
    std::vector<model::TagSet> tag_sets;  ///< Ascending.
    std::vector<TailGroup> groups;        ///< From the segment's header on, back to back.
    std::vector<std::uint32_t> dictionary_chunk_bytes;  ///< Back to back behind the groups.
    friend bool operator==(const Tail&, const Tail&) = default;
};

/// The tags of a segment's rows, by name, as far as a summary has room for them.
std::vector<TagValues> summarise_tags(const std::vector<model::TagSet>& sets);

std::string write_tail(const Tail& tail);
/// kCorrupt unless all parts fit together: indexes in range, names distinct, counts equal.
Result<Tail> read_tail(std::string_view bytes);

}  // namespace logwood::segment
