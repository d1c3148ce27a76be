#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "segment/format.h"
#include "segment/reader.h"

namespace logwood::segment {

/// What a field costs in a segment, for people. Bytes are stored ones; a piece of a shared chunk
/// counts for its share of it.
struct FieldCost {
    std::string name;
    std::uint64_t rows = 0;
    std::uint64_t column_bytes = 0;
    std::uint64_t dictionary_bytes = 0;
    std::uint64_t dictionary_values = 0;
    std::vector<Encoding> encodings;  ///< Of its columns, each once, in order of appearance.
};

/// What is in a segment beside its fields.
struct FrameCost {
    std::uint64_t times = 0;
    std::uint64_t shapes = 0;
    std::uint64_t coordinates = 0;
};

struct Description {
    std::vector<FieldCost> fields;  ///< In the order of the tail.
    FrameCost frames;
    std::uint64_t dictionaries_offset = 0;
    std::uint64_t dictionary_chunks = 0;
    std::uint64_t dictionary_bytes = 0;
    std::uint64_t shapes = 0;  ///< In the tail.
    std::uint64_t tag_sets = 0;
    std::vector<std::uint64_t> group_offsets;  ///< One a row group.
};

/// Sums up the tail; reads nothing.
Description describe(const Reader& reader);

std::string_view name_of(Encoding encoding);

}  // namespace logwood::segment
