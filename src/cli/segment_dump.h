#pragma once

#include <cstddef>
#include <string>

#include "segment/reader.h"
#include "store/checkpoint_file.h"

namespace logwood::cli {

/// Describes a segment for people: header, row groups, columns with encodings and sizes, tail.
std::string dump_segment(const segment::Reader& reader, std::size_t width);
/// Describes what frames the sections of a checkpoint file.
std::string dump_checkpoint(const store::CheckpointLayout& layout, std::size_t width);

}  // namespace logwood::cli
