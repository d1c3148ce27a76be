#pragma once

#include "global/changes.h"
#include "segment/summary.h"

namespace logwood::store {

/// What Global is told of a segment that was written; `file_offset` is where it begins in its file.
global::SectionInfo section_info(const segment::Summary& summary, std::uint64_t file_offset);

}  // namespace logwood::store
