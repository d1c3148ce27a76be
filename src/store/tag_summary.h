#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "segment/summary.h"

namespace logwood::store {

/// Packs the tags of a segment that have few values into a Global entity's tag summary, which is at
/// most `bytes_max` long: tags that do not fit whole are left out, which only costs pruning.
std::string pack_tags(std::span<const segment::TagValues> tags, std::size_t bytes_max);
/// The complete value lists in a summary; empty for bytes that pack_tags() did not write.
std::vector<segment::TagValues> unpack_tags(std::string_view summary);

}  // namespace logwood::store
